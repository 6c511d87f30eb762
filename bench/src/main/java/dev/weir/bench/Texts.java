package dev.weir.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.bench.load.Sample;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Texts to play: those of given files of JSON lines with a {@code text}, or the demo's replies. */
public final class Texts {

    private static final String SHIPPED = "/demo/conversations.jsonl";

    private Texts() {}

    /** @param limit how many, drawn with a fixed seed; all when there are fewer */
    public static List<String> read(List<Path> files, int limit) throws IOException {
        return samples(files, limit).stream().map(Sample::text).toList();
    }

    /** The same, with what is known of them. */
    static List<Sample> samples(List<Path> files, int limit) throws IOException {
        List<Sample> texts = new ArrayList<>();
        if (files.isEmpty()) {
            try (InputStream shipped = Texts.class.getResourceAsStream(SHIPPED)) {
                if (shipped == null) {
                    throw new IOException("resource " + SHIPPED + " is missing (expected: in the engine's jar)");
                }
                collect(shipped, "reply", texts);
            }
        }
        for (Path file : files) {
            try (InputStream raw = Files.newInputStream(file);
                    InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
                collect(in, "text", texts);
            }
        }
        Collections.shuffle(texts, new Random(1));
        return texts.subList(0, Math.min(limit, texts.size()));
    }

    private static void collect(InputStream in, String key, List<Sample> texts) {
        ObjectMapper json = new ObjectMapper();
        try (Stream<String> lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).lines()) {
            lines.filter(line -> !line.isBlank()).forEach(line -> {
                try {
                    JsonNode row = json.readTree(line);
                    String text = row.path(key).asText();
                    if (!text.isBlank()) {
                        boolean harmful = row.path("label").asInt() == 1
                                || row.path("expect").asText().equals("stop");
                        texts.add(new Sample(
                                text, harmful, row.path("spans").path(0).path(0).asInt(-1)));
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
