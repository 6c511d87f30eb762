package dev.weir.bench;

import dev.weir.engine.learning.Cast;
import dev.weir.engine.learning.Learner;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.ObjIntConsumer;

/**
 * How labels reach a learner.
 *
 * @param delay texts that are predicted between a text and its label
 * @param reviewed share of the texts that ever get one, drawn independently with a fixed seed
 */
record LateLabels(int delay, double reviewed) {

    static final LateLabels AT_ONCE = new LateLabels(0, 1);

    private record Waiting(Cast cast, boolean harmful, boolean reviewed) {}

    /**
     * Lets a learner predict every text and learn from what is reviewed.
     *
     * @param watch is shown the learner before each text, with the text's number
     * @return loss of all its predictions, reviewed or not, in nats
     */
    double play(Learner learner, List<Labelled> texts, ObjIntConsumer<Learner> watch) {
        Random draw = new Random(7);
        Deque<Waiting> waiting = new ArrayDeque<>();
        double loss = 0;
        for (int i = 0; i < texts.size(); i++) {
            watch.accept(learner, i);
            Labelled text = texts.get(i);
            Cast cast = learner.cast(text.ballot());
            loss += cast.loss(text.harmful());
            waiting.add(new Waiting(cast, text.harmful(), draw.nextDouble() < reviewed));
            if (waiting.size() > delay) {
                Waiting due = waiting.remove();
                if (due.reviewed) {
                    learner.learn(due.cast, due.harmful, 1 / reviewed);
                }
            }
        }
        return loss;
    }
}
