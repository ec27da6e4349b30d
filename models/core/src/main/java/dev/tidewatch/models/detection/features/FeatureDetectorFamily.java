package dev.tidewatch.models.detection.features;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.DetectorTraining;
import dev.tidewatch.models.detection.ReplayedFamily;
import dev.tidewatch.models.detection.Verdict;
import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A scorer of rows as a detector of one series: readings are described by features of the newest
 * window (level, change, spread, hour of the day) in the series' own units. One model learns from
 * all series and serves any.
 *
 * <p>Parameters beside the scorer's own:
 *
 * <ul>
 *   <li>{@code window}: readings, 4 to 1,000; default 32.
 *   <li>{@code rows}: that are learnt from at most, evenly spread over all series, 128 to 100,000;
 *       default 4,000.
 *   <li>{@code threshold}: score that opens an anomaly; default 3.
 * </ul>
 */
public final class FeatureDetectorFamily extends ReplayedFamily<ScorerTraining.Calibrated> {
  static final String WINDOW = "window";
  static final String ROWS = "rows";
  static final String THRESHOLD = "threshold";
  private static final String FILE = "scorer.bin";

  private final ScorerMethod method;

  public FeatureDetectorFamily(ScorerMethod method) {
    this.method = method;
  }

  record Settings(int window, int rows, double threshold, ZoneId zone) {}

  private Settings settings(Parameters parameters, ZoneId zone) {
    parameters.requireKnown(withCommon(method.parameterNames()));
    return new Settings(
        parameters.integer(WINDOW, 32, 4, 1_000),
        parameters.integer(ROWS, 4_000, 128, 100_000),
        parameters.number(THRESHOLD, 3, 0.5, Verdict.SCORE_MAX),
        zone);
  }

  private static Set<String> withCommon(Set<String> names) {
    var all = new HashSet<>(names);
    all.addAll(Set.of(WINDOW, ROWS, THRESHOLD));
    return all;
  }

  @Override
  public String id() {
    return method.id();
  }

  @Override
  public boolean needsTraining() {
    return true;
  }

  @Override
  protected List<String> featureRecipe() {
    return ReadingFeatures.NAMES;
  }

  @Override
  protected ScorerTraining.Calibrated learn(DetectorTraining training) {
    Settings settings = settings(training.parameters(), training.grid().zone());
    var rows = new ArrayList<double[]>();
    int done = 0;
    // Thinned series by series, so that memory does not grow with their number.
    int perSeries = Math.max(64, 4 * settings.rows() / training.series().size());
    for (ReadingColumns readings : training.series().values()) {
      training.progress().at("features", (double) done++ / training.series().size());
      var features = new ReadingFeatures(settings.window(), settings.zone());
      var own = new ArrayList<double[]>();
      for (int row = 0; row < readings.size(); row++) {
        double value = ReadingFeatures.bounded(readings.value(row));
        if (features.isKnown()) {
          own.add(features.of(readings.timeMicros(row), value));
        }
        features.learn(value);
      }
      rows.addAll(ScorerTraining.thinned(own, perSeries));
    }
    if (rows.isEmpty()) {
      throw new InsufficientHistoryException(
          "no series has more than %d readings".formatted(2 * settings.window()));
    }
    training.progress().at("learn", 0);
    return ScorerTraining.train(
        method,
        ScorerTraining.thinned(rows, settings.rows()),
        method.checked(training.parameters()),
        training.provenance().seed());
  }

  @Override
  protected Map<String, byte[]> save(ScorerTraining.Calibrated learned) {
    return Map.of(FILE, learned.save().toBytes());
  }

  @Override
  protected ScorerTraining.Calibrated read(Bundle bundle) {
    return ScorerTraining.load(
        method, ModelArrays.read(bundle.file(FILE)), ReadingFeatures.NAMES.size());
  }

  @Override
  protected Maker maker(ScorerTraining.Calibrated learned, Parameters parameters, Grid grid) {
    Settings settings = settings(parameters, grid.zone());
    Parameters written =
        method
            .checked(parameters)
            .with(WINDOW, Integer.toString(settings.window()))
            .with(ROWS, Integer.toString(settings.rows()))
            .with(THRESHOLD, Double.toString(settings.threshold()));
    return new Maker() {
      @Override
      public Parameters parameters() {
        return written;
      }

      @Override
      public Detector fresh(SeriesName series) {
        return new FeatureDetector(settings, learned);
      }

      @Override
      public Detector restored(byte[] state) {
        return new FeatureDetector(settings, learned, state);
      }

      @Override
      public Duration warmUp() {
        return Duration.ofDays(14);
      }

      @Override
      public int stateBytesMax() {
        return FeatureDetector.stateBytesMax(settings.window());
      }

      @Override
      public Object stateShape() {
        return settings.window() + " " + settings.zone();
      }
    };
  }
}
