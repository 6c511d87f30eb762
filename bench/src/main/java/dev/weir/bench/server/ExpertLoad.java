package dev.weir.bench.server;

/**
 * What one expert did in a stretch of time.
 *
 * @param rowsPerRun mean rows of a batch
 * @param tokensPerRun mean tokens of a batch, without padding
 * @param p50Rows of its latest runs
 * @param p50QueueDelayMillis of the latest runs, how long their oldest row waited
 */
public record ExpertLoad(
        String expert,
        long runs,
        long rows,
        double rowsPerRun,
        double tokensPerRun,
        double p50Rows,
        double p99Rows,
        double maxRows,
        double p50QueueDelayMillis,
        double p99QueueDelayMillis,
        double p50ServiceMillis,
        double p99ServiceMillis) {

    public static ExpertLoad of(String expert, Scrape before, Scrape after) {
        String label = "{expert=\"" + expert + "\"}";
        double runs = after.since(before, "weir_batch_rows_count" + label);
        double rows = after.since(before, "weir_batch_rows_sum" + label);
        double tokens = after.since(before, "weir_batch_tokens_sum" + label);
        return new ExpertLoad(
                expert,
                (long) runs,
                (long) rows,
                runs == 0 ? 0 : rows / runs,
                runs == 0 ? 0 : tokens / runs,
                quantile(after, "weir_batch_rows", expert, "0.5"),
                quantile(after, "weir_batch_rows", expert, "0.99"),
                after.value("weir_batch_rows_max" + label),
                1e3 * quantile(after, "weir_batch_queue_delay_seconds", expert, "0.5"),
                1e3 * quantile(after, "weir_batch_queue_delay_seconds", expert, "0.99"),
                1e3 * quantile(after, "weir_batch_service_seconds", expert, "0.5"),
                1e3 * quantile(after, "weir_batch_service_seconds", expert, "0.99"));
    }

    private static double quantile(Scrape scrape, String name, String expert, String quantile) {
        return scrape.value(name + "{expert=\"" + expert + "\",quantile=\"" + quantile + "\"}");
    }
}
