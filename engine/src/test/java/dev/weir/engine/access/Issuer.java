package dev.weir.engine.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.function.UnaryOperator;

/** Who signs tokens, with two keys that it publishes; and somebody else, whose key has the name of the first. */
public final class Issuer {

    public static final RSAKey ONE = rsa();
    public static final ECKey TWO = ec();
    public static final RSAKey SOMEBODY_ELSES_ONE = rsa();

    private final Instant now;

    public Issuer(Instant now) {
        this.now = now;
    }

    private static RSAKey rsa() {
        try {
            return new RSAKeyGenerator(2048)
                    .keyID("one")
                    .keyUse(KeyUse.SIGNATURE)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ECKey ec() {
        try {
            return new ECKeyGenerator(Curve.P_256)
                    .keyID("two")
                    .keyUse(KeyUse.SIGNATURE)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the issuer publishes. */
    public static String published(JWK... keys) {
        return new JWKSet(List.of(keys)).toPublicJWKSet().toString();
    }

    /** Of {@code weir.access}, with the keys in this file or at this address. */
    public static String settings(Object jwks) {
        return "access.jwt { jwks = \"" + jwks + "\", issuer = \"https://issuer.example\", audience = weir"
                + ", scope-prefix = \"weir:\" }";
    }

    /** Of a token that is good for a minute. */
    public JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer("https://issuer.example")
                .audience(List.of("others", "weir"))
                .subject("chat-1")
                .claim("tenant", "acme")
                .claim("scope", "openid weir:stream weir:review")
                .expirationTime(Date.from(now.plusSeconds(60)));
    }

    public String signed(UnaryOperator<JWTClaimsSet.Builder> change) throws JOSEException {
        return signed(
                JWSAlgorithm.RS256,
                "one",
                new RSASSASigner(ONE),
                change.apply(claims()).build());
    }

    public static String signed(JWSAlgorithm algorithm, String keyId, JWSSigner signer, JWTClaimsSet claims)
            throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(algorithm)
                        .keyID(keyId)
                        .type(new JOSEObjectType("at+jwt"))
                        .build(),
                claims);
        token.sign(signer);
        return token.serialize();
    }
}
