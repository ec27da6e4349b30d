package dev.tidewatch.models.forecast.additive;

import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.models.forecast.PointModel;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.Times;
import dev.tidewatch.timeseries.calendar.HolidayCalendar;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A fitted additive regression. Values are forecast as {@code low + range · design(index)}, or as
 * the exponential of that, plus what is carried on of the newest residual. Immutable and
 * thread-safe.
 */
final class AdditiveModel implements PointModel {
  private static final double BEND_SHOWN_MIN = 0.01;
  private static final int BENDS_SHOWN_MAX = 10;

  /** Logarithms do not leave the history's range by more than so many times its width. */
  private static final double LOG_RANGES_MAX = 2;

  private final AdditiveDesign design;
  private final double[] coefficients;
  private final double low;
  private final double range;
  private final double noise;
  private final double carry;
  private final boolean logarithms;

  private AdditiveModel(
      AdditiveDesign design,
      double[] coefficients,
      double low,
      double range,
      double noise,
      double carry,
      boolean logarithms) {
    this.design = design;
    this.coefficients = coefficients;
    this.low = low;
    this.range = range;
    this.noise = noise;
    this.carry = carry;
    this.logarithms = logarithms;
  }

  /**
   * @param regression on the rows of the design, one per value
   * @param carries whether errors are correlated and the newest is carried on
   */
  static AdditiveModel fit(
      AdditiveDesign design,
      CorrelatedRegression regression,
      double[] values,
      boolean logarithms,
      boolean carries) {
    double[] y = logarithms ? Arrays.stream(values).map(Math::log).toArray() : values.clone();
    double low = Arrays.stream(y).min().orElseThrow();
    double range = Arrays.stream(y).max().orElseThrow() - low;
    if (range <= 0) {
      range = 1;
    }
    for (int t = 0; t < y.length; t++) {
      y[t] = (y[t] - low) / range;
    }
    CorrelatedRegression.Fit fit = carries ? regression.correlated(y) : regression.independent(y);
    return new AdditiveModel(
        design,
        fit.solution.coefficients,
        low,
        range,
        fit.solution.noise * range,
        fit.correlation,
        logarithms);
  }

  /** Standard deviation of the residuals, of logarithms if those are fitted. */
  double noise() {
    return noise;
  }

  double[] coefficients() {
    return coefficients.clone();
  }

  AdditiveDesign design() {
    return design;
  }

  @Override
  public int historyIntervals() {
    return 1;
  }

  @Override
  public int historyIntervalsMin() {
    return 1;
  }

  /** What the regression says of an interval, in the units of the fit. */
  private double fitted(long index) {
    return low + range * design.value(index, coefficients);
  }

  @Override
  public double[] forecast(GridWindow history, int horizon) {
    double newest = history.value(history.size() - 1);
    double left = 0;
    if (carry > 0) {
      double y = logarithms ? Math.log(Math.max(newest, Math.exp(low))) : newest;
      left = y - fitted(history.endIndex() - 1);
    }
    var means = new double[horizon];
    for (int h = 0; h < horizon; h++) {
      left *= carry;
      double value = fitted(history.endIndex() + h) + left;
      means[h] = logarithms ? Math.exp(bounded(value)) : value;
    }
    return means;
  }

  private double bounded(double logarithm) {
    return Math.clamp(logarithm, low - LOG_RANGES_MAX * range, low + (1 + LOG_RANGES_MAX) * range);
  }

  @Override
  public ModelArrays save() {
    PiecewiseTrend trend = design.trend();
    var saved = ModelArrays.builder();
    saved.put("trend_first", (double) trend.firstIndex());
    saved.put("trend_last", (double) trend.lastIndex());
    saved.put("trend_changes", Arrays.stream(trend.changes()).asDoubleStream().toArray());
    saved.put(
        "season_periods", design.seasons().stream().mapToDouble(FourierSeason::period).toArray());
    saved.put(
        "season_orders", design.seasons().stream().mapToDouble(FourierSeason::order).toArray());
    saved.put("holidays", design.holidays().calendar().code());
    saved.put("holiday_names", String.join("\n", design.holidays().names()));
    saved.put("coefficients", coefficients);
    saved.put("low", low);
    saved.put("range", range);
    saved.put("noise", noise);
    saved.put("carry", carry);
    saved.put("logarithms", logarithms ? 1 : 0);
    return saved.build();
  }

  /**
   * @throws IllegalArgumentException if the arrays are not what {@link #save} makes
   */
  static AdditiveModel load(ModelArrays arrays, Grid grid) {
    double[] periods = arrays.array("season_periods");
    double[] orders = arrays.array("season_orders", periods.length);
    var seasons = new ArrayList<FourierSeason>();
    for (int i = 0; i < periods.length; i++) {
      seasons.add(new FourierSeason(periods[i], (int) orders[i]));
    }
    String names = arrays.text("holiday_names");
    var design =
        new AdditiveDesign(
            new PiecewiseTrend(
                (long) arrays.number("trend_first"),
                (long) arrays.number("trend_last"),
                Arrays.stream(arrays.array("trend_changes")).mapToLong(at -> (long) at).toArray()),
            seasons,
            new HolidayEffects(
                grid,
                HolidayCalendar.of(arrays.text("holidays")),
                names.isEmpty() ? List.of() : List.of(names.split("\n", -1))));
    return new AdditiveModel(
        design,
        arrays.array("coefficients", design.columns()),
        arrays.number("low"),
        arrays.number("range"),
        arrays.number("noise"),
        arrays.number("carry"),
        arrays.integer("logarithms", 0, 1) == 1);
  }

  @Override
  public SortedMap<String, String> explanation() {
    var all = new TreeMap<String, String>();
    PiecewiseTrend trend = design.trend();
    var shown = new ArrayList<String>();
    int bends = 0;
    Grid grid = design.holidays().grid();
    long[] changes = trend.changes();
    for (int i = 0; i < changes.length; i++) {
      double bend = coefficients[2 + i];
      if (Math.abs(bend) >= BEND_SHOWN_MIN) {
        bends++;
        if (shown.size() < BENDS_SHOWN_MAX) {
          shown.add(
              "%s %s".formatted(Times.toInstant(grid.startMicros(changes[i])), rounded(bend)));
        }
      }
    }
    all.put("trend", "slope %s, bends %d".formatted(rounded(coefficients[1]), bends));
    if (!shown.isEmpty()) {
      all.put("changepoints", String.join("; ", shown));
    }
    all.put(
        "seasons",
        String.join(
            ", ",
            design.seasons().stream()
                .map(s -> "%s steps by %d harmonics".formatted(s.period(), s.order()))
                .toList()));
    all.put("holidays", design.holidays().calendar().code());
    if (!design.holidays().names().isEmpty()) {
      int from = coefficients.length - design.holidays().columns();
      var effects = new ArrayList<String>();
      for (int i = 0; i < design.holidays().names().size(); i++) {
        double effect = coefficients[from] + coefficients[from + 1 + i];
        effects.add("%s %s".formatted(design.holidays().names().get(i), rounded(effect)));
      }
      all.put("holiday_effects", String.join("; ", effects));
    }
    all.put("carry", rounded(carry));
    all.put("noise", rounded(noise));
    all.put("transform", logarithms ? "log" : "none");
    return Collections.unmodifiableSortedMap(all);
  }

  private static String rounded(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}
