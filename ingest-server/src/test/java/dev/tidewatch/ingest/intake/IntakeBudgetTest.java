package dev.tidewatch.ingest.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class IntakeBudgetTest {
  private static final IntakeLimits LIMITS =
      new IntakeLimits(1_024, 200_000, 100_000, 1 << 20, 10_000, 16 << 20, true);

  @Test
  void theMoreStreamsAreOpenTheLessEachMayHaveUnderWay() {
    var budget = new IntakeBudget(2_000_000);
    assertThat(budget.share(LIMITS)).isEqualTo(new StreamShare(1_024, 200_000));
    StreamShare alone = budget.share(LIMITS);
    for (int i = 0; i < 1_000; i++) {
      budget.enter();
    }
    StreamShare shared = budget.share(LIMITS);
    assertThat(shared).isEqualTo(new StreamShare(62, 2_000));
    assertThat(shared.differsMuchFrom(alone)).isTrue();
    assertThat(alone.differsMuchFrom(shared)).isTrue();
    assertThat(shared.differsMuchFrom(shared)).isFalse();
    for (int i = 0; i < 1_000; i++) {
      budget.leave();
    }
    assertThat(budget.share(LIMITS)).isEqualTo(alone);
  }

  @Test
  void aStreamWaitsForRoomAndAllGoOnWhenNothingIsUnderWay() {
    var budget = new IntakeBudget(1_000);
    var ran = new AtomicInteger();
    budget.whenRoom(ran::incrementAndGet);
    assertThat(ran).hasValue(1);
    budget.take(900);
    budget.take(900);
    for (int i = 0; i < 5; i++) {
      budget.whenRoom(ran::incrementAndGet);
    }
    assertThat(ran).hasValue(1);
    budget.release(900);
    assertThat(ran).as("one for the batch that is done").hasValue(2);
    budget.release(900);
    assertThat(ran).as("nobody else will come to wake them").hasValue(6);
    assertThat(budget.readings()).isZero();
  }
}
