package dev.weir.engine.access;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** What each tenant has of the server. Safe from any thread. */
public final class Allowances {

    private final LongSupplier nanoTime;
    private final Map<String, Allowance> byTenant = new ConcurrentHashMap<>();
    private volatile Function<String, QuotaSettings> quotas;

    Allowances(Function<String, QuotaSettings> quotas, LongSupplier nanoTime) {
        this.quotas = quotas;
        this.nanoTime = nanoTime;
    }

    /** For whoever shares the server with nobody. */
    public static Allowances unlimited() {
        return new Allowances(tenant -> QuotaSettings.NONE, System::nanoTime);
    }

    public Allowance of(String tenant) {
        return byTenant.computeIfAbsent(tenant, name -> new Allowance(quotas.apply(name), nanoTime));
    }

    /** What tenants have stays theirs; how much more they may have is said anew. */
    void limit(Function<String, QuotaSettings> changed) {
        quotas = changed;
        byTenant.forEach((tenant, allowance) -> allowance.limit(changed.apply(tenant)));
    }
}
