package dev.tidewatch.models.forecast;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.bundle.Role;
import dev.tidewatch.models.bundle.Task;
import dev.tidewatch.models.bundle.TrainingWindow;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.timeseries.ForecastErrors;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.RobustStatistics;
import dev.tidewatch.timeseries.SplitConformal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Seasonal naive over one or several seasons, chosen by back-test, with split-conformal intervals
 * per horizon step.
 *
 * <p>Parameters:
 *
 * <ul>
 *   <li>{@code seasons}: candidates separated by commas, each a season in steps or a sum such as
 *       {@code 24+168}, whose forecasts are averaged. Default: day, week, and both together, as far
 *       as the grid and the history have them; else {@code 1}.
 *   <li>{@code interval_scale}: {@code relative} (default; residuals in units of the window's mean
 *       seasonal change) or {@code absolute} (in the series' own unit; for one series only).
 *   <li>{@code origins_max}: origins per series for choice and calibration, 20 to 2,000; default
 *       400.
 *   <li>those of {@link AdaptiveIntervals}.
 * </ul>
 *
 * <p>Origins are spread over the history at a stride that visits all phases of the day. The
 * candidate with the lowest scaled error on the earlier half is chosen; residuals of the later half
 * calibrate the intervals, so that the choice does not flatter them.
 */
public sealed class SeasonalNaiveFamily implements ForecastFamily permits NaiveFamily {
  public static final String ID = "seasonal-naive";

  static final String SEASONS = "seasons";
  static final String CHOSEN_SEASONS = "chosen_seasons";
  static final String INTERVAL_SCALE = "interval_scale";
  static final String FALLBACK_SCALE = "fallback_scale";
  static final String ORIGINS_MAX = "origins_max";

  private static final int SEASON_MAX = 100_000;
  private static final int CANDIDATES_MAX = 16;

  /** Residuals kept in a bundle over all steps: about 1 MB of JSON. */
  private static final int RESIDUALS_MAX = 60_000;

  private static final int ORIGINS_FOR_SPLIT_MIN = 20;

  /** How residuals are scaled; see the class. */
  enum IntervalScaling {
    RELATIVE,
    ABSOLUTE
  }

  @Override
  public String id() {
    return ID;
  }

  /** Names that {@link #fit} accepts. */
  Set<String> parameterNames() {
    return Set.of(SEASONS, INTERVAL_SCALE, ORIGINS_MAX);
  }

  /** Candidates when none are given. */
  List<int[]> defaultCandidates(Grid grid, int historyIntervals, int horizon) {
    int day = grid.stepsPerDay();
    var candidates = new ArrayList<int[]>();
    boolean hasDay = day > 1 && fits(day, historyIntervals, horizon);
    boolean hasWeek = day > 0 && fits(7 * day, historyIntervals, horizon);
    if (hasDay) {
      candidates.add(new int[] {day});
    }
    if (hasWeek) {
      candidates.add(new int[] {7 * day});
    }
    if (hasDay && hasWeek) {
      candidates.add(new int[] {day, 7 * day});
    }
    return candidates.isEmpty() ? List.of(new int[] {1}) : candidates;
  }

  private static boolean fits(int season, int historyIntervals, int horizon) {
    return season <= SEASON_MAX && 2 * season + horizon <= historyIntervals;
  }

  @Override
  public Bundle fit(ForecastTraining training) {
    var known = new TreeSet<String>(parameterNames());
    known.addAll(AdaptiveIntervals.PARAMETERS);
    training.parameters().requireKnown(known);
    var scaling = training.parameters().choice(INTERVAL_SCALE, IntervalScaling.RELATIVE);
    if (scaling == IntervalScaling.ABSOLUTE && training.series().size() > 1) {
      throw new IllegalArgumentException(
          "parameter interval_scale is 'absolute', which is for one series; %d are given"
              .formatted(training.series().size()));
    }
    int originsMax = training.parameters().integer(ORIGINS_MAX, 400, 20, 2_000);
    int longest = training.series().values().stream().mapToInt(GridWindow::size).max().orElse(0);
    List<int[]> candidates =
        training.parameters().has(SEASONS)
            ? parseCandidates(training.parameters())
            : defaultCandidates(training.grid(), longest, training.horizon());
    int seasonMax = candidates.stream().flatMapToInt(Arrays::stream).max().orElse(1);
    int historyIntervals = historyIntervals(seasonMax);

    var origins = new ArrayList<Origin>();
    for (GridWindow series : training.series().values()) {
      origins.addAll(
          originsOf(series, seasonMax, historyIntervals, training.horizon(), originsMax));
    }
    if (origins.isEmpty()) {
      throw new InsufficientHistoryException(
          "the longest history has %d intervals; seasons of %d and a horizon of %d need at least %d with values"
              .formatted(
                  longest, seasonMax, training.horizon(), seasonMax + training.horizon() + 1));
    }
    training.progress().at("choose", 0);
    int[] chosen = choose(candidates, origins, training);
    var scale =
        new SeasonalNaiveForecaster.IntervalScale(
            scaling == IntervalScaling.RELATIVE, Arrays.stream(chosen).min().orElse(1), Double.NaN);
    training.progress().at("calibrate", 0);
    SplitConformal conformal = calibrate(chosen, scale, origins, training.horizon());
    double fallback = scale.relative() ? medianScale(scale, origins) : 1;

    Parameters parameters =
        AdaptiveIntervals.recorded(training.parameters())
            .with(
                SEASONS,
                candidates.stream()
                    .map(SeasonalNaiveFamily::format)
                    .collect(Collectors.joining(",")))
            .with(CHOSEN_SEASONS, format(chosen))
            .with(INTERVAL_SCALE, scaling == IntervalScaling.RELATIVE ? "relative" : "absolute")
            .with(ORIGINS_MAX, Integer.toString(originsMax))
            .with(FALLBACK_SCALE, Double.toString(fallback));
    int chosenMax = Arrays.stream(chosen).max().orElse(1);
    training.progress().at("calibrate", 1);
    return Bundle.of(
        new BundleManifest(
            id(),
            Task.FORECAST,
            List.of(Role.TARGET),
            training.grid(),
            List.of(),
            historyIntervals(chosenMax),
            chosenMax,
            training.horizon(),
            training.levels(),
            Optional.of(conformal),
            parameters,
            trainingWindow(training),
            training.provenance().seed(),
            training.provenance().codeVersion(),
            new TreeMap<>()),
        Map.of());
  }

  /**
   * Four of the longest seasons, and no fewer than 64 steps, so that the interval scale rests on
   * enough changes.
   */
  private static int historyIntervals(int seasonMax) {
    return Math.max(4 * seasonMax, 64);
  }

  private static TrainingWindow trainingWindow(ForecastTraining training) {
    Grid grid = training.grid();
    long first =
        training.series().values().stream().mapToLong(GridWindow::firstIndex).min().orElseThrow();
    long end =
        training.series().values().stream().mapToLong(GridWindow::endIndex).max().orElseThrow();
    return new TrainingWindow(
        List.copyOf(training.series().keySet()),
        grid.startMicros(first),
        grid.startMicros(end),
        training.provenance().fingerprint());
  }

  /**
   * A place in a series from which it can be forecast.
   *
   * @param at offset of the first step
   * @param early used for the choice, not for calibration
   */
  private record Origin(
      GridWindow series, int at, int historyIntervals, int horizon, boolean early) {
    /** What was known: ends before the first step and is filled on its own. */
    double[] history() {
      return series.slice(Math.max(0, at - historyIntervals), at).filled().values();
    }

    /** What came. */
    double[] actual() {
      return series.slice(at, at + horizon).values();
    }
  }

  private static List<Origin> originsOf(
      GridWindow series, int seasonMax, int historyIntervals, int horizon, int originsMax) {
    int first = Math.min(series.size(), Math.max(seasonMax + 1, 2));
    int count = series.size() - horizon - first + 1;
    if (count < 1) {
      return List.of();
    }
    int stride = strideThroughAllPhases(Math.ceilDiv(count, originsMax), seasonMax);
    var origins = new ArrayList<Origin>();
    boolean splits = Math.ceilDiv(count, stride) >= ORIGINS_FOR_SPLIT_MIN;
    // Backwards from the newest, so that the newest actual values are always used.
    for (int at = series.size() - horizon; at >= first; at -= stride) {
      var origin =
          new Origin(series, at, historyIntervals, horizon, splits && at < first + count / 2);
      if (Arrays.stream(origin.history()).anyMatch(value -> !Double.isNaN(value))) {
        origins.add(origin);
      }
    }
    return origins.reversed();
  }

  /**
   * The smallest stride from the given one on that shares no factor with the season, so that no
   * phase is favoured.
   */
  private static int strideThroughAllPhases(int stride, int season) {
    while (greatestCommonDivisor(stride, season) > 1) {
      stride++;
    }
    return stride;
  }

  private static int greatestCommonDivisor(int a, int b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }

  private static int[] choose(
      List<int[]> candidates, List<Origin> origins, ForecastTraining training) {
    if (candidates.size() == 1) {
      return candidates.getFirst();
    }
    boolean splits = origins.stream().anyMatch(Origin::early);
    int[] best = candidates.getFirst();
    double bestError = Double.POSITIVE_INFINITY;
    for (int i = 0; i < candidates.size(); i++) {
      double sum = 0;
      int count = 0;
      for (Origin origin : origins) {
        if (origin.early() || !splits) {
          double error = scaledError(origin, candidates.get(i), training.horizon());
          if (!Double.isNaN(error)) {
            sum += error;
            count++;
          }
        }
      }
      double error = count == 0 ? Double.POSITIVE_INFINITY : sum / count;
      if (error < bestError) {
        bestError = error;
        best = candidates.get(i);
      }
      training.progress().at("choose", (i + 1.0) / candidates.size());
    }
    return best;
  }

  /**
   * Mean absolute error relative to the mean size of steps in the history; comparable between
   * series.
   */
  private static double scaledError(Origin origin, int[] seasons, int horizon) {
    double unit = ForecastErrors.maseScale(origin.history(), 1);
    double error =
        ForecastErrors.mae(
            origin.actual(), SeasonalMeans.forecast(origin.history(), seasons, horizon));
    return unit > 0 ? error / unit : Double.NaN;
  }

  private static SplitConformal calibrate(
      int[] seasons,
      SeasonalNaiveForecaster.IntervalScale scale,
      List<Origin> origins,
      int horizon) {
    int perStepMax = Math.clamp(RESIDUALS_MAX / horizon, 20, SplitConformal.RESIDUALS_PER_STEP_MAX);
    List<Origin> late = origins.stream().filter(origin -> !origin.early()).toList();
    int stride = Math.ceilDiv(late.size(), perStepMax);
    var residuals = new ArrayList<List<Double>>();
    for (int step = 0; step < horizon; step++) {
      residuals.add(new ArrayList<>());
    }
    for (int i = 0; i < late.size(); i += stride) {
      Origin origin = late.get(i);
      double[] history = origin.history();
      double[] actual = origin.actual();
      double unit = scale.of(history);
      double[] means = SeasonalMeans.forecast(history, seasons, horizon);
      for (int step = 0; step < horizon; step++) {
        double residual = Math.abs(actual[step] - means[step]) / unit;
        if (Double.isFinite(residual)) {
          residuals.get(step).add(residual);
        }
      }
    }
    return SplitConformal.of(residuals.stream().map(SeasonalNaiveFamily::orZero).toList());
  }

  /**
   * A step whose actual values all are missing, or whose windows never change, has nothing to go
   * by: width 0.
   */
  private static double[] orZero(List<Double> residuals) {
    return residuals.isEmpty()
        ? new double[] {0}
        : residuals.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double medianScale(
      SeasonalNaiveForecaster.IntervalScale scale, List<Origin> origins) {
    double[] scales =
        origins.stream()
            .mapToDouble(origin -> scale.of(origin.history()))
            .filter(Double::isFinite)
            .toArray();
    return scales.length == 0 ? 0 : RobustStatistics.median(scales);
  }

  private static List<int[]> parseCandidates(Parameters parameters) {
    List<String> words = parameters.words(SEASONS, List.of());
    if (words.size() > CANDIDATES_MAX) {
      throw new IllegalArgumentException(
          "parameter seasons has %d candidates; at most %d are allowed"
              .formatted(words.size(), CANDIDATES_MAX));
    }
    return words.stream().map(SeasonalNaiveFamily::parse).toList();
  }

  private static int[] parse(String candidate) {
    try {
      int[] seasons =
          Arrays.stream(candidate.split("\\+", -1))
              .mapToInt(s -> Integer.parseInt(s.strip()))
              .toArray();
      if (Arrays.stream(seasons).allMatch(season -> season >= 1 && season <= SEASON_MAX)) {
        return seasons;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "parameter seasons has '%s'; write steps such as 24 or 24+168".formatted(candidate), e);
    }
    throw new IllegalArgumentException(
        "parameter seasons has '%s'; a season is 1 to %d steps".formatted(candidate, SEASON_MAX));
  }

  private static String format(int[] seasons) {
    return IntStream.of(seasons).mapToObj(Integer::toString).collect(Collectors.joining("+"));
  }

  @Override
  public Forecaster load(Bundle bundle) {
    BundleManifest manifest = bundle.manifest();
    try {
      SplitConformal conformal =
          manifest
              .conformal()
              .orElseThrow(() -> new IllegalArgumentException("conformal residuals are missing"));
      int[] seasons = parse(manifest.parameters().text(CHOSEN_SEASONS, ""));
      var scale =
          new SeasonalNaiveForecaster.IntervalScale(
              manifest.parameters().choice(INTERVAL_SCALE, IntervalScaling.RELATIVE)
                  == IntervalScaling.RELATIVE,
              Arrays.stream(seasons).min().orElseThrow(),
              manifest.parameters().number(FALLBACK_SCALE, 0, 0, Double.MAX_VALUE));
      return new SeasonalNaiveForecaster(manifest, conformal, scale, seasons);
    } catch (IllegalArgumentException e) {
      throw BundleException.unloadable(id(), e);
    }
  }
}
