package dev.weir.engine.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.BadJWSException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import dev.weir.protocol.Mode;
import java.text.ParseException;
import java.time.Clock;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads JSON Web Tokens, and believes none that its issuer did not sign. Safe from any thread. */
final class WebTokens implements AutoCloseable {

    sealed interface Reading {}

    record Good(Grant grant, Pass.Token pass) implements Reading {}

    /** @param why in one sentence, without a word of the token */
    record Bad(String why) implements Reading {}

    /** Signed with a key that may be a new one. */
    record NotYet() implements Reading {}

    private final TokenSettings settings;
    private final SigningKeys keys;
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    private WebTokens(TokenSettings settings, SigningKeys keys, Clock clock) {
        this.settings = settings;
        this.keys = keys;
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(settings.algorithms(), keys));
        JWTClaimsSet exactly =
                new JWTClaimsSet.Builder().issuer(settings.issuer()).build();
        DefaultJWTClaimsVerifier<SecurityContext> claims =
                new DefaultJWTClaimsVerifier<>(settings.audience(), exactly, Set.of("exp")) {
                    @Override
                    protected Date currentTime() {
                        return Date.from(clock.instant());
                    }
                };
        claims.setMaxClockSkew((int) settings.skew().toSeconds());
        processor.setJWTClaimsSetVerifier(claims);
    }

    static WebTokens open(TokenSettings settings, Clock clock) {
        return new WebTokens(
                settings, SigningKeys.open(settings.jwks(), settings.refresh(), settings.leastRefresh(), clock), clock);
    }

    /** Why no keys could be had; null when they could. */
    @Nullable
    String failure() {
        return keys.failure();
    }

    Reading read(String token) {
        try {
            return grant(processor.process(token, null));
        } catch (SigningKeys.Awaited e) {
            return new NotYet();
        } catch (ParseException | NullPointerException e) { // the library's, of a header that is the null of JSON
            return new Bad("the credential is neither a key of this server nor a token");
        } catch (ExpiredJWTException e) {
            return new Bad("the token has expired");
        } catch (BadJWTException e) {
            return new Bad("the token's issuer, audience or time is another than expected");
        } catch (BadJWSException e) {
            return new Bad("the token's signature is wrong");
        } catch (BadJOSEException | JOSEException e) {
            return new Bad("the token is not signed with a key and an algorithm that are taken");
        }
    }

    private Reading grant(JWTClaimsSet claims) {
        try {
            String tenant = claims.getStringClaim(settings.tenantClaim());
            String subject = claims.getStringClaim(settings.subjectClaim());
            if (tenant == null) {
                tenant = settings.withoutTenant();
            }
            if (tenant.isEmpty() || subject == null || subject.isBlank()) {
                return new Bad("the token names no tenant or no subject");
            }
            long until = claims.getExpirationTime().toInstant().toEpochMilli()
                    + settings.skew().toMillis();
            return new Good(new Grant(tenant, subject, scopes(claims), List.of(), Mode.MONITOR), new Pass.Token(until));
        } catch (ParseException e) {
            return new Bad("the token's tenant, subject or scopes are not strings");
        }
    }

    /** Of a string with spaces, as OAuth has it, or a list; others than ours are not for us. */
    private Set<Scope> scopes(JWTClaimsSet claims) throws ParseException {
        Object claim = claims.getClaim(settings.scopesClaim());
        List<String> names = claim instanceof String line
                ? List.of(line.split(" ", -1))
                : claim == null ? List.of() : claims.getStringListClaim(settings.scopesClaim());
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (String name : names) {
            if (name.startsWith(settings.scopePrefix())) {
                Scope.named(name.substring(settings.scopePrefix().length())).ifPresent(scopes::add);
            }
        }
        return scopes;
    }

    @Override
    public void close() {
        keys.close();
    }
}
