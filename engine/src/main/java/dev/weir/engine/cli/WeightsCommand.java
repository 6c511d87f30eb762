package dev.weir.engine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What an operator asks of the weights of a running server. */
@Command(
        name = "weights",
        description = {
            "Show how far each expert is trusted, and take back what was learned.",
            "Asks the running server, on its admin port."
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class WeightsCommand implements Runnable {

    private static final String PATH = "/v1/weights";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(description = "The version in force, and how learning stands.", mixinStandardHelpOptions = true)
    int show(@Mixin AdminOptions admin) throws IOException, InterruptedException {
        print(admin, admin.get(PATH));
        return 0;
    }

    @Command(
            description = "Every version published with these experts, policies and configured weights.",
            mixinStandardHelpOptions = true)
    int history(@Mixin AdminOptions admin) throws IOException, InterruptedException {
        JsonNode versions = admin.get(PATH + "/history");
        if (admin.isJson()) {
            out().println(versions);
        } else {
            line("%7s  %-9s  %s", "version", "again", "why");
            for (JsonNode version : versions) {
                long restores = version.path("restores").longValue();
                line(
                        "%7d  %-9s  %s",
                        version.at("/weights/version").longValue(),
                        restores == 0 ? "" : "as " + restores,
                        version.path("why").textValue());
            }
        }
        out().flush();
        return 0;
    }

    @Command(
            description = "Publish nothing learned from now on; --off goes on learning.",
            mixinStandardHelpOptions = true)
    int freeze(
            @Mixin AdminOptions admin,
            @Option(names = "--off", description = "Let what is learned be published again.") boolean off)
            throws IOException, InterruptedException {
        print(admin, admin.post(PATH + "/freeze", Map.of("frozen", !off)));
        return 0;
    }

    @Command(
            description = "Put a version in force again, thresholds and all, as the newest one.",
            mixinStandardHelpOptions = true)
    int rollback(
            @Mixin AdminOptions admin,
            @Parameters(paramLabel = "VERSION", description = "Its number, of weir weights history.") long version)
            throws IOException, InterruptedException {
        print(admin, admin.post(PATH + "/rollback", Map.of("version", version)));
        return 0;
    }

    @Command(
            description = {
                "Give an expert another configured weight, and so let a shadow (weight 0) in.",
                "Tried on reviewed streams first, like anything learned."
            },
            mixinStandardHelpOptions = true)
    int promote(
            @Mixin AdminOptions admin,
            @Parameters(paramLabel = "EXPERT") String expert,
            @Parameters(paramLabel = "WEIGHT", description = "On the scale of the configured ones.") double weight,
            @Option(names = "--dry-run", description = "Only show what would change.") boolean dryRun)
            throws IOException, InterruptedException {
        Map<String, Object> order = new LinkedHashMap<>();
        order.put("expert", expert);
        order.put("weight", weight);
        order.put("dryRun", dryRun);
        JsonNode answer = admin.post(PATH + "/promote", order);
        if (admin.isJson()) {
            out().println(answer);
        } else {
            printPromotion(answer, dryRun);
        }
        out().flush();
        return answer.has("refused") ? 1 : 0;
    }

    private void printPromotion(JsonNode answer, boolean dryRun) {
        if (answer.has("refused")) {
            line("refused: %s", answer.path("refused").textValue());
            return;
        }
        line("%-16s  %8s  %8s  %11s  %6s", "policy", "", "loss", "false stops", "caught");
        each(answer.path("policies"), (policy, change) -> {
            for (String when : new String[] {"before", "after"}) {
                JsonNode trial = change.path(when);
                line(
                        "%-16s  %8s  %8.4f  %11d  %6d",
                        policy,
                        when,
                        trial.path("loss").doubleValue(),
                        trial.path("falseStops").intValue(),
                        trial.path("caught").intValue());
            }
        });
        if (answer.path("policies").isEmpty()) {
            line("too few reviewed streams to try it on");
        }
        line(
                dryRun ? "nothing was changed" : "published as version %d",
                answer.path("version").longValue());
    }

    private void print(AdminOptions admin, JsonNode report) {
        if (admin.isJson()) {
            out().println(report);
        } else {
            line(
                    "version %d, %s",
                    report.path("version").longValue(), report.path("why").textValue());
            line("");
            line("%-22s  %-20s  %10s  %8s", "category", "expert", "configured", "now");
            JsonNode configured = report.path("configured");
            each(configured, (expert, weight) -> line("%-22s  %-20s  %10.3f", "all", expert, weight.doubleValue()));
            each(report.path("learned"), (category, byExpert) -> row(category, byExpert, configured));
            each(
                    report.path("tenants"),
                    (tenant, categories) -> each(
                            categories, (category, byExpert) -> row(tenant + "/" + category, byExpert, configured)));
            line("");
            line(
                    "%d labels learned, %d without effect; %s",
                    report.path("labels").longValue(),
                    report.path("ignored").longValue(),
                    report.path("frozen").booleanValue()
                            ? "frozen"
                            : report.path("labelsToGo").intValue() + " until the next proposal");
            if (report.has("lastProposal")) {
                line("last proposal: %s", report.path("lastProposal").textValue());
            }
            each(
                    report.path("alarms"),
                    (policy, evidence) -> line(
                            "evidence of too many false stops by %s: %.3g (alarm at %.3g)",
                            policy,
                            evidence.doubleValue(),
                            report.path("alarmAt").doubleValue()));
        }
        out().flush();
    }

    private void row(String category, JsonNode byExpert, JsonNode configured) {
        each(
                byExpert,
                (expert, weight) -> line(
                        "%-22s  %-20s  %10.3f  %8.3f",
                        category, expert, configured.path(expert).doubleValue(), weight.doubleValue()));
    }

    private interface Field {
        void of(String name, JsonNode value);
    }

    private static void each(JsonNode object, Field field) {
        object.properties().forEach(next -> field.of(next.getKey(), next.getValue()));
    }

    private void line(String format, Object... values) {
        out().println(String.format(Locale.ROOT, format, values).stripTrailing());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
