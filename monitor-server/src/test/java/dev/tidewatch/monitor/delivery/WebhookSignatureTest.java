package dev.tidewatch.monitor.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.serverkit.config.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WebhookSignatureTest {
  /**
   * {@code printf '1767225600.0af7651916cd43dd8448eb211c80319c.{"test":true}' | openssl dgst
   * -sha256 -hmac 'only for tests'}.
   */
  @Test
  void isWhatOpensslMakes() {
    assertThat(
            WebhookSignature.of(
                new Secret("only for tests"),
                Instant.parse("2026-01-01T00:00:00.9Z"),
                "0af7651916cd43dd8448eb211c80319c",
                "{\"test\":true}".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(
            "t=1767225600,v1=be0d19fecfa65e98b918c4147cf14cddf53d18335ecd8a99b78e2a8afe715984");
  }
}
