package dev.weir.bench.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScrapeTest {

    private static final String BEFORE = """
            # HELP weir_batch_rows Rows of one run of an expert.
            weir_batch_rows_count{expert="causal"} 10
            weir_batch_rows_sum{expert="causal"} 20.0
            """;

    private static final String AFTER = """
            weir_batch_rows{expert="causal",quantile="0.5"} 3.0
            weir_batch_rows_count{expert="causal"} 30
            weir_batch_rows_sum{expert="causal"} 100.0
            weir_batch_tokens_sum{expert="causal"} 400.0
            weir_batch_queue_delay_seconds{expert="causal",quantile="0.99"} 0.004
            weir_tokens_decided_total 4.0E2
            """;

    @Test
    void countsOnlyWhatCameSince() {
        ExpertLoad load = ExpertLoad.of("causal", Scrape.parse(BEFORE), Scrape.parse(AFTER));
        assertThat(load.runs()).isEqualTo(20);
        assertThat(load.rowsPerRun()).isEqualTo(4);
        assertThat(load.tokensPerRun()).isEqualTo(20);
        assertThat(load.p50Rows()).isEqualTo(3);
        assertThat(load.p99QueueDelayMillis()).isEqualTo(4);
    }

    @Test
    void namesTheExpertsThatRan() {
        assertThat(Scrape.parse(AFTER).experts()).containsExactly("causal");
        assertThat(Scrape.parse(AFTER).value("weir_tokens_decided_total")).isEqualTo(400);
        assertThat(Scrape.parse(BEFORE).value("weir_tokens_decided_total")).isZero();
    }
}
