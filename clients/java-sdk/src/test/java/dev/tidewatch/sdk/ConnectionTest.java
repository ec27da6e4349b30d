package dev.tidewatch.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConnectionTest {
  @ParameterizedTest
  @CsvSource({
    "localhost:7411, localhost, 7411",
    "metering-1, metering-1, 7410",
    "10.0.0.5:80, 10.0.0.5, 80",
    "[::1]:7000, ::1, 7000",
    "[::1], ::1, 7410",
    "::1, ::1, 7410"
  })
  void readsAddresses(String text, String host, int port) {
    Endpoint endpoint = Endpoint.parse(text, 7410);
    assertThat(endpoint).isEqualTo(new Endpoint(host, port));
    assertThat(Endpoint.parse(endpoint.toString(), 1)).isEqualTo(endpoint);
  }

  @ParameterizedTest
  @CsvSource({"a:b", "a:0", "a:70000", "' '", ":7410"})
  void refusesWhatIsNoAddress(String text) {
    assertThatThrownBy(() -> Endpoint.parse(text, 7410))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void keysLeaveTheMachineOnlyEncryptedOrByConsent() {
    Connection remote = Connection.toHost("metering-1");
    assertThatThrownBy(() -> remote.withApiKey("k")).hasMessageContaining("metering-1:7410");
    assertThat(remote.withTransport(Transport.tls()).withApiKey("k").apiKey()).isEqualTo("k");
    assertThat(remote.withTransport(new Transport.Plaintext(true)).withApiKey("k").apiKey())
        .isEqualTo("k");
    assertThat(Connection.toHost("127.0.0.1").withApiKey("k").toString()).doesNotContain("=k");
  }

  @Test
  void mutualTlsNeedsBothFiles() {
    assertThatThrownBy(() -> new Transport.Tls(null, Path.of("c.pem"), null, null))
        .hasMessageContaining("privateKey");
  }

  @Test
  void waitsGrowToTheirBoundAndNeverBeyond() {
    var backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1));
    for (long seed = 0; seed < 50; seed++) {
      var random = new SplittableRandom(seed);
      assertThat(backoff.afterFailures(1, random))
          .as("seed %d", seed)
          .isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
      assertThat(backoff.afterFailures(3, random))
          .isBetween(Duration.ofMillis(200), Duration.ofMillis(400));
      assertThat(backoff.afterFailures(1_000, random))
          .isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
    }
  }

  @Test
  void aConnectionToNobodyIsFoundNeitherTooLateNorByPesteringTheServer() {
    assertThat(Connection.toHost("localhost").keepAlive()).isEqualTo(KeepAlive.USUAL);
    var second = java.time.Duration.ofSeconds(1);
    assertThatThrownBy(() -> new KeepAlive(second, second)).hasMessageContaining("at least PT10S");
    assertThatThrownBy(() -> new KeepAlive(second.multipliedBy(10), second.negated()))
        .hasMessageContaining("not positive");
  }
}
