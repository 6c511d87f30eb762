package dev.weir.engine;

import dev.weir.engine.cli.CalibrateCommand;
import dev.weir.engine.cli.CertificateCommand;
import dev.weir.engine.cli.DemoCommand;
import dev.weir.engine.cli.DoctorCommand;
import dev.weir.engine.cli.EvaluateCommand;
import dev.weir.engine.cli.KeysCommand;
import dev.weir.engine.cli.LedgerCommand;
import dev.weir.engine.cli.ModerateCommand;
import dev.weir.engine.cli.ReplayCommand;
import dev.weir.engine.cli.ServeCommand;
import dev.weir.engine.cli.WeightsCommand;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The one entry: {@code weir COMMAND}. Exits 0 on success, 2 on wrong use, 1 on failure. */
@Command(
        name = "weir",
        description = "Moderates text while it is being generated.",
        mixinStandardHelpOptions = true,
        version = "weir " + Build.VERSION,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Begin with:  weir demo", "Measure with: weir bench"},
        subcommands = {
            DemoCommand.class,
            ServeCommand.class,
            ModerateCommand.class,
            EvaluateCommand.class,
            CalibrateCommand.class,
            ReplayCommand.class,
            LedgerCommand.class,
            WeightsCommand.class,
            CertificateCommand.class,
            KeysCommand.class,
            DoctorCommand.class
        })
public final class Main implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
    private CommandSpec spec;

    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setExecutionExceptionHandler((failure, command, parsed) -> say(command.getErr(), failure))
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** One line a problem: what stands in the way of a start is listed at once, and needs no stack trace. */
    private static int say(PrintWriter err, Exception failure) {
        int exitCode = CommandLine.ExitCode.SOFTWARE;
        switch (failure) {
            case StartException start -> {
                start.problems().forEach(problem -> err.println("weir: " + problem));
                exitCode = start.isWrongSettings() ? CommandLine.ExitCode.USAGE : exitCode;
            }
            case java.io.IOException io -> err.println("weir: " + io.getMessage());
            default -> failure.printStackTrace(err);
        }
        err.flush();
        return exitCode;
    }
}
