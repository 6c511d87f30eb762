package dev.weir.engine.report;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * One direction of a plot.
 *
 * @param place where a value lies, 0 at the axis' start and 1 at its end
 */
public record Axis(String label, DoubleUnaryOperator place, List<Tick> ticks) {

    private static final double LOGIT_END = 6;

    public record Tick(double value, String label) {}

    /** 0 to 1, in per cent. */
    static Axis share(String label) {
        return new Axis(
                label,
                value -> value,
                List.of(
                        new Tick(0, "0"),
                        new Tick(0.2, "20"),
                        new Tick(0.4, "40"),
                        new Tick(0.6, "60"),
                        new Tick(0.8, "80"),
                        new Tick(1, "100 %")));
    }

    /** 0.1 % to 100 %, each factor of ten as long as the next; what is less lies on the axis. */
    static Axis logShare(String label) {
        return new Axis(
                label,
                value -> value <= 0 ? 0 : Math.clamp(1 + Math.log10(value) / 3, 0, 1),
                List.of(
                        new Tick(0.001, "0.1"),
                        new Tick(0.005, "0.5"),
                        new Tick(0.01, "1"),
                        new Tick(0.05, "5"),
                        new Tick(0.1, "10"),
                        new Tick(0.5, "50"),
                        new Tick(1, "100 %")));
    }

    /** A probability, in equal steps of log-odds. */
    static Axis probability(String label) {
        return new Axis(
                label,
                value -> Math.clamp((Math.log(value / (1 - value)) + LOGIT_END) / (2 * LOGIT_END), 0, 1),
                List.of(
                        new Tick(0.01, "0.01"),
                        new Tick(0.1, "0.1"),
                        new Tick(0.5, "0.5"),
                        new Tick(0.9, "0.9"),
                        new Tick(0.99, "0.99")));
    }

    /** 0 to {@code most}, in quarters. */
    public static Axis upTo(String label, int most) {
        List<Tick> ticks = IntStream.rangeClosed(0, 4)
                .mapToObj(quarter -> new Tick(quarter * most / 4.0, Html.count(quarter * most / 4)))
                .toList();
        return new Axis(label, value -> value / most, ticks);
    }

    /** Each factor of ten as long as the next, between powers of ten around the values; what is less lies on the axis. */
    public static Axis logarithmic(String label, double least, double most) {
        double low = Math.floor(Math.log10(least));
        double high = Math.max(low + 1, Math.ceil(Math.log10(most)));
        List<Tick> ticks = IntStream.rangeClosed((int) low, (int) high)
                .mapToObj(power -> new Tick(Math.pow(10, power), number(Math.pow(10, power))))
                .toList();
        return new Axis(
                label, value -> value <= 0 ? 0 : Math.clamp((Math.log10(value) - low) / (high - low), 0, 1), ticks);
    }

    private static String number(double value) {
        return value >= 1 ? Html.count((int) value) : Double.toString(value);
    }

    /** As many places as there are names, each in the middle of its part. */
    public static Axis named(String label, List<String> names) {
        List<Tick> ticks = IntStream.range(0, names.size())
                .mapToObj(i -> new Tick(i, names.get(i)))
                .toList();
        return new Axis(label, value -> (value + 0.5) / names.size(), ticks);
    }
}
