package dev.weir.engine.access;

import dev.weir.protocol.Mode;
import java.util.List;
import java.util.Set;

/**
 * On whose behalf a request or a connection is served, as its credential says.
 *
 * @param tenant whose streams, conversations, receipts and quotas these are
 * @param subject who it is within the tenant; the reviewer of what he reviews
 * @param policies that may be named, and the first that is taken when none is; empty for all that are in force
 * @param weakestMode the least that a stream may be protected
 * @param pass see {@link Access#stillAdmits}
 */
public record Caller(
        String tenant, String subject, Set<Scope> scopes, List<String> policies, Mode weakestMode, Pass pass) {

    /** Everybody, where no authentication is configured. */
    public static final Caller ANYBODY =
            new Caller("default", "anonymous", Set.of(Scope.values()), List.of(), Mode.MONITOR, new Pass.Nothing());

    /** A tenant's name that no setting and no token can give. */
    private static final String CANARIES = "~canaries";

    public Caller {
        scopes = Set.copyOf(scopes);
        policies = List.copyOf(policies);
    }

    /** The same, for the canaries that it sends: what becomes of them is nobody's business. */
    public Caller ofCanaries() {
        return new Caller(CANARIES, subject, scopes, policies, weakestMode, pass);
    }

    /** Whether what it sends are canaries, which are decided like any text, and neither kept nor counted. */
    public boolean isCanary() {
        return tenant.equals(CANARIES);
    }

    /** For a reader. */
    public String who() {
        return who(subject, tenant);
    }

    static String who(String subject, String tenant) {
        return subject + " of " + tenant;
    }

    public boolean has(Scope scope) {
        return scopes.contains(scope);
    }

    /** Whether its streams may be decided by the policy of this name. */
    public boolean mayName(String policy) {
        return policies.isEmpty() || policies.contains(policy);
    }

    /** Whether its streams may be protected no more than this. */
    public boolean mayAsk(Mode mode) {
        return mode.compareTo(weakestMode) >= 0;
    }
}
