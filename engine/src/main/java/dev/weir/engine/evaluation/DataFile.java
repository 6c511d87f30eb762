package dev.weir.engine.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Labelled texts, one JSON object a line, plain or gzip (told apart by the first two bytes, not by the name). */
public final class DataFile {

    private static final ObjectMapper JSON = new ObjectMapper();

    private DataFile() {}

    /**
     * @param split keep rows of this split only; null keeps {@code dev} where the file is split, else all
     * @param limit rows kept at most, spread evenly over the file: files are often sorted by label
     * @throws IOException also for a line that is not a labelled text, naming it
     */
    public static List<LabelledText> read(Path file, @Nullable String split, int limit) throws IOException {
        List<LabelledText> rows = readAll(file);
        String wanted = split != null ? split : isSplit(rows) ? "dev" : null;
        return spread(
                rows.stream()
                        .filter(row -> wanted == null || wanted.equals(row.split()))
                        .toList(),
                limit);
    }

    /**
     * Every row, of whatever split.
     *
     * @throws IOException also for a line that is not a labelled text, naming it
     */
    public static List<LabelledText> readAll(Path file) throws IOException {
        List<LabelledText> rows = new ArrayList<>();
        try (BufferedReader lines = open(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    rows.add(parse(file, number, line));
                }
            }
        }
        return rows;
    }

    private static boolean isSplit(List<LabelledText> rows) {
        return rows.stream().anyMatch(row -> row.split() != null);
    }

    /** At most {@code limit} of the rows, spread evenly over them. */
    public static <T> List<T> spread(List<T> rows, int limit) {
        if (rows.size() <= limit) {
            return rows;
        }
        List<T> kept = new ArrayList<>(limit);
        for (int i = 0; i < limit; i++) {
            kept.add(rows.get((int) ((long) i * rows.size() / limit)));
        }
        return kept;
    }

    private static LabelledText parse(Path file, int number, String line) throws IOException {
        try {
            return LabelledText.of(JSON.readTree(line), file.getFileName() + ":" + number);
        } catch (JsonProcessingException e) {
            throw new IOException(String.format(Locale.ROOT, "%s line %d: not JSON", file, number), e);
        } catch (IllegalArgumentException e) {
            throw new IOException(String.format(Locale.ROOT, "%s line %d: %s", file, number, e.getMessage()), e);
        }
    }

    private static BufferedReader open(Path file) throws IOException {
        InputStream bytes = new BufferedInputStream(Files.newInputStream(file));
        try {
            bytes.mark(2);
            boolean gzip = bytes.read() == 0x1f && bytes.read() == 0x8b;
            bytes.reset();
            InputStream plain = gzip ? new GZIPInputStream(bytes, 1 << 16) : bytes;
            return new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8));
        } catch (IOException e) {
            bytes.close();
            throw e;
        }
    }
}
