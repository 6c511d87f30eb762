package dev.weir.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.bench.report.BenchPage;
import dev.weir.bench.report.PointTable;
import dev.weir.bench.report.Run;
import dev.weir.bench.report.RunNote;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How a run says what it found. */
final class ReportOptions {

    @Option(names = "--json", description = "One JSON object: note, points, rows.")
    private boolean json;

    @Option(names = "--html", paramLabel = "FILE", description = "Also write a page with plots, in one file.")
    private @Nullable Path html;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
    private CommandSpec command;

    /** Words for a person who waits; nothing with --json. */
    void say(String line) {
        show(line + System.lineSeparator());
    }

    void show(String text) {
        if (!json) {
            PrintWriter out = command.commandLine().getOut();
            out.print(text);
            out.flush();
        }
    }

    void write(Run run) throws IOException {
        if (html != null) {
            Files.writeString(html, BenchPage.of(run));
        }
        if (json) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("note", run.note());
            result.put("points", run.points());
            result.put("rows", run.rows());
            PrintWriter out = command.commandLine().getOut();
            out.println(new ObjectMapper().writeValueAsString(result));
            out.flush();
            return;
        }
        run.points().forEach(point -> show(PointTable.details(point)));
        RunNote note = run.note();
        say("");
        say(note.question());
        say(note.command());
        say(note.subprotocol() + "; " + note.machine() + "; commit " + note.commit() + ", " + note.when());
        say("");
        show(run.table());
    }
}
