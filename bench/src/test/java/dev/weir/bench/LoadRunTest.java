package dev.weir.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weir.bench.load.LoadClient;
import dev.weir.bench.load.Sample;
import dev.weir.bench.load.Traffic;
import dev.weir.bench.report.Point;
import dev.weir.bench.server.ServerProcess;
import dev.weir.engine.Server;
import dev.weir.protocol.Mode;
import dev.weir.protocol.Subprotocol;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The whole client against a small server over real sockets. How fast it is, is not asked. */
class LoadRunTest {

    private static final List<Sample> SAMPLES = List.of(
            new Sample("The river was wide and slow that year, and people came to see it from far away.", false, -1),
            new Sample(
                    "Plant the seeds in early spring; water them twice a week until the first leaves show.",
                    false,
                    -1));

    @Test
    void playsOnScheduleAndAccountsForTheServersTime() throws Exception {
        try (Server server = Server.start(config(""), line -> {});
                Rig rig = rig(server, 10)) {
            rig.warmUp(10, 0, 1);
            Point point = rig.measure("load", 10, 3);
            assertThat(point.client().tokens()).isGreaterThan(300);
            assertThat(point.client().errors()).isEmpty();
            assertThat(point.client().refused()).isZero();
            assertThat(point.client().released().count()).isPositive();
            Point.ServerSide side = Objects.requireNonNull(point.server());
            assertThat(side.millisPerThousandTokensInAll() * point.client().tokens() / 1e3)
                    .isCloseTo(side.cores() * point.client().seconds() * 1e3, within(1.0));
            assertThat(side.samples()).isPositive();
            assertThat(side.serverTokens()).isPositive();
            assertThat(side.experts()).anySatisfy(expert -> {
                assertThat(expert.expert()).isEqualTo("causal");
                assertThat(expert.runs()).isPositive();
            });
        }
    }

    @Test
    void asksAgainWhenTheServerIsFull() throws Exception {
        try (Server server = Server.start(config("weir.stream.max-streams = 4"), line -> {});
                Rig rig = rig(server, 8)) {
            rig.warmUp(8, 0, 1);
            Point point = rig.measure("load", 8, 3);
            assertThat(point.client().refused()).isPositive();
            assertThat(point.client().refusedTokens()).isPositive();
            assertThat(point.client().errors()).isEmpty();
            assertThat(point.meets(1e9)).isFalse();
        }
    }

    private static Rig rig(Server server, int streams) throws Exception {
        Traffic traffic = Traffic.of(SAMPLES, 20, Mode.STREAM, Double.NaN, 1);
        URI url = URI.create("ws://127.0.0.1:" + server.port() + "/v1/stream");
        return new Rig(
                ServerProcess.running(
                        url,
                        URI.create("http://127.0.0.1:" + server.adminPort()),
                        ProcessHandle.current().pid()),
                LoadClient.connect(url, Subprotocol.JSON, 2, traffic),
                traffic,
                Set.of("minilm"));
    }

    private static Config config(String overrides) {
        Path repository = Path.of(System.getProperty("weir.repository"));
        return ConfigFactory.parseString(overrides)
                .withFallback(ConfigFactory.parseString("""
                        weir.models.directory = "%s"
                        weir.models.experts = [lexicon, causal]
                        weir.gateway.port = 0
                        weir.admin.port = 0
                        weir.ledger.url = ""
                        weir.warm-up.at-most = 0 s
                        weir.doctor.at-start = off
                        weir.policy-defaults.stop-thresholds.by = typed
                        """.formatted(repository.resolve("models/experts"))))
                .withFallback(ConfigFactory.load());
    }
}
