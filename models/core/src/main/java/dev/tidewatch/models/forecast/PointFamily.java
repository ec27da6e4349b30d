package dev.tidewatch.models.forecast;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.bundle.Role;
import dev.tidewatch.models.bundle.Task;
import dev.tidewatch.models.bundle.TrainingWindow;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.ParameterSpace;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.SplitConformal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The family of a {@link PointMethod}: closes gaps, fits one model over all series or one a series,
 * calibrates intervals on origins that the calibrated model was not fitted on, and keeps it all in
 * a bundle whose payload is {@code models.bin} ({@link ModelArrays}).
 *
 * <p>Parameters beside the method's own:
 *
 * <ul>
 *   <li>{@code seasons}: steps such as {@code 24,168}, or {@code none}; default: the calendar's.
 *   <li>{@code calibration_origins}: origins per series that calibrate the intervals, 1 to 2,000;
 *       default 60.
 *   <li>those of {@link AdaptiveIntervals}.
 * </ul>
 */
public final class PointFamily implements ForecastFamily {
  static final String CALIBRATION_ORIGINS = "calibration_origins";
  static final String FALLBACK_SCALE = "fallback_scale";
  static final String SCALE_SEASON = "scale_season";
  static final String PAYLOAD = "models.bin";
  static final String MODEL_PREFIX = "model/";
  static final String EXPLANATION_PREFIX = "explanation/";

  private final PointMethod method;

  public PointFamily(PointMethod method) {
    this.method = method;
  }

  @Override
  public String id() {
    return method.id();
  }

  /** Names that {@link #fit} accepts. */
  public Set<String> parameterNames() {
    var names = new TreeSet<String>(method.parameterNames());
    names.add(Seasons.PARAMETER);
    names.add(CALIBRATION_ORIGINS);
    names.addAll(AdaptiveIntervals.PARAMETERS);
    return names;
  }

  @Override
  public SortedMap<String, ParameterSpace> parameterSpaces() {
    return method.parameterSpaces();
  }

  @Override
  public Bundle fit(ForecastTraining training) {
    training.parameters().requireKnown(parameterNames());
    int origins = training.parameters().integer(CALIBRATION_ORIGINS, 60, 1, 2_000);
    SortedMap<SeriesName, GridWindow> histories = usable(training.series());
    PointSettings settings = settings(training);
    List<PointModel> models =
        fitAll(method, List.copyOf(histories.values()), settings, training.progress());
    IntervalCalibration calibration =
        IntervalCalibration.of(method, models, training, histories, settings, origins);

    Parameters parameters =
        AdaptiveIntervals.recorded(training.parameters())
            .with(Seasons.PARAMETER, settings.seasons().text())
            .with(CALIBRATION_ORIGINS, Integer.toString(origins))
            .with(SCALE_SEASON, Integer.toString(calibration.scale().season()))
            .with(FALLBACK_SCALE, Double.toString(calibration.scale().fallback()));
    int historyMin = models.stream().mapToInt(PointModel::historyIntervalsMin).max().orElseThrow();
    int history =
        Math.max(
            models.stream().mapToInt(PointModel::historyIntervals).max().orElseThrow(),
            Math.max(4 * calibration.scale().season(), 64));
    Grid grid = training.grid();
    long first = histories.values().stream().mapToLong(GridWindow::firstIndex).min().orElseThrow();
    long end = histories.values().stream().mapToLong(GridWindow::endIndex).max().orElseThrow();
    return Bundle.of(
        new BundleManifest(
            id(),
            Task.FORECAST,
            List.of(Role.TARGET),
            grid,
            List.of(),
            Math.min(Math.max(history, historyMin), BundleManifest.HISTORY_INTERVALS_MAX),
            historyMin,
            training.horizon(),
            training.levels(),
            Optional.of(calibration.conformal()),
            parameters,
            new TrainingWindow(
                List.copyOf(histories.keySet()),
                grid.startMicros(first),
                grid.startMicros(end),
                training.provenance().fingerprint()),
            training.provenance().seed(),
            training.provenance().codeVersion(),
            new TreeMap<>()),
        Map.of(PAYLOAD, payload(models).toBytes()));
  }

