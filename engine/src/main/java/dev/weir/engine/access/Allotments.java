package dev.weir.engine.access;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** What each tenant has of the server. Safe from any thread. */
public final class Allotments {

    private final LongSupplier nanoTime;
    private final Map<String, Allotment> byTenant = new ConcurrentHashMap<>();
    private volatile Function<String, QuotaSettings> quotas;

    Allotments(Function<String, QuotaSettings> quotas, LongSupplier nanoTime) {
        this.quotas = quotas;
        this.nanoTime = nanoTime;
    }

    /** For whoever shares the server with nobody. */
    public static Allotments unlimited() {
        return new Allotments(tenant -> QuotaSettings.NONE, System::nanoTime);
    }

    public Allotment of(String tenant) {
        return byTenant.computeIfAbsent(tenant, name -> new Allotment(quotas.apply(name), nanoTime));
    }

    /** What tenants have stays theirs; how much more they may have is said anew. */
    void limit(Function<String, QuotaSettings> changed) {
        quotas = changed;
        byTenant.forEach((tenant, allotment) -> allotment.limit(changed.apply(tenant)));
    }
}
