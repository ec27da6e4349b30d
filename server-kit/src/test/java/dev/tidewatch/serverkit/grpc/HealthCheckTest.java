package dev.tidewatch.serverkit.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.serverkit.config.ConfigLoader;
import dev.tidewatch.serverkit.security.SecurityConfig;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthCheckTest {
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();

  @Test
  void tellsServingFromSilent() {
    String target;
    try (var server =
        GrpcServer.builder(
                ConfigLoader.with(GrpcConfig.class, Map.of("port", "0")),
                SecurityConfig.off(),
                Telemetry.disabled())
            .start()) {
      target = server.target();
      assertThat(check(target)).isZero();
      server.status().set("some.Service", true);
      assertThat(check(target, target)).isZero();
    }
    assertThat(check(target)).isEqualTo(1);
    assertThat(told.toString(StandardCharsets.UTF_8)).contains(target).contains("UNAVAILABLE");
  }

  @Test
  void needsSomethingToAsk() {
    assertThat(check()).isEqualTo(2);
    assertThat(told.toString(StandardCharsets.UTF_8)).contains("usage");
  }

  private int check(String... targets) {
    return HealthCheck.run(targets, new PrintStream(told, true, StandardCharsets.UTF_8));
  }
}
