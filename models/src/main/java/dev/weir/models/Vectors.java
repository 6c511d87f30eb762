package dev.weir.models;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/** Whether this JVM has the vector instructions that our own kernels are written with. */
final class Vectors {
    private static final String MODULE = "jdk.incubator.vector";

    private Vectors() {}

    /** What is missing; empty if kernels can run. Asked before any class that needs the module is touched. */
    static Optional<String> missing() {
        if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
            return Optional.of("--add-modules " + MODULE + " is not on the JVM's command line");
        }
        // Without it each multiply-add is done in software, a thousand times slower.
        return multipliesAndAddsAtOnce() ? Optional.empty() : Optional.of("the processor has no fused multiply-add");
    }

    private static boolean multipliesAndAddsAtOnce() {
        HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        return jvm != null && Boolean.parseBoolean(jvm.getVMOption("UseFMA").getValue());
    }
}
