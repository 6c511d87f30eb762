package dev.weir.engine.access;

import com.typesafe.config.Config;
import dev.weir.protocol.Mode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tenants that are known, and what becomes of others. Immutable.
 *
 * @param others what a tenant has that is not named; empty when there is to be none
 */
record Tenants(Map<String, TenantSettings> byName, Optional<TenantSettings> others) {

    static final Tenants UNLIMITED = new Tenants(
            Map.of(Caller.ANYBODY.tenant(), new TenantSettings(List.of(), Mode.MONITOR, QuotaSettings.NONE)),
            Optional.empty());

    Tenants {
        byName = Map.copyOf(byName);
    }

    /**
     * @param config one object a tenant, by name
     * @param fallback what a tenant does not say for itself
     * @param policies names of all there are
     */
    static Tenants from(Config config, Config fallback, Set<String> policies, List<String> problems) {
        TenantSettings defaults = TenantSettings.from(fallback, "weir.tenant-defaults", policies, problems);
        Map<String, TenantSettings> byName = new LinkedHashMap<>();
        byName.put(Caller.ANYBODY.tenant(), defaults);
        Blocks.of(config, fallback, "weir.tenants", problems).forEach((name, tenant) -> {
            TenantName.require(name, "weir.tenants", problems);
            byName.put(name, TenantSettings.from(tenant, "weir.tenants." + name, policies, problems));
        });
        return new Tenants(byName, fallback.getBoolean("accept-unknown") ? Optional.of(defaults) : Optional.empty());
    }

    /** Empty for a tenant that is not served. */
    Optional<TenantSettings> find(String name) {
        TenantSettings known = byName.get(name);
        return known == null ? others.filter(any -> TenantName.isOne(name)) : Optional.of(known);
    }

    /** Empty when its tenant is not served. */
    Optional<Caller> caller(Grant grant, Pass pass) {
        return find(grant.tenant()).map(tenant -> tenant.caller(grant, pass));
    }

    /** Whether what a setting gives can be given. */
    void check(Grant grant, String path, List<String> problems) {
        Optional<TenantSettings> tenant = find(grant.tenant());
        if (tenant.isEmpty()) {
            problems.add(path + ".tenant: " + grant.tenant() + " (expected: one of weir.tenants, "
                    + new TreeSet<>(byName.keySet()) + ")");
            return;
        }
        grant.policies().stream()
                .filter(policy -> !tenant.get().has(policy))
                .forEach(policy -> problems.add(path + ".policies: " + policy + " (expected: one that tenant "
                        + grant.tenant() + " has, " + tenant.get().policies() + ")"));
    }
}
