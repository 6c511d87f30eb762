package dev.weir.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;

class MaskedConfigTest {

    @Test
    void showsWhatIsSetAndNothingSecret() {
        String shown = MaskedConfig.render(ConfigFactory.parseString("""
                weir {
                  ledger { url = "jdbc:postgresql://ann:hidden-1@db/weir?password=hidden-2&ssl=true", password = hidden-3 }
                  access.keys.chat-1 { hash = "sha256:hidden-4", scopes = [stream] }
                  relay.upstreams = [ { url = "https://ann:hidden-5@api.example", api-key = hidden-6 } ]
                  gateway.tls { certificate = "certificate.pem", key = "key.pem" }
                  cascade.key = 20261121
                }
                """));
        assertThat(shown)
                .doesNotContain("hidden", "20261121")
                .contains("jdbc:postgresql://***@db/weir?password=***&ssl=true")
                .contains("https://***@api.example", "key.pem", "scopes", "stream", "chat-1");
    }

    @Test
    void anEmptySecretIsShownAsNone() {
        assertThat(MaskedConfig.render(ConfigFactory.parseString("weir.ledger.password = \"\"")))
                .contains("password=\"\"");
    }

    @Test
    void canBeReadAgain() {
        String shown = MaskedConfig.render(
                ConfigFactory.defaultReference().withOnlyPath("weir").resolve());
        assertThat(ConfigFactory.parseString(shown).getInt("weir.gateway.port")).isEqualTo(8080);
        assertThat(ConfigFactory.parseString(shown).getString("weir.gateway.ping-interval"))
                .isEqualTo("15 s");
    }
}
