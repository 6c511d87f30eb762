package dev.weir.engine.cli;

import java.lang.reflect.Proxy;

/**
 * The signal that tells a server to read its files again. Java has no API of its own for signals; the one that every JDK
 * brings is asked by name, so that another is no worse than without.
 */
final class Hangup {

    private Hangup() {}

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
