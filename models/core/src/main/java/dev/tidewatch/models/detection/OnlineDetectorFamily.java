package dev.tidewatch.models.detection;

import dev.tidewatch.models.bundle.Parameters;
import java.time.ZoneId;
import java.util.Set;

/**
 * The detectors of this package, which share their settings.
 *
 * <p>Parameters:
 *
 * <ul>
 *   <li>{@code method}: {@code seasonal} (default) or {@code standard}.
 *   <li>{@code watch}: causes to look for, of {@code deviation,stuck,shift,drift}; seasonal method
 *       only.
 *   <li>{@code threshold}: score that opens an anomaly; default 3.
 *   <li>{@code return_period_days}: how rarely an ordinary series should reach a score of 3;
 *       default 365; seasonal only.
 *   <li>{@code slots_per_day}: parts of the day with a level of their own, 1 to 288; default 96;
 *       seasonal only.
 *   <li>{@code window}: readings of the textbook moving average, 5 to 10,000; default 100.
 * </ul>
 */
abstract sealed class OnlineDetectorFamily extends WatchingFamily<DetectorSettings>
    permits ZScoreFamily, MovingAverageFamily {
  /** What the seasonal method looks for by default. */
  abstract Set<Cause> defaultWatch();

  /** Whether the textbook statistics are over a moving window. */
  abstract boolean isMoving();

  @Override
  protected final DetectorSettings settings(Parameters parameters, ZoneId zone) {
    return DetectorSettings.of(parameters, defaultWatch(), zone);
  }

  @Override
  protected final Parameters parametersOf(DetectorSettings settings) {
    return settings.toParameters();
  }

  @Override
  protected final boolean shareState(DetectorSettings one, DetectorSettings other) {
    return one.sharesStateWith(other);
  }

  @Override
  protected final Detector fresh(DetectorSettings settings) {
    return settings.method() == DetectorSettings.Method.STANDARD
        ? new StandardDetector(settings, isMoving())
        : new SeasonalDetector(settings);
  }

  @Override
  protected final Detector restored(DetectorSettings settings, byte[] state) {
    return settings.method() == DetectorSettings.Method.STANDARD
        ? new StandardDetector(settings, isMoving(), state)
        : new SeasonalDetector(settings, state);
  }

  @Override
  protected final int stateBytesMax(DetectorSettings settings) {
    return settings.method() == DetectorSettings.Method.STANDARD
        ? 64 + (isMoving() ? settings.window() * Double.BYTES : 0)
        : SeasonalDetector.stateBytesMax(settings.slotsPerDay());
  }
}
