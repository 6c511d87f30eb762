package dev.weir.engine.adaptation;

import dev.weir.engine.ensemble.Weights;
import dev.weir.engine.ensemble.WeightsVersion;
import dev.weir.engine.learning.WeightsHistory;
import dev.weir.engine.ledger.Definition;
import dev.weir.engine.ledger.Ledger;
import dev.weir.engine.ledger.LedgerReader;
import dev.weir.engine.trace.Definitions;
import dev.weir.engine.trace.MalformedTraceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The versions of the weights as the ledger holds them. Those learned on top of other experts, policies or configured
 * weights stay in the ledger, where replay finds them, and are no part of this history: it begins anew with the
 * configured weights, under the next number.
 */
public final class LedgerHistory implements WeightsHistory {

    private final Ledger ledger;
    private final List<WeightsVersion> versions = new ArrayList<>();
    private long openedAt;

    private LedgerHistory(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * @param configured weights as they are set
     * @param basis what they are set beside; see {@link WeightsVersion#basis()}
     */
    public static LedgerHistory open(Ledger ledger, Weights configured, String basis) {
        LedgerHistory history = new LedgerHistory(ledger);
        long last = history.read(basis);
        if (history.versions.isEmpty()) {
            Weights numbered =
                    new Weights(last + 1, configured.byExpert(), configured.byCategory(), configured.byTenant());
            history.append(WeightsVersion.configured(numbered, basis));
        } else {
            ledger.define(Definitions.of(history.versions.getLast()));
        }
        return history;
    }

    /** @return the highest number that was ever given, 0 if none */
    private long read(String basis) {
        SortedMap<Long, Definition> byNumber =
                new TreeMap<>(); // one that was pruned is written again, behind later ones
        try (LedgerReader reader = ledger.reader()) {
            openedAt = reader.last();
            reader.definitions(Definition.WEIGHTS)
                    .forEach(definition -> byNumber.put(Long.parseLong(definition.id()), definition));
        }
        byNumber.values().forEach(definition -> {
            Optional<WeightsVersion> version = read(definition);
            if (version.filter(known -> known.basis().equals(basis)).isPresent()) {
                versions.add(version.get());
            } else {
                versions.clear();
            }
        });
        return byNumber.isEmpty() ? 0 : byNumber.lastKey();
    }

    /** Empty where another build wrote it in another way: what was learned then is learned again, from the reviews. */
    private static Optional<WeightsVersion> read(Definition definition) {
        try {
            return Optional.of(Definitions.weights(definition));
        } catch (MalformedTraceException e) {
            return Optional.empty();
        }
    }

    /** The sequence number of the ledger's newest entry when this was opened. What followed is news. */
    long openedAt() {
        return openedAt;
    }

    @Override
    public void append(WeightsVersion version) {
        versions.add(version);
        ledger.define(Definitions.of(version));
    }

    @Override
    public List<WeightsVersion> versions() {
        return List.copyOf(versions);
    }
}
