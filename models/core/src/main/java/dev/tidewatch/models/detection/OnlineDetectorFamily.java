package dev.tidewatch.models.detection;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.bundle.Role;
import dev.tidewatch.models.bundle.Task;
import dev.tidewatch.models.bundle.TrainingWindow;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Families whose fitting is watching: the history is scored reading by reading, as it would have
 * been live, and what the detector then knows of each series is its payload, {@code states/<index
 * of the series>.bin}.
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
abstract sealed class OnlineDetectorFamily implements DetectorFamily
    permits ZScoreFamily, MovingAverageFamily {
  private static final Duration WARM_UP = Duration.ofDays(21);
  private static final long WEEK_MICROS = 7 * Times.MICROS_PER_DAY;

  /** What the seasonal method looks for by default. */
  abstract Set<Cause> defaultWatch();

  /** Whether the textbook statistics are over a moving window. */
  abstract boolean isMoving();

  private Detector fresh(DetectorSettings settings) {
    return settings.method() == DetectorSettings.Method.STANDARD
        ? new StandardDetector(settings, isMoving())
        : new SeasonalDetector(settings);
  }

  private Detector restored(DetectorSettings settings, byte[] state) {
    return settings.method() == DetectorSettings.Method.STANDARD
        ? new StandardDetector(settings, isMoving(), state)
        : new SeasonalDetector(settings, state);
  }

  private static String stateFile(int seriesIndex) {
    return "states/%06d.bin".formatted(seriesIndex);
  }

  @Override
  public Bundle fit(DetectorTraining training) {
    var settings =
        DetectorSettings.of(training.parameters(), defaultWatch(), training.grid().zone());
    long start = Long.MAX_VALUE;
    long end = Long.MIN_VALUE;
    for (ReadingColumns readings : training.series().values()) {
      if (!readings.isEmpty()) {
        start = Math.min(start, readings.timeMicros(0));
        end = Math.max(end, readings.timeMicros(readings.size() - 1) + 1);
      }
    }
    if (start > end) {
      throw new InsufficientHistoryException("no series has a reading");
    }
    long testStart = end - (end - start) / 5;
    var files = new TreeMap<String, byte[]>();
    var names = new ArrayList<SeriesName>();
    long tested = 0;
    long scoredLow = 0;
    long anomalies = 0;
    for (Map.Entry<SeriesName, ReadingColumns> entry : training.series().entrySet()) {
      training.progress().at("watch", (double) names.size() / training.series().size());
      Detector detector = fresh(settings);
      ReadingColumns readings = entry.getValue();
      for (int row = 0; row < readings.size(); row++) {
        Verdict verdict = detector.score(readings.timeMicros(row), readings.value(row));
        if (readings.timeMicros(row) >= testStart) {
          tested++;
          scoredLow += verdict.severity() == Severity.NONE ? 0 : 1;
          anomalies += verdict.anomaly() ? 1 : 0;
        }
      }
      files.put(stateFile(names.size()), detector.save());
      names.add(entry.getKey());
    }
    training.progress().at("watch", 1);
    var metrics = new TreeMap<String, Double>();
    metrics.put("readings", (double) tested);
    metrics.put("anomalies", (double) anomalies);
    metrics.put(
        "anomalies_per_series_week",
        anomalies * (double) WEEK_MICROS / Math.max(1, end - testStart) / names.size());
    metrics.put("high_share", tested == 0 ? 0 : (double) scoredLow / tested);
    return Bundle.of(
        new BundleManifest(
            id(),
            Task.DETECT,
            List.of(Role.TARGET),
            training.grid(),
            List.of(),
            0,
            0,
            0,
            List.of(),
            Optional.empty(),
            settings.toParameters(),
            new TrainingWindow(names, start, end, training.provenance().fingerprint()),
            training.provenance().seed(),
            training.provenance().codeVersion(),
            metrics),
        files);
  }

  @Override
  public DetectorModel load(Bundle bundle) {
    BundleManifest manifest = bundle.manifest();
    try {
      var settings =
          DetectorSettings.of(manifest.parameters(), defaultWatch(), manifest.grid().zone());
      var states = new TreeMap<SeriesName, byte[]>();
      List<SeriesName> names = manifest.trainingWindow().series();
      for (int i = 0; i < names.size(); i++) {
        byte[] state = bundle.file(stateFile(i));
        restored(settings, state);
        states.put(names.get(i), state);
      }
      return new Model(manifest, settings, Collections.unmodifiableMap(states));
    } catch (IllegalArgumentException e) {
      throw new BundleException(
          BundleException.Reason.DAMAGED,
          "bundle of family %s cannot be loaded: %s".formatted(id(), e.getMessage()),
          e);
    }
  }

  private final class Model implements DetectorModel {
    private final BundleManifest manifest;
    private final DetectorSettings settings;
    private final Map<SeriesName, byte[]> states;

    Model(BundleManifest manifest, DetectorSettings settings, Map<SeriesName, byte[]> states) {
      this.manifest = manifest;
      this.settings = settings;
      this.states = states;
    }

    @Override
    public BundleManifest manifest() {
      return manifest;
    }

    private DetectorSettings settingsWith(Parameters overrides) {
      return DetectorSettings.of(
          manifest.parameters().overriddenBy(overrides), defaultWatch(), manifest.grid().zone());
    }

    @Override
    public Detector start(SeriesName series) {
      return start(series, Parameters.NONE);
    }

    @Override
    public Detector start(SeriesName series, Parameters overrides) {
      DetectorSettings own = settingsWith(overrides);
      byte[] state = states.get(series);
      return state != null && own.sharesStateWith(settings) ? restored(own, state) : fresh(own);
    }

    @Override
    public Detector restore(byte[] state, Parameters overrides) {
      return restored(settingsWith(overrides), state);
    }

    @Override
    public boolean isTrainedOn(SeriesName series) {
      return states.containsKey(series);
    }

    @Override
    public Duration warmUp() {
      return WARM_UP;
    }

    @Override
    public int stateBytesMax() {
      return settings.method() == DetectorSettings.Method.STANDARD
          ? 64 + (isMoving() ? settings.window() * Double.BYTES : 0)
          : SeasonalDetector.stateBytesMax(settings.slotsPerDay());
    }
  }
}
