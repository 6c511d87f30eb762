package dev.weir.engine.access;

import java.util.List;
import java.util.regex.Pattern;

/** What a tenant may be called: names of the ledger's chains and of files with keys are made of it. */
final class TenantName {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,47}");
    private static final String EXPECTED = "1 to 48 letters, digits, dots, - or _, the first a letter or digit";

    private TenantName() {}

    static boolean isOne(String name) {
        return NAME.matcher(name).matches();
    }

    static void require(String name, String path, List<String> problems) {
        if (!isOne(name)) {
            problems.add(path + ": " + name + " (expected: " + EXPECTED + ")");
        }
    }
}
