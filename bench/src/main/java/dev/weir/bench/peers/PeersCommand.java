package dev.weir.bench.peers;

import dev.weir.bench.report.RunNote;
import dev.weir.bench.server.Checkout;
import dev.weir.protocol.Subprotocol;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Question: what does a streamed token cost a server, beside what a user would pick instead? All contestants score the
 * same texts with the same encoder, each in a process of its own that stays up; they take turns, round after round, so
 * that what the machine's neighbours do falls on all alike. Loopback only, and it stops by itself.
 */
@Command(
        name = "peers",
        description = "Weir beside a Node and a DJL server and their strategies, in one run.",
        mixinStandardHelpOptions = true)
public final class PeersCommand implements Callable<Integer> {
    private static final String QUESTION = "What does a streamed token cost, beside what a user would pick instead?";

    @Option(
            names = "--contestants",
            split = ",",
            defaultValue = "node,djl,node+floats,weir,weir@200,weir:window,node:nemo,node:so-far,node:every-token",
            description =
                    "Servers, what they do, and streams of their own: node|djl|weir[:window|nemo|so-far|every-token]"
                            + "[+floats][@STREAMS]; +floats: a peer with the encoder in 32-bit floats, as it was published"
                            + " (default: ${DEFAULT-VALUE}).")
    private List<String> names = List.of();

    @Option(
            names = "--streams",
            defaultValue = "8",
            description = "At once, as many as every contestant can carry (default: ${DEFAULT-VALUE}).")
    private int streams;

    @Option(
            names = "--rate",
            defaultValue = "20",
            description = "Tokens a second of each stream (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(names = "--rounds", defaultValue = "3", description = "Turns of each (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seconds",
            defaultValue = "30",
            description = "Measured time of a turn (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--settle",
            defaultValue = "5",
            description = "Seconds of a turn before it is measured (default: ${DEFAULT-VALUE}).")
    private int settle;

    @Option(
            names = "--warm-up",
            defaultValue = "100000",
            description = "Tokens that warm a contestant up before the first round (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--warm-up-seconds",
            defaultValue = "60",
            description = "… or as many as it can take in this time (default: ${DEFAULT-VALUE}).")
    private int warmUpSeconds;

    @Mixin
    private final Material material = new Material();

    @Option(names = "--json", description = "One JSON object instead of the tables.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        List<Contestant> wanted = names.stream().map(Contestant::parse).toList();
        Networks networks = material.networks();
        List<List<String>> texts = material.texts(networks);
        List<Turns> entered = new ArrayList<>();
        try (HttpClient client = HttpClient.newHttpClient()) {
            Lineup lineup = material.lineup(networks, client);
            try {
                for (Contestant contestant : wanted) {
                    try {
                        entered.add(new Turns(contestant, lineup.start(contestant), texts));
                    } catch (NotInstalledException e) {
                        System.err.println(contestant.name() + ": skipped, " + e.getMessage());
                    }
                }
                for (Turns turns : entered) {
                    System.err.println(turns.contestant().name() + ": warming up");
                    turns.warmUp(streams, warmUp, warmUpSeconds);
                }
                for (int round = 1; round <= rounds; round++) {
                    for (Turns turns : entered) {
                        System.err.println(
                                "round " + round + ": " + turns.contestant().name());
                        turns.take(streams, rate, settle, seconds, round);
                    }
                }
            } finally {
                entered.forEach(Turns::close);
            }
        }
        List<Report.Entry> results = entered.stream()
                .map(turns -> new Report.Entry(turns.contestant(), turns.rounds()))
                .toList();
        Report report = new Report(
                RunNote.of(
                        QUESTION,
                        "bench/run "
                                + String.join(
                                        " ",
                                        command.root()
                                                .commandLine()
                                                .getParseResult()
                                                .originalArgs()),
                        Subprotocol.JSON.wireName(),
                        Checkout.root()),
                results,
                streams,
                rate,
                seconds);
        System.out.println(json ? report.json() : report.table());
        return entered.stream().flatMap(turns -> turns.rounds().stream()).allMatch(round -> round.errors() == 0)
                ? 0
                : 1;
    }
}
