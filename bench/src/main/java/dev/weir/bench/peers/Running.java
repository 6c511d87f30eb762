package dev.weir.bench.peers;

import dev.weir.bench.server.ProcessTimes;
import java.io.IOException;
import java.util.OptionalDouble;

/** A contestant's server, up. */
interface Running extends AutoCloseable {

    Link connect();

    long pid();

    /** Windows that its encoder has read since it started; empty for a server that does not count them. */
    OptionalDouble windows() throws IOException, InterruptedException;

    default ProcessTimes times() throws IOException {
        return ProcessTimes.of(pid());
    }

    @Override
    void close();
}
