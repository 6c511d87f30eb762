package dev.weir.bench;

import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs the JMH benchmarks, each in a JVM of its own that is started as this one was. */
@Command(
        name = "jmh",
        description = "Cost of the parts a delta passes: readers of its text, waiting rows, mixing, deciding.",
        mixinStandardHelpOptions = true)
final class JmhCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..1",
            defaultValue = ".*",
            description = "Regular expression found in the names of those to run (default: ${DEFAULT-VALUE}).")
    private String pattern = "";

    @Option(
            names = "--forks",
            defaultValue = "2",
            description = "JVMs, one after the other (default: ${DEFAULT-VALUE}).")
    private int forks;

    @Option(names = "--iterations", defaultValue = "5", description = "Of one second each (default: ${DEFAULT-VALUE}).")
    private int iterations;

    @Option(names = "--allocations", description = "Also count the bytes each allocates.")
    private boolean allocations;

    @Override
    public Integer call() throws Exception {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(pattern)
                .forks(forks)
                .warmupIterations(iterations)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(iterations)
                .measurementTime(TimeValue.seconds(1));
        if (allocations) {
            options.addProfiler(GCProfiler.class);
        }
        new Runner(options.build()).run();
        return 0;
    }
}
