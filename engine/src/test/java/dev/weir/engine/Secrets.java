package dev.weir.engine;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Two hundred structured secrets that belong to nobody, made from published test ranges and a fixed seed. */
final class Secrets {

    static final List<String> SAMPLE = sample();

    private Secrets() {}

    private static List<String> sample() {
        Random random = new Random(4711);
        List<String> secrets = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            secrets.add(card(random, i));
            secrets.add(iban(random, i));
            secrets.add(mail(random, i));
            secrets.add(key(random, i));
        }
        return secrets;
    }

    private static String card(Random random, int i) {
        String prefix = List.of("4", "51", "55", "6011").get(i % 4);
        StringBuilder digits = new StringBuilder(prefix);
        while (digits.length() < 15) {
            digits.append(random.nextInt(10));
        }
        digits.append(luhnDigit(digits));
        String separator = List.of("", " ", "-").get(i % 3);
        return String.join(separator, digits.toString().split("(?<=\\G.{4})"));
    }

    private static int luhnDigit(CharSequence digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int doubled = i % 2 == 0 ? digit * 2 : digit;
            sum += doubled > 9 ? doubled - 9 : doubled;
        }
        return (10 - sum % 10) % 10;
    }

    private static String iban(Random random, int i) {
        String account = digits(random, 18);
        BigInteger rest = new BigInteger(account + "131400").mod(BigInteger.valueOf(97));
        String iban = "DE%02d%s".formatted(98 - rest.intValue(), account);
        return i % 2 == 0 ? iban : String.join(" ", iban.split("(?<=\\G.{4})"));
    }

    private static String mail(Random random, int i) {
        return letters(random, 3 + i % 9) + (i % 2 == 0 ? "." + letters(random, 4) : "") + "@example."
                + List.of("com", "org", "net").get(i % 3);
    }

    private static String key(Random random, int i) {
        return switch (i % 4) {
            case 0 -> "AKIA" + letters(random, 16).toUpperCase(java.util.Locale.ROOT);
            case 2 -> "sk_live_" + letters(random, 12) + digits(random, 12);
            case 1 -> "ghp_" + letters(random, 18) + digits(random, 18);
            default -> "sk-" + letters(random, 24) + digits(random, 24);
        };
    }

    private static String letters(Random random, int count) {
        return random.ints(count, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String digits(Random random, int count) {
        return random.ints(count, '0', '9' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
