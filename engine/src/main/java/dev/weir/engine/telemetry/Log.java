package dev.weir.engine.telemetry;

import ch.qos.logback.classic.ClassicConstants;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import java.net.URL;
import java.util.Objects;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** The log of this process. What libraries say to {@code java.util.logging} goes there too. */
public final class Log {

    /** Of the logger context: the file that it was configured with, if not by logback itself. */
    private static final String CONFIGURED = "weir.logging.file";

    private Log() {}

    /** From now on, unless the operator has given a configuration of his own. */
    public static void write(LogFormat format) {
        if (!SLF4JBridgeHandler.isInstalled()) {
            SLF4JBridgeHandler.removeHandlersForRootLogger();
            SLF4JBridgeHandler.install();
        }
        if (System.getProperty(ClassicConstants.CONFIG_FILE_PROPERTY) != null
                || !(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return;
        }
        String file = file(format);
        String before = context.getProperty(CONFIGURED);
        if (!file.equals(before == null ? file(LogFormat.TEXT) : before)) {
            configure(context, file);
        }
    }

    private static String file(LogFormat format) {
        return switch (format) {
            case TEXT -> "/logback.xml";
            case JSON -> "/logback-json.xml";
        };
    }

    private static void configure(LoggerContext context, String file) {
        URL resource = Objects.requireNonNull(Log.class.getResource(file));
        context.reset();
        context.putProperty(CONFIGURED, file);
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        try {
            configurator.doConfigure(resource);
        } catch (JoranException e) {
            throw new IllegalStateException(file + " of this program cannot be used", e);
        }
    }
}
