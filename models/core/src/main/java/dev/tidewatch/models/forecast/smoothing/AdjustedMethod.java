package dev.tidewatch.models.forecast.smoothing;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.models.forecast.PointMethod;
import dev.tidewatch.models.forecast.PointModel;
import dev.tidewatch.models.forecast.PointSettings;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.ParameterSpace;
import dev.tidewatch.timeseries.GridWindow;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Forecasts of what has no season, on seasonally adjusted values, as in the benchmarks of the M4
 * competition: where the test of {@link SeasonalAdjustment#isSeasonal} finds the season (at 90 %),
 * the values are divided by its classical factors, extrapolated, and multiplied again. Values that
 * are not all positive get differences instead of ratios.
 *
 * <p>Parameter {@code adjustment}: {@code classical} (default, but {@code none} for {@code drift})
 * or {@code none}.
 */
public final class AdjustedMethod implements PointMethod {
  static final String ADJUSTMENT = "adjustment";

  enum Adjustment {
    CLASSICAL,
    NONE
  }

  private final Extrapolation extrapolation;

  private AdjustedMethod(Extrapolation extrapolation) {
    this.extrapolation = extrapolation;
  }

  /** The newest adjusted value: {@code naive2}, the M4 competition's yardstick. */
  public static AdjustedMethod naive2() {
    return new AdjustedMethod(Extrapolation.NAIVE);
  }

  public static AdjustedMethod drift() {
    return new AdjustedMethod(Extrapolation.DRIFT);
  }

  public static AdjustedMethod ses() {
    return new AdjustedMethod(Extrapolation.SES);
  }

  public static AdjustedMethod holt() {
    return new AdjustedMethod(Extrapolation.HOLT);
  }

  /** Holt's with a damped trend. */
  public static AdjustedMethod damped() {
    return new AdjustedMethod(Extrapolation.DAMPED);
  }

  public static AdjustedMethod theta() {
    return new AdjustedMethod(Extrapolation.THETA);
  }

  /** The dynamic optimised Theta model. */
  public static AdjustedMethod dynamicTheta() {
    return new AdjustedMethod(Extrapolation.DYNAMIC_THETA);
  }

  @Override
  public String id() {
    return extrapolation.id();
  }

  @Override
  public Set<String> parameterNames() {
    return Set.of(ADJUSTMENT);
  }

  @Override
  public SortedMap<String, ParameterSpace> parameterSpaces() {
    return new TreeMap<>(Map.of(ADJUSTMENT, ParameterSpace.Choice.of("classical", "none")));
  }

  @Override
  public PointModel fit(List<GridWindow> histories, PointSettings settings) {
    double[] values = histories.getFirst().values();
    if (values.length < extrapolation.valuesMin()) {
      throw new InsufficientHistoryException(
          "%d values; %s needs at least %d"
              .formatted(values.length, id(), extrapolation.valuesMin()));
    }
    SeasonalAdjustment adjustment = adjustment(values, settings);
    double[] fitted = extrapolation.fit(adjustment.adjust(values));
    return new Model(
        extrapolation,
        WindowLengths.wanted(values.length, adjustment.season()),
        adjustment.season(),
        adjustment.multiplicative(),
        fitted);
  }

  /** For the shortest season that the test finds. */
  private SeasonalAdjustment adjustment(double[] values, PointSettings settings) {
    Adjustment usual =
        extrapolation == Extrapolation.DRIFT ? Adjustment.NONE : Adjustment.CLASSICAL;
    Parameters parameters = settings.parameters();
    if (parameters.choice(ADJUSTMENT, usual) == Adjustment.NONE) {
      return SeasonalAdjustment.NONE;
    }
    for (int season : settings.seasons().steps()) {
      if (SeasonalAdjustment.isSeasonal(values, season)) {
        return SeasonalAdjustment.of(values, season, SeasonalAdjustment.positive(values));
      }
    }
    return SeasonalAdjustment.NONE;
  }

  @Override
  public PointModel load(ModelArrays arrays, PointSettings settings) {
    return new Model(
        extrapolation,
        arrays.integer("history", 1, Integer.MAX_VALUE),
        arrays.integer("season", 1, Integer.MAX_VALUE),
        arrays.integer("multiplicative", 0, 1) == 1,
        arrays.array("fitted", extrapolation.fittedCount()));
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Model(
      Extrapolation extrapolation,
      int historyIntervals,
      int season,
      boolean multiplicative,
      double[] fitted)
      implements PointModel {

    @Override
    public int historyIntervalsMin() {
      return Math.max(season > 1 ? 2 * season : 1, extrapolation.valuesMin());
    }

    @Override
    public double[] forecast(GridWindow history, int horizon) {
      double[] values = history.values();
      if (season == 1) {
        return extrapolation.forecast(values, fitted, horizon);
      }
      boolean ratios = multiplicative && SeasonalAdjustment.positive(values);
      SeasonalAdjustment adjustment = SeasonalAdjustment.of(values, season, ratios);
      double[] ahead = extrapolation.forecast(adjustment.adjust(values), fitted, horizon);
      return adjustment.restore(ahead, values.length);
    }

    @Override
    public ModelArrays save() {
      return ModelArrays.builder()
          .put("history", historyIntervals)
          .put("season", season)
          .put("multiplicative", multiplicative ? 1 : 0)
          .put("fitted", fitted)
          .build();
    }

    @Override
    public SortedMap<String, String> explanation() {
      SortedMap<String, String> explanation = new TreeMap<>(extrapolation.explanation(fitted));
      explanation.put("model", extrapolation.name().toLowerCase(Locale.ROOT));
      explanation.put(
          "season",
          season == 1
              ? "none"
              : "%d, %s".formatted(season, multiplicative ? "ratios" : "differences"));
      return explanation;
    }
  }
}
