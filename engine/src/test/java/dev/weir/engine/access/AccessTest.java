package dev.weir.engine.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.protocol.Mode;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AccessTest {

    private final String key = ApiKeys.draw("chat-1", new SecureRandom());

    private String known(String more) {
        return "access.keys.chat-1 { hash = \"" + ApiKeys.hash(key) + "\", " + more + " }";
    }

    private static Caller caller(Admission admission) {
        return ((Admission.Admitted) admission).caller();
    }

    private static Admission.Reason reason(Admission admission) {
        return ((Admission.Refused) admission).reason();
    }

    @Test
    void asksNobodyWhereNoCredentialIsConfigured() {
        Admission admission = Accesses.of().admit(Credential.NONE, Scope.ADMIN);
        assertThat(caller(admission)).isEqualTo(Caller.ANYBODY);
    }

    @Test
    void letsInWhoShowsAKeyThatIsKnownAndAsWhomItSays() {
        Access access = Accesses.of(known("scopes = [stream, review], subject = ann"));
        Caller caller = caller(access.admit(Credential.bearer(key), Scope.STREAM));
        assertThat(caller)
                .isEqualTo(new Caller(
                        "default",
                        "ann",
                        Set.of(Scope.STREAM, Scope.REVIEW),
                        List.of(),
                        Mode.MONITOR,
                        new Pass.Key("chat-1", ApiKeys.hash(key))));
    }

    @Test
    void refusesWhoShowsNothingOrAnotherSecretOrAnotherId() {
        Access access = Accesses.of(known(""));
        String otherId = ApiKeys.draw("chat-2", new SecureRandom());
        String otherSecret = ApiKeys.draw("chat-1", new SecureRandom());
        for (Credential wrong : List.of(
                Credential.NONE,
                Credential.bearer(""),
                Credential.bearer("weir_"),
                Credential.bearer("weir_chat-1_"),
                Credential.bearer(key + "x"),
                Credential.bearer(otherId),
                Credential.bearer(otherSecret),
                new Credential(null, "CN=chat-1"))) {
            assertThat(reason(access.admit(wrong, Scope.STREAM))).isEqualTo(Admission.Reason.UNAUTHENTICATED);
        }
    }

    @Test
    void forbidsWhatTheScopesOfAKeyLeaveOut() {
        Access access = Accesses.of(known("scopes = [review]"));
        assertThat(reason(access.admit(Credential.bearer(key), Scope.STREAM))).isEqualTo(Admission.Reason.FORBIDDEN);
        assertThat(reason(access.admit(Credential.bearer(key), Scope.ADMIN))).isEqualTo(Admission.Reason.FORBIDDEN);
    }

    @Test
    void laysTheBoundsOfTheTenantOverThoseOfTheKey() {
        Access access = Accesses.of(
                known("tenant = acme"),
                "tenants.acme { policies = [default, strict], default-policy = strict, weakest-mode = stream }");
        Caller caller = caller(access.admit(Credential.bearer(key), Scope.STREAM));
        assertThat(caller.policies()).containsExactly("strict", "default");
        assertThat(caller.weakestMode()).isEqualTo(Mode.STREAM);

        Access stricter = Accesses.of(
                known("tenant = acme, policies = [default], weakest-mode = gate"),
                "tenants.acme { policies = [default, strict], weakest-mode = stream }");
        Caller bounded = caller(stricter.admit(Credential.bearer(key), Scope.STREAM));
        assertThat(bounded.policies()).containsExactly("default");
        assertThat(bounded.weakestMode()).isEqualTo(Mode.GATE);
    }

    @Test
    void letsInByCertificateOnlyTheSubjectsItKnows() {
        Access access = Accesses.of("access.certificates.\"CN=chat-1,O=Acme\" { scopes = [stream] }");
        assertThat(caller(access.admit(new Credential(null, "CN=chat-1,O=Acme"), Scope.STREAM))
                        .subject())
                .isEqualTo("CN=chat-1,O=Acme");
        assertThat(reason(access.admit(new Credential(null, "CN=chat-2,O=Acme"), Scope.STREAM)))
                .isEqualTo(Admission.Reason.UNAUTHENTICATED);
    }

    @Test
    void takesAKeyBackWhenTheSettingsChange() {
        Access access = Accesses.of(known(""));
        Caller caller = caller(access.admit(Credential.bearer(key), Scope.STREAM));
        assertThat(access.stillAdmits(caller)).isTrue();
        access.change(Accesses.settings(new ArrayList<>(), "access.keys.other.hash = \"" + ApiKeys.hash("x") + "\""));
        assertThat(reason(access.admit(Credential.bearer(key), Scope.STREAM)))
                .isEqualTo(Admission.Reason.UNAUTHENTICATED);
        assertThat(access.stillAdmits(caller)).isFalse();
    }

    @Test
    void saysEverythingThatIsWrongWithTheSettingsAndQuotesNoSecret() {
        List<String> problems = new ArrayList<>();
        Accesses.settings(
                problems,
                "access.anyone = true",
                "access.keys.chat-1 { hash = \"" + key + "\", tenant = nowhere, scopes = [], weakest-mode = weak }",
                "access.keys.\"chat_2\" { hash = \"" + ApiKeys.hash(key) + "\", scopes = [all], policies = [none] }",
                "access.origins = [chat.example.org]",
                "access.jwt { jwks = \"http://example.org/keys\", issuer = i, audience = a, algorithms = [HS256, none] }",
                "tenants.\"../acme\" { policies = [lax], default-policy = lax, quotas.streams = -1 }");
        assertThat(problems)
                .containsExactlyInAnyOrder(
                        "weir.access.anyone: true beside keys, tokens or certificates (expected: false; who has none of"
                                + " them is refused)",
                        "weir.access.keys.chat-1.hash: something else (expected: what weir keys hash says of the key)",
                        "weir.access.keys.chat-1.scopes: none (expected: stream, review or admin)",
                        "weir.access.keys.chat-1.weakest-mode: weak (expected: monitor, stream or gate)",
                        "weir.access.keys.chat-1.tenant: nowhere (expected: one of weir.tenants, [../acme, default])",
                        "weir.access.keys.chat_2 (expected: 1 to 64 letters, digits, dots or -, the first a letter or"
                                + " digit)",
                        "weir.access.keys.chat_2.scopes: all (expected: stream, review or admin)",
                        "weir.access.keys.chat_2.scopes: none (expected: stream, review or admin)",
                        "weir.access.origins: chat.example.org (expected: such as https://chat.example.org, or *)",
                        "weir.access.jwt.algorithms: HS256 (expected: of [RS256, RS384, RS512, PS256, PS384, PS512,"
                                + " ES256, ES384, ES512])",
                        "weir.access.jwt.algorithms: none (expected: of [RS256, RS384, RS512, PS256, PS384, PS512,"
                                + " ES256, ES384, ES512])",
                        "weir.access.jwt.jwks: http://example.org/keys (expected: a file, an https address, or an http"
                                + " address of this machine)",
                        "weir.tenants: ../acme (expected: 1 to 48 letters, digits, dots, - or _, the first a letter or"
                                + " digit)",
                        "weir.tenants.../acme.policies: lax (expected: of weir.policies, [default, monitor, strict])",
                        "weir.tenants.../acme.quotas.streams: -1 (expected: at least 0, and 0 for no limit)");
    }

    @Test
    void listensBeyondThisMachineOnlyWithCredentialsOrWhenTold() {
        List<String> problems = new ArrayList<>();
        Accesses.settings(problems).requireLocal("weir.gateway.host", "0.0.0.0", problems);
        assertThat(problems)
                .containsExactly("weir.gateway.host: 0.0.0.0 without authentication (expected: keys or tokens in"
                        + " weir.access, an address of this machine alone such as 127.0.0.1, or weir.access.anyone ="
                        + " true)");
        problems.clear();
        Accesses.settings(problems).requireLocal("weir.gateway.host", "127.0.0.1", problems);
        Accesses.settings(problems).requireLocal("weir.gateway.host", "localhost", problems);
        Accesses.settings(problems, "access.anyone = true").requireLocal("weir.gateway.host", "0.0.0.0", problems);
        Accesses.settings(problems, known("")).requireLocal("weir.gateway.host", "0.0.0.0", problems);
        assertThat(problems).isEmpty();
    }

    @Test
    void servesPagesOfItsOwnHostAndThoseThatAreNamed() {
        Access access = Accesses.of(known(""), "access.origins = [\"https://chat.example.org\"]");
        assertThat(access.allowsPage(null, "weir.example.org")).isTrue();
        assertThat(access.allowsPage("https://weir.example.org", "weir.example.org"))
                .isTrue();
        assertThat(access.allowsPage("https://chat.example.org", "weir.example.org"))
                .isTrue();
        assertThat(access.allowsPage("http://chat.example.org", "weir.example.org"))
                .isFalse();
        assertThat(access.allowsPage("https://weir.example.org:444", "weir.example.org"))
                .isFalse();
        assertThat(access.allowsPage("https://evil.example", "weir.example.org"))
                .isFalse();
        assertThat(access.allowsPage("null", "weir.example.org")).isFalse();
        assertThat(access.allowsPage("https://weir.example.org", null)).isFalse();
    }

    /** A name of an attacker's may be made to lead to 127.0.0.1: its pages would be of the host that they ask. */
    @Test
    void servesWithoutCredentialsNoPageUnderAnotherNameThatLeadsHere() {
        Access access = Accesses.of();
        assertThat(access.allowsPage("http://evil.example:8080", "evil.example:8080"))
                .isFalse();
        assertThat(access.allowsPage("http://localhost:8080", "localhost:8080")).isTrue();
        assertThat(access.allowsPage("http://[::1]:8080", "[::1]:8080")).isTrue();
    }
}
