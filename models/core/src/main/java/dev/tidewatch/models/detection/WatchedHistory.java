package dev.tidewatch.models.detection;

import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.bundle.Role;
import dev.tidewatch.models.bundle.Task;
import dev.tidewatch.models.bundle.TrainingWindow;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Shows detectors the history of their series, reading by reading, as they would have seen it live,
 * and counts what they say of its newest fifth. Not thread-safe.
 */
final class WatchedHistory {
  private static final long WEEK_MICROS = 7 * Times.MICROS_PER_DAY;

  private final DetectorTraining training;
  private final long startMicros;
  private final long endMicros;
  private final List<byte[]> states = new ArrayList<>();
  private long tested;
  private long scoredLow;
  private long anomalies;

  /**
   * @throws InsufficientHistoryException if no series has a reading
   */
  WatchedHistory(DetectorTraining training) {
    this.training = training;
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
    this.startMicros = start;
    this.endMicros = end;
  }

  /**
   * Shows each series to a detector of its own.
   *
   * @return what each knows then, in the order of the series
   */
  List<byte[]> watch(Function<SeriesName, Detector> fresh) {
    long testStart = testStart();
    for (Map.Entry<SeriesName, ReadingColumns> entry : training.series().entrySet()) {
      training.progress().at("watch", (double) states.size() / training.series().size());
      Detector detector = fresh.apply(entry.getKey());
      ReadingColumns readings = entry.getValue();
      for (int row = 0; row < readings.size(); row++) {
        Verdict verdict = detector.score(readings.timeMicros(row), readings.value(row));
        if (readings.timeMicros(row) >= testStart) {
          tested++;
          scoredLow += verdict.severity() == Severity.NONE ? 0 : 1;
          anomalies += verdict.anomaly() ? 1 : 0;
        }
      }
      states.add(detector.save());
    }
    training.progress().at("watch", 1);
    return List.copyOf(states);
  }

  private long testStart() {
    return endMicros - (endMicros - startMicros) / 5;
  }

  private SortedMap<String, Double> metrics() {
    var metrics = new TreeMap<String, Double>();
    metrics.put("readings", (double) tested);
    metrics.put("anomalies", (double) anomalies);
    metrics.put(
        "anomalies_per_series_week",
        anomalies * (double) WEEK_MICROS / Math.max(1, endMicros - testStart()) / states.size());
    metrics.put("high_share", tested == 0 ? 0 : (double) scoredLow / tested);
    return metrics;
  }

  /** Of the bundle that holds what was learnt. */
  BundleManifest manifest(String family, List<String> featureRecipe, Parameters parameters) {
    return new BundleManifest(
        family,
        Task.DETECT,
        List.of(Role.TARGET),
        training.grid(),
        featureRecipe,
        0,
        0,
        0,
        List.of(),
        Optional.empty(),
        parameters,
        new TrainingWindow(
            List.copyOf(training.series().keySet()),
            startMicros,
            endMicros,
            training.provenance().fingerprint()),
        training.provenance().seed(),
        training.provenance().codeVersion(),
        metrics());
  }
}
