package dev.weir.models;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One streaming expert, open, with the states of its streams. Not thread-safe but for {@link #states()}.
 *
 * <p>On the CPU an expert whose manifest names a kernel is run by that, and any other by ONNX Runtime. Before a kernel is
 * trusted it reads the same tokens as ONNX Runtime does and has to say the same.
 */
public final class StreamingSession implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StreamingSession.class);

    /** Rounding takes logits at most a thousandth apart; a wrong tap or weight, tenths. */
    private static final float MOST_DIFFERENCE = 1e-2f;

    private static final int RUNS_TO_WARM_UP = 50;

    private final StreamingExpert expert;
    private final StreamingNetwork network;
    /** Rows of the run at hand that can be scored. */
    private final List<TokenRow> live = new ArrayList<>();

    private boolean closed;

    private StreamingSession(StreamingExpert expert, StreamingNetwork network) {
        this.expert = expert;
        this.network = network;
    }

    /**
     * Opens the model and allocates the states, for runs in the shape of their rows.
     *
     * @param device as {@link Placement#of} takes it
     * @param slots most streams at a time
     */
    public static StreamingSession open(StreamingExpert expert, Device device, int slots) throws ExpertLoadException {
        return open(expert, Placement.of(device), RunShapes.EXACT, slots);
    }

    /**
     * Opens the model and allocates the states.
     *
     * @param shapes of runs by ONNX Runtime; a kernel pads nothing
     * @param slots most streams at a time
     */
    public static StreamingSession open(StreamingExpert expert, Placement placement, RunShapes shapes, int slots)
            throws ExpertLoadException {
        return open(expert, placement, shapes, floats -> new StateArena(slots, floats), Vectors.missing());
    }

    /**
     * Opens the model beside a session that has the states.
     *
     * @param states of another session of this expert; a kernel keeps them in another form than ONNX Runtime, so both are
     *     run by the same. Held until this one is closed
     */
    public static StreamingSession open(
            StreamingExpert expert, Placement placement, RunShapes shapes, StateArena states)
            throws ExpertLoadException {
        return open(expert, placement, shapes, states::share, Vectors.missing());
    }

    /** @param missing why kernels cannot run; empty if they can */
    static StreamingSession open(StreamingExpert expert, Device device, int slots, Optional<String> missing)
            throws ExpertLoadException {
        return open(expert, Placement.of(device), RunShapes.EXACT, floats -> new StateArena(slots, floats), missing);
    }

    private static StreamingSession open(
            StreamingExpert expert,
            Placement placement,
            RunShapes shapes,
            IntFunction<StateArena> states,
            Optional<String> missing)
            throws ExpertLoadException {
        ExpertManifest.Streaming manifest = expert.manifest();
        byte[] model;
        try {
            model = Files.readAllBytes(expert.folder().resolve(manifest.model()));
        } catch (IOException e) {
            throw new ExpertLoadException(List.of(
                    "expert " + expert.name() + ": model " + manifest.model() + " (expected: a readable file)"));
        }
        ExpertManifest.Kernel kernel = manifest.kernel();
        if (kernel != null && placement.equals(Placement.CPU)) {
            if (missing.isEmpty()) {
                return openKernel(expert, model, kernel, states);
            }
            log.warn(
                    "expert {}: its kernel cannot run, {}; ONNX Runtime runs it, slower", expert.name(), missing.get());
        }
        return new StreamingSession(expert, OnnxNetwork.open(expert, model, placement, shapes, states));
    }

    private static StreamingSession openKernel(
            StreamingExpert expert, byte[] model, ExpertManifest.Kernel kernel, IntFunction<StateArena> states)
            throws ExpertLoadException {
        IntFunction<StateArena> trial = floats -> new StateArena(1, floats);
        try (StreamingSession onnx = new StreamingSession(
                        expert, OnnxNetwork.open(expert, model, Placement.CPU, RunShapes.EXACT, trial));
                StreamingSession session =
                        new StreamingSession(expert, GatedConvolution.open(expert, model, kernel, trial))) {
            for (Role role : Role.values()) {
                session.compareWith(onnx, role, kernel);
            }
            session.compile();
        } catch (ExpertFailedException e) {
            throw new ExpertLoadException(List.of(e.getMessage()));
        }
        return new StreamingSession(expert, GatedConvolution.open(expert, model, kernel, states));
    }

    /** Lets both read more tokens than a layer looks back, in rows of several lengths. */
    private void compareWith(StreamingSession onnx, Role role, ExpertManifest.Kernel kernel)
            throws ExpertLoadException, ExpertFailedException {
        int reach = 2 * kernel.dilations().stream().mapToInt(Integer::intValue).sum();
        StateArena.Slot slot = states().acquire().orElseThrow();
        StateArena.Slot onnxSlot = onnx.states().acquire().orElseThrow();
        int[] ids = new int[expert.maxTokens()];
        ids[0] = expert.startToken(role);
        int count = 1;
        try {
            for (int read = 0; read < 2 * reach; read += count) {
                score(List.of(new TokenRow(slot, ids, count, false)));
                onnx.score(List.of(new TokenRow(onnxSlot, ids, count, false)));
                for (int i = 0; i < count * expert.categories().size(); i++) {
                    float difference = Math.abs(logit(0, i) - onnx.logit(0, i));
                    if (!(difference <= MOST_DIFFERENCE)) {
                        throw new ExpertLoadException(List.of("expert " + expert.name() + ": kernel with dilations "
                                + kernel.dilations() + " gives logits that differ by " + difference
                                + " (expected: at most " + MOST_DIFFERENCE + ", from its model in ONNX Runtime)"));
                    }
                }
                count = Math.min(count + 1, ids.length);
                for (int t = 0; t < count; t++) {
                    ids[t] = (int) Long.remainderUnsigned(
                            SplitMix64.mix(read * 31L + t), expert.tokenizer().vocabularySize());
                }
            }
        } finally {
            states().release(slot);
            onnx.states().release(onnxSlot);
        }
    }

    /** Until the JVM has compiled a kernel, a token takes milliseconds; no stream is to wait for that. */
    private void compile() throws ExpertFailedException {
        StateArena.Slot slot = states().acquire().orElseThrow();
        for (int run = 0; run < RUNS_TO_WARM_UP; run++) {
            score(List.of(new TokenRow(slot, new int[1], 1, true)));
        }
        states().release(slot);
    }

    /** Runs ONNX Runtime in every shape that text can come in; a kernel is warm from the start. */
    public void warm() throws ExpertFailedException {
        if (network instanceof OnnxNetwork onnx) {
            onnx.warm();
        }
    }

    public StateArena states() {
        return network.states();
    }

    /**
     * Scores 1 to maxBatch rows of 1 to maxTokens tokens and moves their states on, except those of provisional rows.
     * Blocks for the length of the run. A row whose slot is stale, or for which the model gives numbers that are none,
     * {@link TokenRow#failed fails} alone. A slot may be in one row of a batch only.
     *
     * @throws ExpertFailedException if the run broke: no row was scored, no state changed
     */
    public void score(List<TokenRow> rows) throws ExpertFailedException {
        if (closed) {
            throw new IllegalStateException("expert " + expert.name() + " is closed");
        }
        if (rows.isEmpty() || rows.size() > expert.maxBatch()) {
            throw new IllegalArgumentException("rows " + rows.size() + " (expected: 1 to " + expert.maxBatch() + ")");
        }
        for (TokenRow row : rows) {
            if (row.count() > expert.maxTokens()) {
                throw new IllegalArgumentException(
                        "tokens " + row.count() + " (expected: 1 to " + expert.maxTokens() + ")");
            }
        }
        live.clear();
        for (TokenRow row : rows) {
            if (!isKnown(row)) {
                row.fail();
            } else if (network.admit(row, live.size())) {
                live.add(row);
            } else {
                row.failStale();
            }
        }
        if (live.isEmpty()) {
            return;
        }
        network.run(live);
        for (int r = 0; r < live.size(); r++) {
            finish(live.get(r), r);
        }
    }

    private boolean isKnown(TokenRow row) {
        int vocabulary = expert.tokenizer().vocabularySize();
        for (int t = 0; t < row.count(); t++) {
            if (row.id(t) < 0 || row.id(t) >= vocabulary) {
                return false;
            }
        }
        return true;
    }

    private void finish(TokenRow row, int r) {
        List<Calibration> calibration = expert.manifest().calibration();
        int categories = calibration.size();
        byte[] votes = new byte[row.count() * categories];
        for (int i = 0; i < votes.length; i++) {
            float logit = network.logit(r, i);
            if (!Float.isFinite(logit)) {
                row.fail();
                return;
            }
            votes[i] = calibration.get(i % categories).vote(logit);
        }
        if (!row.provisional() && !network.keep(row, r)) {
            row.failStale();
            return;
        }
        row.scored(votes, categories);
    }

    /** The raw output of the last run, token by token, category by category, of the row that was the {@code r}th to live. */
    float logit(int r, int index) {
        return network.logit(r, index);
    }

    /** Closes the model and lets go of the states; when nobody else holds those, the slots are worth nothing after. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            network.close();
        }
    }
}
