package dev.weir.engine.access;

import com.typesafe.config.Config;
import dev.weir.protocol.Mode;
import java.util.List;
import java.util.Set;

/**
 * What a credential gives to whoever shows it; its tenant may give less.
 *
 * @param policies that may be named, the first taken when none is; empty for all that its tenant has
 */
record Grant(String tenant, String subject, Set<Scope> scopes, List<String> policies, Mode weakestMode) {

    /** What everybody has where no credential is asked for. */
    static final Grant ANYBODY = new Grant(
            Caller.ANYBODY.tenant(),
            Caller.ANYBODY.subject(),
            Caller.ANYBODY.scopes(),
            Caller.ANYBODY.policies(),
            Caller.ANYBODY.weakestMode());

    Grant {
        scopes = Set.copyOf(scopes);
        policies = List.copyOf(policies);
    }

    /**
     * @param config of one key or certificate, with the defaults
     * @param path of it, such as {@code weir.access.keys.chat-1}
     * @param name taken for a subject that is not given
     */
    static Grant from(Config config, String path, String name, List<String> problems) {
        String tenant = config.getString("tenant");
        TenantName.require(tenant, path + ".tenant", problems);
        String subject = config.getString("subject");
        Set<Scope> scopes = Scope.from(config.getStringList("scopes"), path + ".scopes", problems);
        if (scopes.isEmpty()) {
            problems.add(path + ".scopes: none (expected: stream, review or admin)");
        }
        return new Grant(
                tenant,
                subject.isEmpty() ? name : subject,
                scopes,
                config.getStringList("policies"),
                Modes.from(config.getString("weakest-mode"), path + ".weakest-mode", problems));
    }
}
