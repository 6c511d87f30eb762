package dev.weir.engine.trace;

import dev.weir.engine.decision.Decision;
import dev.weir.engine.decision.Policy;
import dev.weir.engine.ensemble.WeightsVersion;
import dev.weir.engine.ledger.Definition;
import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.ledger.Receipt;
import dev.weir.engine.ledger.ReceiptId;
import dev.weir.engine.ledger.StreamRecord;
import dev.weir.models.Category;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides the streams of a ledger again: under the policy and weights that decided them, which must give their receipts,
 * and under others, to see what would change. Not thread-safe.
 */
public final class Replay {

    private final LedgerReader ledger;
    private final @Nullable Policy policy;
    private final @Nullable WeightsVersion tried;
    private final Map<Definition, Policy> policies = new HashMap<>();
    private final Map<Definition, WeightsVersion> versions = new HashMap<>();

    /**
     * @param ledger stays the caller's
     * @param policy to try; null for each stream's own
     * @param tried weights to try, with their thresholds unless a policy is tried too; null for each stream's own
     */
    public Replay(LedgerReader ledger, @Nullable Policy policy, @Nullable WeightsVersion tried) {
        this.ledger = ledger;
        this.policy = policy;
        this.tried = tried;
    }

    /** @param sequence of the record, in its ledger */
    public ReplayedStream of(long sequence, StreamRecord stream) {
        if (stream.trace().length == 0) {
            return ReplayedStream.unrecorded(stream.uid());
        }
        try {
            VoteTrace trace = VoteTrace.of(stream.trace());
            WeightsVersion version = versionOf(stream, sequence);
            Policy defined = policyOf(stream, sequence);
            Policy ownPolicy = version.inForce(defined);
            Redecision again = Redecision.of(trace, ownPolicy, version.weights().forTenant(stream.tenant()));
            return new ReplayedStream(
                    stream.uid(),
                    true,
                    differences(stream, again),
                    again,
                    policy == null && tried == null ? again : tried(trace, defined, version, stream.tenant()));
        } catch (MalformedTraceException e) {
            return ReplayedStream.unreadable(stream.uid(), String.valueOf(e.getMessage()));
        }
    }

    /**
     * How the risk of one category ran along the reply, as it was decided; empty where it was not recorded.
     *
     * @param most points, at least 2
     */
    public Optional<RiskCurve> curve(long sequence, StreamRecord stream, Category category, int most) {
        if (stream.trace().length == 0) {
            return Optional.empty();
        }
        try {
            VoteTrace trace = VoteTrace.of(stream.trace());
            WeightsVersion version = versionOf(stream, sequence);
            return Optional.of(RiskCurve.of(
                    trace,
                    version.inForce(policyOf(stream, sequence)),
                    version.weights().forTenant(stream.tenant()),
                    category,
                    most));
        } catch (MalformedTraceException e) {
            return Optional.empty();
        }
    }

    private Redecision tried(VoteTrace trace, Policy defined, WeightsVersion own, String tenant)
            throws MalformedTraceException {
        WeightsVersion version = tried == null ? own : tried;
        return Redecision.of(
                trace,
                policy == null ? version.inForce(defined) : policy,
                version.weights().forTenant(tenant));
    }

    /** What tells the decisions taken again from those that were taken, in words; none when they are the same. */
    private List<String> differences(StreamRecord stream, Redecision again) {
        List<String> differences = new ArrayList<>();
        Map<String, Receipt> receipts = new HashMap<>();
        ledger.receiptsOf(stream.uid()).forEach(receipt -> receipts.putIfAbsent(receipt.id(), receipt));
        Map<String, Decision> decided = new LinkedHashMap<>();
        for (Decision decision : again.decisions()) {
            decided.putIfAbsent(ReceiptId.of(stream.uid(), stream.openedMillis(), decision.key()), decision);
        }
        Set<String> named = new HashSet<>(stream.receipts());
        decided.forEach((id, decision) -> {
            Receipt receipt = receipts.get(id);
            if (receipt != null) {
                compare(decision, receipt, differences);
            } else if (!named.contains(id)) { // one that is named was dropped by a ledger that could not keep up
                differences.add(decision.key() + " is decided now (expected: a receipt of it)");
            }
        });
        if (!again.truncated()) {
            named.stream().filter(id -> !decided.containsKey(id)).forEach(id -> {
                Receipt receipt = receipts.get(id);
                differences.add(
                        "receipt " + id + (receipt == null ? "" : " of a " + receipt.kind() + " at " + receipt.at())
                                + " (expected: decided again)");
            });
        }
        return differences;
    }

    private static void compare(Decision decision, Receipt receipt, List<String> differences) {
        Category category = decision.category();
        compare(decision, "action", decision.action(), receipt.action(), differences);
        compare(decision, "category", category == null ? null : category.wireName(), receipt.category(), differences);
        compare(
                decision,
                "categories",
                decision.categories().stream().map(Category::wireName).toList(),
                receipt.categories(),
                differences);
        compare(decision, "rule", decision.rule(), receipt.rule(), differences);
        compare(decision, "risk", decision.risk(), receipt.risk(), differences);
    }

    private static void compare(
            Decision decision, String what, @Nullable Object now, @Nullable Object then, List<String> differences) {
        if (!Objects.equals(now, then)) {
            differences.add(decision.key() + ": " + what + " " + now + " (expected: " + then + ", of its receipt)");
        }
    }

    private Policy policyOf(StreamRecord stream, long sequence) throws MalformedTraceException {
        Definition definition = definition(Definition.POLICY, stream.policy(), sequence);
        Policy known = policies.get(definition);
        if (known == null) {
            known = Definitions.policy(definition);
            policies.put(definition, known);
        }
        return known;
    }

    private WeightsVersion versionOf(StreamRecord stream, long sequence) throws MalformedTraceException {
        Definition definition = definition(Definition.WEIGHTS, Long.toString(stream.weights()), sequence);
        WeightsVersion known = versions.get(definition);
        if (known == null) {
            known = Definitions.weights(definition);
            versions.put(definition, known);
        }
        return known;
    }

    private Definition definition(String kind, String id, long sequence) throws MalformedTraceException {
        Optional<Definition> found = ledger.definition(kind, id, sequence);
        return found.orElseThrow(() -> new MalformedTraceException(
                "definition of " + kind + " " + id + ": none (expected: one in the ledger, from before the stream)"));
    }
}
