package dev.weir.engine.gateway;

import akka.dispatch.DispatcherPrerequisites;
import akka.dispatch.ExecutorServiceConfigurator;
import akka.dispatch.ExecutorServiceFactory;
import com.typesafe.config.Config;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** Runs a dispatcher's actors on one event loop, which is not the dispatcher's to shut down. Made by the actor system. */
public final class EventLoopExecutor extends ExecutorServiceConfigurator {

    static final String NUMBER = "event-loop";

    private final EventLoop loop;

    public EventLoopExecutor(Config config, DispatcherPrerequisites prerequisites) {
        super(config, prerequisites);
        this.loop = prerequisites
                .settings()
                .setup()
                .get(EventLoops.LoopsSetup.class)
                .orElseThrow()
                .loop(config.getInt(NUMBER));
    }

    @Override
    public ExecutorServiceFactory createExecutorServiceFactory(String dispatcher, ThreadFactory unused) {
        return () -> new Borrowed(loop);
    }

    private static final class Borrowed extends AbstractExecutorService {
        private final EventLoop loop;
        private volatile boolean returned;

        Borrowed(EventLoop loop) {
            this.loop = loop;
        }

        @Override
        public void execute(Runnable task) {
            loop.execute(task);
        }

        @Override
        public void shutdown() {
            returned = true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            returned = true;
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return returned;
        }

        @Override
        public boolean isTerminated() {
            return returned;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return returned;
        }
    }
}
