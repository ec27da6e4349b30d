package dev.tidewatch.models.detection.composed;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.DetectorTraining;
import dev.tidewatch.models.detection.ReplayedFamily;
import dev.tidewatch.models.detection.Verdict;
import dev.tidewatch.models.forecast.ForecastFamily;
import dev.tidewatch.models.forecast.ForecastTraining;
import dev.tidewatch.models.forecast.Forecaster;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Distance from a forecast, in units of its interval. Every {@code horizon} steps of the bundle's
 * grid a forecaster of any family says what comes, with its 90 % interval; a reading's score is its
 * distance from the mean, divided by the interval's half on that side, times 1.645: the standard
 * deviations of a normal error.
 *
 * <p>Meant for series with about one reading a step, or whose readings vary little within one.
 *
 * <p>Parameters:
 *
 * <ul>
 *   <li>{@code forecaster}: id of a forecast family; default {@code seasonal-naive}.
 *   <li>{@code horizon}: steps, 1 to 1,000; default 12. Longer ones notice slow faults and are
 *       cheaper.
 *   <li>{@code threshold}: score that opens an anomaly; default 4.
 *   <li>{@code forecaster_NAME}: parameter NAME of the forecaster.
 * </ul>
 */
public final class ForecastIntervalFamily extends ReplayedFamily<Forecaster> {
  public static final String ID = "forecast-interval";

  static final double LEVEL = 0.9;

  private static final String FILE = "forecaster.zip";
  private static final String FORECASTER = "forecaster";
  private static final String HORIZON = "horizon";
  private static final String THRESHOLD = "threshold";
  private static final String PREFIX = "forecaster_";

  private final Function<String, Optional<ForecastFamily>> families;

  /**
   * @param families forecast families by id
   */
  public ForecastIntervalFamily(Function<String, Optional<ForecastFamily>> families) {
    this.families = families;
  }

  record Settings(String forecaster, int horizon, double threshold, Parameters own) {
    static Settings of(Parameters parameters) {
      var own = new TreeMap<String, String>();
      var common = new TreeMap<String, String>();
      parameters
          .asMap()
          .forEach((name, value) -> {
            if (name.startsWith(PREFIX)) {
              own.put(name.substring(PREFIX.length()), value);
            } else {
              common.put(name, value);
            }
          });
      Parameters.of(common).requireKnown(List.of(FORECASTER, HORIZON, THRESHOLD));
      return new Settings(
          parameters.text(FORECASTER, "seasonal-naive"),
          parameters.integer(HORIZON, 12, 1, 1_000),
          parameters.number(THRESHOLD, 4, 0.5, Verdict.SCORE_MAX),
          Parameters.of(own));
    }

    Parameters toParameters() {
      var all = new TreeMap<String, String>();
      own.asMap().forEach((name, value) -> all.put(PREFIX + name, value));
      all.put(FORECASTER, forecaster);
      all.put(HORIZON, Integer.toString(horizon));
      all.put(THRESHOLD, Double.toString(threshold));
      return Parameters.of(all);
    }
  }

  private ForecastFamily family(String id) {
    return families
        .apply(id)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "parameter forecaster is '%s'; there is no such forecast family".formatted(id)));
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public boolean needsTraining() {
    return true;
  }

  @Override
  protected Forecaster learn(DetectorTraining training) {
    Settings settings = Settings.of(training.parameters());
    ForecastFamily family = family(settings.forecaster());
    var windows = new TreeMap<SeriesName, GridWindow>();
    for (Map.Entry<SeriesName, ReadingColumns> entry : training.series().entrySet()) {
      if (!entry.getValue().isEmpty()) {
        windows.put(entry.getKey(), GridWindow.resample(training.grid(), entry.getValue()));
      }
    }
    if (windows.isEmpty()) {
      throw new InsufficientHistoryException("no series has a reading");
    }
    Bundle bundle =
        family.fit(
            new ForecastTraining(
                windows,
                settings.horizon(),
                List.of(LEVEL),
                settings.own(),
                training.provenance(),
                training.progress()));
    return new Loaded(bundle, family.load(bundle));
  }

  @Override
  protected Map<String, byte[]> save(Forecaster learned) {
    return Map.of(FILE, ((Loaded) learned).bundle().toBytes());
  }

  @Override
  protected Forecaster read(Bundle bundle) {
    Bundle inner = Bundle.read(bundle.file(FILE), BundleLimits.DEFAULT);
    ForecastFamily family =
        families
            .apply(inner.manifest().family())
            .orElseThrow(() ->
                new BundleException(
                    BundleException.Reason.FAMILY_UNKNOWN,
                    "no forecast family %s here".formatted(inner.manifest().family())));
    return new Loaded(inner, family.load(inner));
  }

  @Override
  protected Maker maker(Forecaster learned, Parameters parameters, Grid grid) {
    Settings settings = Settings.of(parameters);
    if (settings.horizon() > learned.manifest().horizon()) {
      throw new IllegalArgumentException(
          "parameter horizon is %d; the forecaster was trained for at most %d steps"
              .formatted(settings.horizon(), learned.manifest().horizon()));
    }
    return new Maker() {
      @Override
      public Parameters parameters() {
        return settings.toParameters();
      }

      @Override
      public Detector fresh(SeriesName series) {
        return new ForecastIntervalDetector(settings, learned, series);
      }

      @Override
      public Detector restored(byte[] state) {
        return new ForecastIntervalDetector(settings, learned, state);
      }

      @Override
      public Duration warmUp() {
        return grid.step().multipliedBy(learned.manifest().historyIntervals() + 1L);
      }

      @Override
      public int stateBytesMax() {
        return ForecastIntervalDetector.stateBytesMax(settings, learned);
      }

      @Override
      public Object stateShape() {
        return settings.horizon();
      }
    };
  }
}
