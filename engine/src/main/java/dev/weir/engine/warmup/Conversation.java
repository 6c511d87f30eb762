package dev.weir.engine.warmup;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.weir.protocol.Action;
import dev.weir.protocol.WireName;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text written by us: what the demo shows, and what a server is warmed up with.
 *
 * @param name short, shown beside its stream
 * @param topic what makes it worth watching
 * @param expect wire name of what a sensible policy does: {@code pass}, {@code redact} or {@code stop}
 * @param user what the reply answers
 * @param reply what the model would generate
 */
public record Conversation(String name, String topic, String expect, String user, String reply) {

    private static final String RESOURCE = "/demo/conversations.jsonl";
    private static final ObjectReader READER = new ObjectMapper().readerFor(Conversation.class);

    /** White space with what follows it, at most six letters at once: about as much as a model's token. */
    private static final Pattern PIECE = Pattern.compile("\\s*\\S{1,6}");

    public static List<Conversation> all() throws IOException {
        try (InputStream in = Conversation.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new FileNotFoundException(RESOURCE + " is not in the jar");
            }
            List<Conversation> all = new ArrayList<>();
            try (MappingIterator<Conversation> lines = READER.readValues(in)) {
                lines.forEachRemaining(all::add);
            }
            return all;
        }
    }

    public Action expected() {
        return WireName.parse(Action.class, expect)
                .orElseThrow(
                        () -> new IllegalStateException("expect: " + expect + " (expected: pass, redact or stop)"));
    }

    /** The reply as a model would send it, token by token; put together again they are the reply. */
    public List<String> pieces() {
        List<String> pieces = new ArrayList<>();
        Matcher piece = PIECE.matcher(reply);
        int end = 0;
        while (piece.find()) {
            pieces.add(piece.group());
            end = piece.end();
        }
        if (end < reply.length()) {
            pieces.add(reply.substring(end));
        }
        return pieces;
    }
}
