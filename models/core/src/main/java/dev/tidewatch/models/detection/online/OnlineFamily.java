package dev.tidewatch.models.detection.online;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.ScoreScale;
import dev.tidewatch.models.detection.WatchingFamily;
import java.time.ZoneId;

/**
 * The platform's default detector: no labels, no tuning for a series, bounded work and at most 16
 * KB a series. Scores are in 0 to 1; the severity's ladder is twelve times the score. Parameter:
 * {@code threshold}, the score that opens an anomaly; default 0.25.
 */
public final class OnlineFamily extends WatchingFamily<OnlineSettings> {
  public static final String ID = "online";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public ScoreScale scoreScale() {
    return ScoreScale.UNIT;
  }

  @Override
  protected OnlineSettings settings(Parameters parameters, ZoneId zone) {
    return OnlineSettings.of(parameters, zone);
  }

  @Override
  protected Parameters parametersOf(OnlineSettings settings) {
    return settings.toParameters();
  }

  @Override
  protected boolean shareState(OnlineSettings one, OnlineSettings other) {
    return one.zone().equals(other.zone());
  }

  @Override
  protected Detector fresh(OnlineSettings settings) {
    return new OnlineDetector(settings);
  }

  @Override
  protected Detector restored(OnlineSettings settings, byte[] state) {
    return new OnlineDetector(settings, state);
  }

  @Override
  protected int stateBytesMax(OnlineSettings settings) {
    return OnlineDetector.stateBytesMax();
  }
}
