package dev.tidewatch.serverkit.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.testing.ChildJvm;
import io.grpc.StatusRuntimeException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ShutdownTest {
  private static final int TERMINATED_BY_SIGTERM = 143;

  @Test
  void onSigtermTheProcessDrainsAndThenLeaves() throws Exception {
    try (var process = ChildJvm.start(DrainingServer.class, Map.of());
        var channel =
            GrpcChannel.open(
                ClientConfig.to("localhost:" + process.awaitLine("PORT ")), Telemetry.disabled())) {
      CompletableFuture<String> running =
          CompletableFuture.supplyAsync(() ->
              Running.call(channel.channel(), EchoService.ECHO, EchoService.text("last"))
                  .getValue());
      process.awaitLine("CALLED");
      process.terminate();
      process.awaitLine("DRAINING");
      assertThat(running.get(60, TimeUnit.SECONDS)).isEqualTo("last");
      assertThat(process.awaitExit()).isEqualTo(TERMINATED_BY_SIGTERM);
      assertThat(process.output()).contains("DRAINED");
      assertThatThrownBy(
              () -> Running.call(channel.channel(), EchoService.ECHO, EchoService.text("late")))
          .isInstanceOf(StatusRuntimeException.class);
    }
  }
}
