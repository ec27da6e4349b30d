package dev.tidewatch.serverkit.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class HighWaterMarkTest {
  private static final Duration NEVER = Duration.ofDays(1);

  private final HighWaterMark mark = new HighWaterMark();

  @Test
  void onlyRises() {
    assertThat(mark.height()).isZero();
    mark.riseTo(5);
    mark.riseTo(3);
    assertThat(mark.height()).isEqualTo(5);
    mark.rise();
    assertThat(mark.height()).isEqualTo(6);
  }

  @Test
  void whoeverWaitsIsWokenByAHigherMark() throws Exception {
    mark.riseTo(5);
    assertThat(mark.awaitAbove(4, NEVER)).isEqualTo(5);
    var first = waiting(5);
    var second = waiting(6);
    mark.rise();
    assertThat(first.get(60, TimeUnit.SECONDS)).isGreaterThan(5);
    mark.riseTo(9);
    assertThat(second.get(60, TimeUnit.SECONDS)).isEqualTo(9);
  }

  @Test
  void theWaitEndsWithTheTimeTheCloseAndAnInterrupt() throws Exception {
    assertThat(mark.awaitAbove(0, Duration.ofMillis(1))).isZero();
    assertThat(mark.awaitAbove(0, Duration.ZERO)).isZero();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> mark.awaitAbove(0, NEVER)).isInstanceOf(InterruptedException.class);
    var waiting = waiting(0);
    assertThat(mark.isClosed()).isFalse();
    mark.close();
    assertThat(waiting.get(60, TimeUnit.SECONDS)).isZero();
    assertThat(mark.isClosed()).isTrue();
    assertThat(mark.awaitAbove(0, NEVER)).as("waits for nothing once closed").isZero();
  }

  private CompletableFuture<Long> waiting(long known) {
    var height = new CompletableFuture<Long>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            height.complete(mark.awaitAbove(known, NEVER));
          } catch (InterruptedException e) {
            height.completeExceptionally(e);
          }
        });
    return height;
  }
}
