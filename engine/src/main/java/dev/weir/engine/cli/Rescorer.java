package dev.weir.engine.cli;

import com.typesafe.config.Config;
import dev.weir.engine.evaluation.Judged;
import dev.weir.engine.evaluation.Rescoring;
import dev.weir.models.Category;
import dev.weir.models.Device;
import dev.weir.models.Expert;
import dev.weir.models.ExpertFailedException;
import dev.weir.models.ExpertLibrary;
import dev.weir.models.ExpertLoadException;
import dev.weir.models.WindowedExpert;
import dev.weir.models.WindowedSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The first windowed expert of a configuration, opened beside the engine to score texts without it. */
final class Rescorer implements AutoCloseable {

    private final WindowedSession session;
    private final Rescoring rescoring;

    private Rescorer(WindowedSession session, Rescoring rescoring) {
        this.session = session;
        this.rescoring = rescoring;
    }

    /** @param categories whose risk counts */
    static Rescorer open(Config settings, Set<Category> categories) throws IOException {
        Config models = settings.getConfig("weir.models");
        List<String> names = models.getStringList("experts");
        try {
            for (Expert expert :
                    ExpertLibrary.load(Path.of(models.getString("directory"))).experts()) {
                if (expert instanceof WindowedExpert windowed && names.contains(windowed.name())) {
                    WindowedSession session = WindowedSession.open(windowed, Device.CPU);
                    return new Rescorer(session, new Rescoring(windowed, session, categories));
                }
            }
        } catch (ExpertLoadException e) {
            throw new IOException(String.join("\n", e.problems()), e);
        }
        throw new IOException(
                "--rescore: none of weir.models.experts, " + names + ", is windowed (expected: one to score with)");
    }

    /** A prompt is decided whole, so there is nothing to score again. */
    Judged rescore(Judged text) throws IOException {
        try {
            return text.row().isPrompt()
                    ? text
                    : text.with(rescoring.run(text.row().text()));
        } catch (ExpertFailedException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
