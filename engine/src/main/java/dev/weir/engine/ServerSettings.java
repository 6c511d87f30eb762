package dev.weir.engine;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.weir.engine.access.AccessSettings;
import dev.weir.engine.admin.AdminSettings;
import dev.weir.engine.doctor.DoctorSettings;
import dev.weir.engine.gateway.GatewaySettings;
import dev.weir.engine.relay.RelaySettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Everything a server reads from its configuration, checked together. */
record ServerSettings(
        GatewaySettings gateway,
        AdminSettings admin,
        EngineSettings engine,
        AccessSettings access,
        RelaySettings relay,
        DoctorSettings doctor) {

    /** @throws StartException with every problem at once */
    static ServerSettings from(Config config) throws StartException {
        List<String> problems = new ArrayList<>();
        Optional<GatewaySettings> gateway =
                read(() -> GatewaySettings.from(config.getConfig("weir.gateway"), problems), problems);
        Optional<AdminSettings> admin =
                read(() -> AdminSettings.from(config.getConfig("weir.admin"), problems), problems);
        Optional<DoctorSettings> doctor =
                read(() -> DoctorSettings.from(config.getConfig("weir.doctor"), problems), problems);
        Optional<EngineSettings> engine = Optional.empty();
        try {
            engine = Optional.of(EngineSettings.from(config));
        } catch (StartException e) {
            problems.addAll(e.problems());
        }
        Optional<AccessSettings> access = read(
                () -> AccessSettings.from(
                        config.getConfig("weir"),
                        config.getConfig("weir.policies").root().keySet(),
                        problems),
                problems);
        Optional<RelaySettings> relay = read(
                () -> RelaySettings.from(
                        config.getConfig("weir.relay"),
                        config.getConfig("weir.policies").root().keySet(),
                        problems),
                problems);
        access.ifPresent(doors -> {
            gateway.ifPresent(port -> doors.requireLocal("weir.gateway.host", port.host(), problems));
            admin.ifPresent(port -> doors.requireLocal("weir.admin.host", port.host(), problems));
        });
        gateway.ifPresent(port -> relay.ifPresent(upstream -> {
            if (port.maxBodyBytes() < upstream.maxRequestBytes()) {
                problems.add("weir.gateway.max-body-bytes " + port.maxBodyBytes() + " < weir.relay.max-request-bytes "
                        + upstream.maxRequestBytes() + ": raise the first or lower the second");
            }
        }));
        if (!problems.isEmpty()) {
            throw StartException.wrongSettings(problems);
        }
        return new ServerSettings(
                gateway.orElseThrow(),
                admin.orElseThrow(),
                engine.orElseThrow(),
                access.orElseThrow(),
                relay.orElseThrow(),
                doctor.orElseThrow());
    }

    private static <T> Optional<T> read(Supplier<T> block, List<String> problems) {
        try {
            return Optional.of(block.get());
        } catch (ConfigException e) {
            problems.add(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }
}
