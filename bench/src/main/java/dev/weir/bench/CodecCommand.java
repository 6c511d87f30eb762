package dev.weir.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.sun.management.ThreadMXBean;
import dev.weir.protocol.ClientDecoder;
import dev.weir.protocol.ClientMessage;
import dev.weir.protocol.JsonCodec;
import dev.weir.protocol.MessageBuffer;
import dev.weir.protocol.ProtoCodec;
import dev.weir.protocol.ServerMessage;
import dev.weir.protocol.Subprotocol;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Question: what does a delta cost to read and a released to write, in each subprotocol, and against the general way of
 * Jackson? One thread, messages of many streams in turn; the ways are interleaved round by round, and medians of rounds
 * are told. Bytes on the wire count the frame's head, masked from the client.
 */
@Command(
        name = "codec",
        description = "Cost of reading a delta and writing a released.",
        mixinStandardHelpOptions = true)
final class CodecCommand implements Callable<Integer> {

    private static final int MESSAGES = 4_096;
    private static final int CLIENT_HEAD = 6;
    private static final int SERVER_HEAD = 2;
    private static final JsonFactory JACKSON = new JsonFactory();

    @Option(names = "--rounds", defaultValue = "31", description = "Rounds (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--repeats",
            defaultValue = "50",
            description = "Times " + MESSAGES + " messages in a round (default: ${DEFAULT-VALUE}).")
    private int repeats;

    @Option(names = "--streams", defaultValue = "100", description = "Open at once (default: ${DEFAULT-VALUE}).")
    private int streams;

    /** Escapes, as a message does that is told to an actor. */
    private volatile @Nullable ClientMessage lastRead;

    /** Does one message, and returns something of it that cannot be left out. */
    private interface Work {
        int message(int number) throws Exception;
    }

    private record Way(String name, Work work, double wireBytes, List<Double> nanos, List<Double> bytes) {}

    @Override
    public Integer call() throws Exception {
        List<ClientMessage.Delta> deltas = deltas();
        List<ServerMessage> released = released();
        List<Way> ways = List.of(
                reading(
                        "delta   json, general way (Jackson)",
                        Subprotocol.JSON,
                        deltas,
                        message -> JsonCodec.decodeClient(new String(message, StandardCharsets.UTF_8))),
                reading("delta   json", Subprotocol.JSON, deltas, reader(Subprotocol.JSON)),
                reading("delta   proto", Subprotocol.PROTO, deltas, reader(Subprotocol.PROTO)),
                writing("released json, general way (Jackson)", Subprotocol.JSON, released, CodecCommand::jackson),
                writing("released json", Subprotocol.JSON, released, writer(Subprotocol.JSON)),
                writing("released proto", Subprotocol.PROTO, released, writer(Subprotocol.PROTO)));
        long sum = 0;
        for (int round = -rounds / 3; round < rounds; round++) {
            for (Way way : ways) {
                sum += measure(way, round);
            }
        }
        System.out.println("way                                      us/message   bytes allocated   bytes on the wire");
        for (Way way : ways) {
            System.out.printf(
                    "%-40s %8.3f %17.0f %19.1f%n", way.name, median(way.nanos) / 1e3, median(way.bytes), way.wireBytes);
        }
        System.out.printf(
                "(%d messages of %d streams a round, %d rounds, check %x)%n", repeats * MESSAGES, streams, rounds, sum);
        return 0;
    }

    private long measure(Way way, int round) throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        long allocated = threads.getCurrentThreadAllocatedBytes();
        long start = threads.getCurrentThreadCpuTime(); // beside busy neighbours the clock on the wall says nothing
        for (int repeat = 0; repeat < repeats; repeat++) {
            for (int number = 0; number < MESSAGES; number++) {
                sum += way.work.message(number);
            }
        }
        long nanos = threads.getCurrentThreadCpuTime() - start;
        long bytes = threads.getCurrentThreadAllocatedBytes() - allocated;
        if (round >= 0) {
            way.nanos.add(nanos / ((double) repeats * MESSAGES));
            way.bytes.add(bytes / ((double) repeats * MESSAGES));
        }
        return sum;
    }

    private interface Reader {
        ClientMessage read(byte[] message) throws Exception;
    }

    private static Reader reader(Subprotocol subprotocol) {
        ClientDecoder decoder = subprotocol.newDecoder();
        return message -> decoder.decode(message, message.length);
    }

    private Way reading(String name, Subprotocol subprotocol, List<ClientMessage.Delta> deltas, Reader reader) {
        byte[][] messages = deltas.stream()
                .map(delta -> switch (subprotocol) {
                    case JSON -> JsonCodec.encodeUtf8(delta);
                    case PROTO -> ProtoCodec.encode(delta);
                })
                .toArray(byte[][]::new);
        double mean = Arrays.stream(messages)
                .mapToInt(message -> message.length)
                .average()
                .orElseThrow();
        return new Way(
                name,
                number -> {
                    ClientMessage read = reader.read(messages[number]);
                    lastRead = read;
                    return read.type().length();
                },
                mean + CLIENT_HEAD,
                new ArrayList<>(),
                new ArrayList<>());
    }

    private interface Writer {
        int write(ServerMessage message) throws Exception;
    }

    private static Writer writer(Subprotocol subprotocol) {
        MessageBuffer out = new MessageBuffer();
        return message -> {
            subprotocol.encode(message, out);
            return out.length();
        };
    }

    private Way writing(String name, Subprotocol subprotocol, List<ServerMessage> messages, Writer writer)
            throws Exception {
        double length = 0;
        for (ServerMessage message : messages) {
            length += writer(subprotocol).write(message);
        }
        return new Way(
                name,
                number -> writer.write(messages.get(number)),
                length / messages.size() + SERVER_HEAD,
                new ArrayList<>(),
                new ArrayList<>());
    }

    /** As any server would write it that has Jackson and no more. */
    private static int jackson(ServerMessage message) throws IOException {
        ServerMessage.Released released = (ServerMessage.Released) message;
        StringWriter json = new StringWriter(128);
        try (JsonGenerator out = JACKSON.createGenerator(json)) {
            out.writeStartObject();
            out.writeStringField("type", released.type());
            out.writeStringField("stream", released.stream());
            out.writeNumberField("through", released.through());
            out.writeNumberField("risk", released.risk());
            out.writeEndObject();
        }
        return json.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    /** The demo's texts word by word, in turn among the streams; every other delta says where it begins. */
    private List<ClientMessage.Delta> deltas() throws IOException {
        List<ClientMessage.Delta> deltas = new ArrayList<>();
        List<String> texts = Texts.read(List.of(), 100);
        for (int text = 0; deltas.size() < MESSAGES; text++) {
            int at = 0;
            for (String word : texts.get(text % texts.size()).split("(?<=\\s)(?=\\S)", -1)) {
                int number = deltas.size();
                deltas.add(new ClientMessage.Delta("g-" + number % streams, word, number % 2 == 0 ? at : null));
                at += word.length();
            }
        }
        return deltas.subList(0, MESSAGES);
    }

    private List<ServerMessage> released() {
        Random random = new Random(5);
        List<ServerMessage> released = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            released.add(
                    new ServerMessage.Released("g-" + i % streams, random.nextInt(4_000), random.nextDouble() / 10));
        }
        return released;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
