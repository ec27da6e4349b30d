package dev.tidewatch.models.forecast.arima;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.models.forecast.PointMethod;
import dev.tidewatch.models.forecast.PointModel;
import dev.tidewatch.models.forecast.PointSettings;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.timeseries.GridWindow;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Seasonal ARIMA, one model a series. The season is the shortest that the history shows three
 * times. Without {@code order}, differences are chosen by the strength of the season and the KPSS
 * test and orders by a stepwise search on the newest {@value #SEARCH_INTERVALS_MAX} values; what is
 * found is then fitted by exact maximum likelihood (conditionally where the state is larger than
 * {@value ArimaModel#EXACT_STATE_MAX}). Forecasts through logarithms are medians.
 *
 * <p>Parameters:
 *
 * <ul>
 *   <li>{@code order}: {@code p,d,q}, or {@code auto} (default).
 *   <li>{@code seasonal_order}: {@code P,D,Q} beside a given order; default {@code 0,0,0}.
 *   <li>{@code constant}: {@code true} or {@code false} beside a given order; default: true if it
 *       has no differences.
 *   <li>{@code transform}: {@code none}, {@code log} or {@code auto} (default): the more likely.
 *   <li>{@code models_max}: models that the search tries at most, 4 to 200; default 40.
 * </ul>
 */
public final class ArimaMethod implements PointMethod {
  public static final String ID = "arima";

  static final int SEARCH_INTERVALS_MAX = 2_000;

  private static final String ORDER = "order";
  private static final String SEASONAL_ORDER = "seasonal_order";
  private static final String CONSTANT = "constant";
  private static final String TRANSFORM = "transform";
  private static final String MODELS_MAX = "models_max";
  private static final String AUTO = "auto";
  private static final int FIT_INTERVALS_MAX = 10_000;
  private static final int VALUES_MIN = 8;
  private static final int SEASONS_SHOWN = 3;

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Set<String> parameterNames() {
    return Set.of(ORDER, SEASONAL_ORDER, CONSTANT, TRANSFORM, MODELS_MAX);
  }

  @Override
  public PointModel fit(List<GridWindow> histories, PointSettings settings) {
    Parameters parameters = settings.parameters();
    Optional<ArimaOrder> given = given(parameters, settings.seasons().primary());
    LogTransform wanted = parameters.choice(TRANSFORM, LogTransform.AUTO);
    int modelsMax = parameters.integer(MODELS_MAX, 40, 4, 200);
    double[] values = histories.getFirst().last(FIT_INTERVALS_MAX).values();
    if (values.length < VALUES_MIN) {
      throw new InsufficientHistoryException(
          "%d values; an ARIMA model needs at least %d".formatted(values.length, VALUES_MIN));
    }
    int season = shownSeason(settings, values.length);
    LogTransform transform = wanted.chosenFor(newest(values, SEARCH_INTERVALS_MAX, season), season);
    double floor = Arrays.stream(values).min().orElseThrow();
    double[] y = transform == LogTransform.LOG ? LogTransform.logarithms(values, floor) : values;

    var explanation = new TreeMap<String, String>();
    ArimaModel model =
        given.isPresent() ? fitted(y, given.get()) : searched(y, season, modelsMax, explanation);
    return new ArimaPointModel(model, transform, floor, explanation);
  }

  private static int shownSeason(PointSettings settings, int size) {
    int season = settings.seasons().primary();
    return SEASONS_SHOWN * season <= size ? season : 1;
  }

  /** The newest values, as many as are searched, but at least a dozen seasons. */
  private static double[] newest(double[] values, int count, int season) {
    int from = Math.max(0, values.length - Math.max(count, 12 * season));
    return Arrays.copyOfRange(values, from, values.length);
  }

  private static ArimaModel fitted(double[] y, ArimaOrder order) {
    try {
      return ArimaModel.fit(y, order);
    } catch (IllegalArgumentException e) {
      throw new InsufficientHistoryException(String.valueOf(e.getMessage()));
    }
  }

  private static ArimaModel searched(
      double[] y, int season, int modelsMax, Map<String, String> explanation) {
    if (DifferenceChoice.isConstant(y)) {
      explanation.put("search", "the history is constant");
      return ArimaModel.fit(y, ArimaOrder.of(0, 1, 0));
    }
    double[] newest = newest(y, SEARCH_INTERVALS_MAX, season);
    DifferenceChoice differences = DifferenceChoice.of(newest, season);
    OrderSearch.Found found = OrderSearch.best(newest, differences, season, modelsMax);
    explanation.put("models_tried", Integer.toString(found.tried()));
    explanation.put("season_strength", String.format(Locale.ROOT, "%.3f", differences.strength()));
    KpssTest kpss = KpssTest.of(newest, Trend.CONSTANT);
    explanation.put(
        "kpss", String.format(Locale.ROOT, "%.3f (p %.3f)", kpss.statistic(), kpss.pValue()));
    AugmentedDickeyFuller adf = AugmentedDickeyFuller.of(newest, Trend.CONSTANT, 1);
    explanation.put(
        "adf", String.format(Locale.ROOT, "%.3f (p %.3f)", adf.statistic(), adf.pValue()));
    ArmaEstimate estimate = found.estimate();
    return new ArimaModel(estimate.refined(ArimaModel.differenced(y, estimate.order())));
  }

  private static Optional<ArimaOrder> given(Parameters parameters, int season) {
    if (parameters.text(ORDER, AUTO).strip().equals(AUTO)) {
      for (String name : List.of(SEASONAL_ORDER, CONSTANT)) {
        if (parameters.has(name)) {
          throw new IllegalArgumentException(
              "parameter %s needs an order beside it, such as order=0,1,1".formatted(name));
        }
      }
      return Optional.empty();
    }
    int[] order = three(parameters, ORDER);
    int[] seasonal =
        parameters.has(SEASONAL_ORDER) ? three(parameters, SEASONAL_ORDER) : new int[3];
    boolean hasSeason = seasonal[0] + seasonal[1] + seasonal[2] > 0;
    boolean constant =
        Boolean.parseBoolean(
            parameters.text(CONSTANT, Boolean.toString(order[1] + seasonal[1] == 0)).strip());
    return Optional.of(
        new ArimaOrder(
            order[0],
            order[1],
            order[2],
            seasonal[0],
            seasonal[1],
            seasonal[2],
            hasSeason ? season : 1,
            constant));
  }

  private static int[] three(Parameters parameters, String name) {
    List<String> words = parameters.words(name, List.of());
    try {
      if (words.size() == 3) {
        return words.stream().mapToInt(Integer::parseInt).toArray();
      }
    } catch (NumberFormatException e) {
      throw threeExpected(parameters, name, e);
    }
    throw threeExpected(parameters, name, null);
  }

  private static IllegalArgumentException threeExpected(
      Parameters parameters, String name, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "parameter %s is '%s'; it must be three whole numbers such as 0,1,1"
            .formatted(name, parameters.text(name, "")),
        cause);
  }

  @Override
  public PointModel load(ModelArrays arrays, PointSettings settings) {
    return ArimaPointModel.load(arrays);
  }
}
