package dev.weir.engine.access;

import com.typesafe.config.Config;
import dev.weir.protocol.Mode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What one tenant may have at most, whatever its credentials say.
 *
 * @param policies that may be named, the first taken when none is; empty for all there are, and the server's default
 */
record TenantSettings(List<String> policies, Mode weakestMode, QuotaSettings quotas) {

    TenantSettings {
        policies = List.copyOf(policies);
    }

    /** @param known names of all policies */
    static TenantSettings from(Config config, String path, Set<String> known, List<String> problems) {
        Set<String> policies = new LinkedHashSet<>(config.getStringList("policies"));
        policies.stream()
                .filter(policy -> !known.contains(policy))
                .forEach(policy -> problems.add(
                        path + ".policies: " + policy + " (expected: of weir.policies, " + new TreeSet<>(known) + ")"));
        String preferred = config.getString("default-policy");
        if (!preferred.isEmpty()) {
            Set<String> allowed = policies.isEmpty() ? known : policies;
            if (!allowed.contains(preferred)) {
                problems.add(path + ".default-policy: " + preferred + " (expected: one of " + allowed + ")");
            }
            List<String> inOrder = new ArrayList<>(List.of(preferred));
            allowed.stream().filter(policy -> !policy.equals(preferred)).forEach(inOrder::add);
            policies = new LinkedHashSet<>(inOrder);
        }
        return new TenantSettings(
                List.copyOf(policies),
                Modes.from(config.getString("weakest-mode"), path + ".weakest-mode", problems),
                QuotaSettings.from(config.getConfig("quotas"), path + ".quotas", problems));
    }

    /** Everything the grant gives that this leaves. */
    Caller caller(Grant grant, Pass pass) {
        return new Caller(
                grant.tenant(),
                grant.subject(),
                grant.scopes(),
                grant.policies().isEmpty() ? policies : grant.policies(),
                Modes.stricter(weakestMode, grant.weakestMode()),
                pass);
    }

    boolean has(String policy) {
        return policies.isEmpty() || policies.contains(policy);
    }
}
