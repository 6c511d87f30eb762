package dev.weir.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a bash script")
class LauncherTest {

    @TempDir
    Path clone;

    private Path launcher;
    private Path bin;

    /** A repository that is not built, and a PATH with the few tools the launcher needs and no Maven. */
    @BeforeEach
    void copyTheLauncher() throws IOException {
        Path repository = Path.of(System.getProperty("weir.repository"));
        launcher = Files.createDirectories(clone.resolve("ops")).resolve("weir");
        Files.copy(repository.resolve("ops/weir"), launcher);
        Files.copy(repository.resolve("ops/java25.sh"), clone.resolve("ops/java25.sh"));
        bin = Files.createDirectories(clone.resolve("bin"));
        for (String tool : new String[] {"bash", "env", "dirname", "readlink", "grep", "find"}) {
            for (String folder : new String[] {"/usr/bin", "/bin"}) {
                Path there = Path.of(folder, tool);
                if (Files.isExecutable(there) && !Files.exists(bin.resolve(tool))) {
                    Files.createSymbolicLink(bin.resolve(tool), there);
                }
            }
        }
    }

    @Test
    void saysInOneLineThatMavenIsMissing() throws Exception {
        Result result = launch(launcher);
        assertThat(result.status).isEqualTo(1);
        assertThat(result.err.lines()).singleElement().asString().contains("there is no mvn on the PATH");
    }

    @Test
    void saysInOneLineWhatToInstallWithoutAJdk25() throws Exception {
        Path script = clone.resolve("find");
        Files.writeString(script, ". " + clone.resolve("ops/java25.sh") + "\nis_25() { false; }\nfind_java\n");
        Result result = launch(script);
        assertThat(result.status).isEqualTo(1);
        assertThat(result.err.lines()).singleElement().asString().contains("no JDK 25 found", "install one");
    }

    @Test
    void findsItsRepositoryThroughALink() throws Exception {
        Path link = Files.createSymbolicLink(bin.resolve("weir"), launcher);
        assertThat(launch(link).err).contains("there is no mvn on the PATH");
    }

    @Test
    void runsTheJarsThatAreNewerThanTheirSources() throws Exception {
        Path lib = Files.createDirectories(clone.resolve("engine/target/weir/lib"));
        for (String module : new String[] {"protocol", "models", "engine"}) {
            Files.createDirectories(clone.resolve(module).resolve("src/main"));
            Files.createFile(clone.resolve(module).resolve("pom.xml"));
        }
        Files.createFile(clone.resolve("pom.xml"));
        Files.createFile(lib.resolve(".built"));
        assertThat(launch(launcher).err).contains("dev.weir.engine.Main").doesNotContain("mvn");
    }

    private record Result(int status, String err) {}

    private Result launch(Path script) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(bin.resolve("bash").toString(), script.toString());
        builder.environment().clear();
        builder.environment().put("PATH", bin.toString());
        builder.environment().put("HOME", clone.toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), err);
    }
}
