package dev.weir.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.bench.report.Point;
import dev.weir.bench.report.PointTable;
import dev.weir.bench.report.RunNote;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How a run says what it found. */
final class ReportOptions {

    @Option(names = "--json", description = "One JSON object: note, points, rows.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
    private CommandSpec command;

    /** Words for a person who waits; nothing with --json. */
    void say(String line) {
        show(line + System.lineSeparator());
    }

    void show(String text) {
        if (!json) {
            PrintWriter out = command.commandLine().getOut();
            out.print(text);
            out.flush();
        }
    }

    /** @param rows what a profile found besides its points, such as a time line */
    void write(RunNote note, List<Point> points, List<?> rows) throws IOException {
        if (json) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("note", note);
            result.put("points", points);
            result.put("rows", rows);
            PrintWriter out = command.commandLine().getOut();
            out.println(new ObjectMapper().writeValueAsString(result));
            out.flush();
            return;
        }
        points.forEach(point -> show(PointTable.details(point)));
        say("");
        say(note.question());
        say(note.command());
        say(note.machine() + "; commit " + note.commit() + ", " + note.when());
        say("");
        show(PointTable.of(points));
    }
}
