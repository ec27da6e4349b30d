package dev.tidewatch.monitor.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ThresholdFeedbackTest {
  private static final Instant RAISED = Instant.parse("2026-03-01T00:00:00Z");

  @Test
  void falseAlarmsRaiseByAQuarterUpToThree() {
    assertThat(ThresholdFeedback.raised(1, 0, 0)).hasValue(1.25);
    assertThat(ThresholdFeedback.raised(2.9, 7, 8)).hasValue(3);
    assertThat(ThresholdFeedback.raised(3, 7, 8)).isEmpty();
    // Found before the newest raise, which answered it.
    assertThat(ThresholdFeedback.raised(1.25, 7, 6)).isEmpty();
  }

  @Test
  void raisesHalveEveryThirtyDaysInSteps() {
    assertThat(relaxedAfter(3, 1)).isEmpty(); // 2.95: not far enough to tell anybody
    assertThat(relaxedAfter(3, 30)).hasValue(2);
    assertThat(relaxedAfter(2, 60)).hasValue(1.5);
    assertThat(relaxedAfter(1.5, 300)).hasValue(1);
    assertThat(relaxedAfter(1, 300)).isEmpty();
    assertThat(ThresholdFeedback.relaxed(3, 3, RAISED, RAISED.minusSeconds(60))).isEmpty();
  }

  private static OptionalDouble relaxedAfter(double factor, int days) {
    return ThresholdFeedback.relaxed(factor, 3, RAISED, RAISED.plus(Duration.ofDays(days)));
  }
}
