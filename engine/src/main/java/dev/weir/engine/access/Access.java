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
    private final Allotments allotments;
    private volatile Rules rules;

    private Access(Rules rules, Clock clock, LongSupplier nanoTime) {
        this.rules = rules;
        this.clock = clock;
        this.allotments = new Allotments(tenant -> quotas(rules.settings, tenant), nanoTime);
    }

    /**
     * Looks for the keys of tokens before it returns. Where they cannot be had no token is good for now, which the log
     * says, and everything else is.
     */
    public static Access open(AccessSettings settings, Clock clock, LongSupplier nanoTime) {
        return new Access(rules(settings, clock), clock, nanoTime);
    }

    /** Who asks nobody and limits nobody: for a port that only this process knows. */
    public static Access forAnybody() {
        return open(AccessSettings.NONE, Clock.systemUTC(), System::nanoTime);
    }

    /** Who lets in whoever shows this key, for everything, and nobody else: for a port that this process asks itself on. */
    public static Access forOwner(String key) {
        return open(
                AccessSettings.NONE.withKeys(ApiKeys.only(key, Grant.ANYBODY)), Clock.systemUTC(), System::nanoTime);
    }

    /** By these rules from now on. Who is in stays in; what tenants may have is what the new rules say. */
    public synchronized void change(AccessSettings settings) {
        Rules before = rules;
        boolean sameTokens = before.settings.tokens().equals(settings.tokens());
        rules = sameTokens ? new Rules(settings, before.tokens) : rules(settings, clock);
        allotments.limit(tenant -> quotas(settings, tenant));
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
    public Allotments allotments() {
        return allotments;
    }

    /** Whether a credential is asked for. */
    public boolean isConfigured() {
        return rules.settings.isConfigured();
    }

    /** Whether metrics are shown without a credential. */
    public boolean opensMetrics() {
        return rules.settings.openMetrics();
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
            return admitted(now, Grant.ANYBODY, new Pass.Nothing(), needed);
        }
        String bearer = credential.bearer();
        if (bearer == null) {
            String subject = credential.certificate() == null ? "" : credential.certificate();
            Grant certified = now.settings.certificates().get(subject);
            return certified == null
                    ? new Refused(Reason.UNAUTHENTICATED, "expected: a key or token, as Authorization: Bearer")
                    : admitted(now, certified, new Pass.Certificate(subject), needed);
        }
        if (ApiKeys.isKey(bearer)) {
            Optional<ApiKeys.Found> found = now.settings.keys().find(bearer);
            return found.isPresent()
                    ? admitted(now, found.get().grant(), found.get().pass(), needed)
                    : new Refused(Reason.UNAUTHENTICATED, "the key is not known, or no longer");
        }
        if (now.tokens == null) {
            return new Refused(Reason.UNAUTHENTICATED, "the credential is not a key of this server");
        }
        return switch (now.tokens.read(bearer)) {
            case WebTokens.Good good -> admitted(now, good.grant(), good.pass(), needed);
            case WebTokens.Bad bad -> new Refused(Reason.UNAUTHENTICATED, bad.why());
            case WebTokens.NotYet unknown ->
                new Refused(Reason.NOT_YET, "the key that the token is signed with is not here yet: try again");
        };
    }

    private static Admission admitted(Rules rules, Grant grant, Pass pass, Scope needed) {
        Optional<Caller> caller = rules.settings.tenants().caller(grant, pass);
        if (caller.isEmpty()) {
            return new Refused(
                    Reason.FORBIDDEN,
                    "the credential's tenant is not served here",
                    Caller.who(grant.subject(), grant.tenant()));
        }
        return caller.get().has(needed)
                ? new Admitted(caller.get())
                : new Refused(
                        Reason.FORBIDDEN,
                        "the credential lacks the scope " + needed.wireName(),
                        caller.get().who());
    }

    /**
     * Whether somebody who was let in would be so now: a key may be taken back meanwhile, a token expire. For what begins
     * on a connection that goes on for long.
     */
    public boolean stillAdmits(Caller caller) {
        AccessSettings settings = rules.settings;
        return switch (caller.pass()) {
            case Pass.Nothing nothing -> !settings.isConfigured();
            case Pass.Key key -> settings.keys().has(key);
            case Pass.Certificate certificate -> settings.certificates().containsKey(certificate.subject());
            case Pass.Token token -> settings.tokens().isPresent() && clock.millis() < token.untilMillis();
        };
    }

    @Override
    public void close() {
        WebTokens tokens = rules.tokens;
        if (tokens != null) {
            tokens.close();
        }
    }
}
