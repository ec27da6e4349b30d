package dev.tidewatch.inference.detection;

import dev.tidewatch.models.detection.Verdict;
import dev.tidewatch.timeseries.Times;
import java.util.Locale;

/** Why a verdict is what it is, in one sentence for people. */
public final class Reasons {
  private Reasons() {}

  public static String of(long timeMicros, double value, Verdict verdict) {
    return switch (verdict.cause()) {
      case STUCK ->
          String.format(
              Locale.ROOT,
              "The value has stayed at %.6g for longer than it does in this series.",
              value);
      case SHIFT, DRIFT ->
          String.format(
              Locale.ROOT,
              "The mean has moved away from %.6g; now %.6g, %.1f standard deviations.",
              verdict.expected(),
              value,
              verdict.score());
      case NONE, DEVIATION ->
          String.format(
              Locale.ROOT,
              "%.6g at %s is %.1f standard deviations from the expected %.6g.",
              value,
              Times.toInstant(timeMicros),
              verdict.score(),
              verdict.expected());
    };
  }
}
