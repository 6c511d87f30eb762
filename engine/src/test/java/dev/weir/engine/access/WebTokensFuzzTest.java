package dev.weir.engine.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import dev.weir.engine.Mutations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Tokens that were good until something happened to them. */
class WebTokensFuzzTest {

    private static final String[] WORDS = {
        "none",
        "HS256",
        "alg",
        "kid",
        "jwk",
        "x5u",
        "crit",
        "b64",
        "zip",
        "null",
        "true",
        "{",
        "}",
        "[",
        "]",
        "\"",
        ":",
        ",",
        "\\u0000",
        "-1",
        "1e999",
        "99999999999999999999",
        "one",
        "two",
        "tenant",
        "exp",
        ".",
        "=",
        "é"
    };

    private static Path folder;
    private static Access access;
    private static String token;
    private static Admission asIssued;

    @BeforeContainer
    static void issue() throws IOException, JOSEException {
        folder = Files.createTempDirectory("weir-tokens");
        Path jwks = Files.writeString(folder.resolve("jwks.json"), Issuer.published(Issuer.ONE, Issuer.TWO));
        access = Accesses.of(Clock.systemUTC(), System::nanoTime, Issuer.settings(jwks), "tenants.acme {}");
        token = new Issuer(Instant.now().plusSeconds(3_600)).signed(claims -> claims);
        asIssued = ask(token);
        assertThat(asIssued).isInstanceOf(Admission.Admitted.class);
    }

    @AfterContainer
    static void close() throws IOException {
        access.close();
        Files.delete(folder.resolve("jwks.json"));
        Files.delete(folder);
    }

    private static Admission ask(String credential) {
        return access.admit(Credential.bearer(credential), Scope.STREAM);
    }

    /**
     * 10,000 tokens, the header of each third changed before it was written in base64, the claims of another. What is still
     * let in, such as a signature with other bits where base64 has some to spare, is whom the issuer signed for.
     */
    @Property(tries = 100)
    void letsNobodyInButWhomTheIssuerSignedForAndRepeatsNothing(@ForAll long seed) {
        Mutations mutations = new Mutations(seed, WORDS);
        for (int i = Mutations.times(100); i > 0; i--) {
            String changed = changed(mutations, i % 3);
            switch (ask(changed)) {
                case Admission.Admitted admitted ->
                    assertThat(admitted).as(changed).isEqualTo(asIssued);
                case Admission.Refused refused ->
                    assertThat(refused.message()).isPrintable().doesNotContain(part(token, 1), part(token, 2));
            }
        }
    }

    private static String part(String of, int number) {
        return of.split("\\.")[number];
    }

    /** @param part to be changed as what it stands for; 2, of which nothing can be made, for any of them as it is */
    private static String changed(Mutations mutations, int part) {
        if (part == 2) {
            return mutations.of(token);
        }
        String[] parts = token.split("\\.");
        String said = new String(Base64.getUrlDecoder().decode(parts[part]), StandardCharsets.UTF_8);
        parts[part] = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(mutations.of(said).getBytes(StandardCharsets.UTF_8));
        return String.join(".", Arrays.asList(parts));
    }
}
