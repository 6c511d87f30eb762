package dev.weir.engine.access;

import dev.weir.engine.access.Admission.Admitted;
import dev.weir.engine.access.Admission.Reason;
import dev.weir.engine.access.Admission.Refused;
import java.time.Clock;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who is let in, and as whom: the one question that every door asks. Answers at once, from what is in memory. What it
 * goes by can be changed while it is asked: each answer is by the old rules or by the new ones. Safe from any thread.
 */
public final class Access implements AutoCloseable {

    /** One set of rules, all of one moment. */
    private record Rules(AccessSettings settings, @Nullable WebTokens tokens) {}

    private final Clock clock;
    private final Allowances allowances;
    private volatile Rules rules;

    private Access(Rules rules, Clock clock, LongSupplier nanoTime) {
        this.rules = rules;
        this.clock = clock;
        this.allowances = new Allowances(tenant -> quotas(rules.settings, tenant), nanoTime);
    }

    /**
     * Looks for the keys of tokens before it returns. Where they cannot be had no token is good for now, which the log
     * says, and everything else is.
     */
    public static Access open(AccessSettings settings, Clock clock, LongSupplier nanoTime) {
        return new Access(rules(settings, clock), clock, nanoTime);
    }

    /** By these rules from now on. Who is in stays in; what tenants may have is what the new rules say. */
    public synchronized void change(AccessSettings settings) {
        Rules before = rules;
        boolean sameTokens = before.settings.tokens().equals(settings.tokens());
        rules = sameTokens ? new Rules(settings, before.tokens) : rules(settings, clock);
        allowances.limit(tenant -> quotas(settings, tenant));
        if (!sameTokens && before.tokens != null) {
            before.tokens.close();
        }
    }

    private static Rules rules(AccessSettings settings, Clock clock) {
        return new Rules(
                settings,
                settings.tokens().map(tokens -> WebTokens.open(tokens, clock)).orElse(null));
    }

    private static QuotaSettings quotas(AccessSettings settings, String tenant) {
        return settings.tenants().find(tenant).map(TenantSettings::quotas).orElse(QuotaSettings.NONE);
    }

    /** What tenants have of the server, and may have. */
    public Allowances allowances() {
        return allowances;
    }

    /** Whether a credential is asked for. */
    public boolean isConfigured() {
        return rules.settings.isConfigured();
    }

    /**
     * Whether a web page may ask.
     *
     * @param origin of the page, as the browser says; null for a client that is none
     * @param host that the request was sent to, as the client says; null when it did not
     */
    public boolean allowsPage(@Nullable String origin, @Nullable String host) {
        AccessSettings settings = rules.settings;
        return settings.origins().allows(origin, host, settings.isConfigured());
    }

    /** @param needed of whoever is let in */
    public Admission admit(Credential credential, Scope needed) {
        Rules now = rules;
        if (!now.settings.isConfigured()) {
            return admitted(now, Grant.ANYBODY, needed);
        }
        String bearer = credential.bearer();
        if (bearer == null) {
            Grant certified = credential.certificate() == null
                    ? null
                    : now.settings.certificates().get(credential.certificate());
            return certified == null
                    ? new Refused(Reason.UNAUTHENTICATED, "expected: a key or token, as Authorization: Bearer")
                    : admitted(now, certified, needed);
        }
        if (ApiKeys.isKey(bearer)) {
            Optional<Grant> grant = now.settings.keys().find(bearer);
            return grant.isPresent()
                    ? admitted(now, grant.get(), needed)
                    : new Refused(Reason.UNAUTHENTICATED, "the key is not known, or no longer");
        }
        if (now.tokens == null) {
            return new Refused(Reason.UNAUTHENTICATED, "the credential is not a key of this server");
        }
        return switch (now.tokens.read(bearer)) {
            case WebTokens.Good good -> admitted(now, good.grant(), needed);
            case WebTokens.Bad bad -> new Refused(Reason.UNAUTHENTICATED, bad.why());
            case WebTokens.NotYet unknown ->
                new Refused(Reason.NOT_YET, "the key that the token is signed with is not here yet: try again");
        };
    }

    private static Admission admitted(Rules rules, Grant grant, Scope needed) {
        Optional<Caller> caller = rules.settings.tenants().caller(grant);
        if (caller.isEmpty()) {
            return new Refused(Reason.FORBIDDEN, "the credential's tenant is not served here");
        }
        return caller.get().has(needed)
                ? new Admitted(caller.get())
                : new Refused(Reason.FORBIDDEN, "the credential lacks the scope " + needed.wireName());
    }

    @Override
    public void close() {
        WebTokens tokens = rules.tokens;
        if (tokens != null) {
            tokens.close();
        }
    }
}