  private static PointSettings settings(ForecastTraining training) {
    return new PointSettings(
        training.grid(),
        training.horizon(),
        Seasons.of(training.parameters(), training.grid()),
        training.parameters(),
        training.provenance().seed(),
        training.progress());
  }

  /** Without gaps; series that have no value are left out. */
  private static SortedMap<SeriesName, GridWindow> usable(
      SortedMap<SeriesName, GridWindow> series) {
    var usable = new TreeMap<SeriesName, GridWindow>();
    series.forEach((name, window) -> {
      GridWindow closed = Gaps.close(window);
      if (closed.size() > 0) {
        usable.put(name, closed);
      }
    });
    if (usable.isEmpty()) {
      throw new InsufficientHistoryException("no series has a value");
    }
    return usable;
  }

  /** One model for all where the method pools, else one for each, in order. */
  static List<PointModel> fitAll(
      PointMethod method,
      List<GridWindow> histories,
      PointSettings settings,
      TrainingProgress progress) {
    if (method.pools()) {
      return List.of(method.fit(histories, settings));
    }
    var models = new ArrayList<PointModel>();
    for (GridWindow history : histories) {
      progress.at("fit", (double) models.size() / histories.size());
      models.add(method.fit(List.of(history), settings));
    }
    return models;
  }

  private static ModelArrays payload(List<PointModel> models) {
    var payload = ModelArrays.builder();
    for (int i = 0; i < models.size(); i++) {
      var one = ModelArrays.builder().nest(MODEL_PREFIX, models.get(i).save());
      models.get(i).explanation().forEach((name, text) -> one.put(EXPLANATION_PREFIX + name, text));
      payload.nest(prefix(i), one.build());
    }
    return payload.build();
  }

  private static String prefix(int index) {
    return "%06d/".formatted(index);
  }

  @Override
  public Forecaster load(Bundle bundle) {
    BundleManifest manifest = bundle.manifest();
    try {
      SplitConformal conformal =
          manifest
              .conformal()
              .orElseThrow(() -> new IllegalArgumentException("conformal residuals are missing"));
      Parameters parameters = manifest.parameters();
      var scale =
          new IntervalScale(
              parameters.integer(SCALE_SEASON, 1, 1, 1_000_000),
              parameters.number(FALLBACK_SCALE, 0, 0, Double.MAX_VALUE));
      var own = new TreeMap<>(parameters.asMap());
      own.keySet().removeAll(new HashSet<>(List.of(SCALE_SEASON, FALLBACK_SCALE)));
      var settings =
          new PointSettings(
              manifest.grid(),
              manifest.horizon(),
              Seasons.of(parameters, manifest.grid()),
              Parameters.of(own),
              manifest.seed(),
              TrainingProgress.SILENT);
      ModelArrays payload = ModelArrays.read(bundle.file(PAYLOAD));
      List<SeriesName> names = manifest.trainingWindow().series();
      var models = new TreeMap<SeriesName, PointForecaster.Fitted>();
      int count = method.pools() ? 1 : names.size();
      for (int i = 0; i < count; i++) {
        ModelArrays one = payload.under(prefix(i));
        var fitted =
            new PointForecaster.Fitted(
                method.load(one.under(MODEL_PREFIX), settings),
                Collections.unmodifiableSortedMap(
                    new TreeMap<>(one.under(EXPLANATION_PREFIX).texts())));
        models.put(names.get(i), fitted);
      }
      return new PointForecaster(manifest, method.pools(), models, conformal, scale);
    } catch (IllegalArgumentException e) {
      throw BundleException.unloadable(id(), e);
    }
  }
}
