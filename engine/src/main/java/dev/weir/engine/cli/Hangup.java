package dev.weir.engine.cli;

import java.lang.reflect.Proxy;
import java.util.function.BooleanSupplier;

/**
 * The signal that tells a server to read its files again, or that its terminal is gone: then a server that was begun there
 * ends, as whoever closed the window expects, and does not live on unseen. Java has no API of its own for signals; the one
 * that every JDK brings is asked by name, so that another is no worse than without.
 */
final class Hangup {

    private Hangup() {}

    /**
     * What it means.
     *
     * @param inForeground whether the server was begun at a terminal, from which it could be typed to
     * @param terminalIsThere whether that is still so, asked when the signal comes
     */
    static Runnable meaning(boolean inForeground, BooleanSupplier terminalIsThere, Runnable readAgain, Runnable end) {
        return () -> (inForeground && !terminalIsThere.getAsBoolean() ? end : readAgain).run();
    }

    /** @return whether the platform has such a signal */
    static boolean runs(Runnable task) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object running = Proxy.newProxyInstance(
                    Hangup.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            task.run();
                        }
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), running);
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
