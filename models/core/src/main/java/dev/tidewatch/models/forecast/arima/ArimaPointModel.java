package dev.tidewatch.models.forecast.arima;

import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.models.forecast.PointModel;
import dev.tidewatch.timeseries.GridWindow;
import java.util.Collections;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** An {@link ArimaModel} of values or of their logarithms. Immutable and thread-safe. */
final class ArimaPointModel implements PointModel {
  private static final int MEMORY_INTERVALS = 300;
  private static final int MEMORY_SEASONS = 15;

  /** Logarithms are not forecast to grow by more than so much beyond the window's largest. */
  private static final double LOG_GROWTH_MAX = 5;

  private final ArimaModel model;
  private final LogTransform transform;
  private final double floor;
  private final SortedMap<String, String> explanation;

  /**
   * @param floor smallest value of the history: what logarithms are taken of instead of less
   */
  ArimaPointModel(
      ArimaModel model, LogTransform transform, double floor, SortedMap<String, String> searched) {
    this.model = model;
    this.transform = transform;
    this.floor = floor;
    var all = new TreeMap<>(searched);
    ArmaEstimate estimate = model.estimate();
    ArmaCoefficients coefficients = estimate.coefficients();
    all.put("model", estimate.order().toString());
    all.put("transform", transform.name().toLowerCase(Locale.ROOT));
    all.put("variance", String.format(Locale.ROOT, "%.6g", estimate.variance()));
    all.put("aicc", String.format(Locale.ROOT, "%.2f", estimate.aicc(estimate.count())));
    describe(all, "ar", coefficients.ar);
    describe(all, "ma", coefficients.ma);
    describe(all, "seasonal_ar", coefficients.seasonalAr);
    describe(all, "seasonal_ma", coefficients.seasonalMa);
    if (estimate.order().constant()) {
      all.put("constant", String.format(Locale.ROOT, "%.6g", estimate.mean()));
    }
    this.explanation = Collections.unmodifiableSortedMap(all);
  }

  private static void describe(SortedMap<String, String> to, String name, double[] values) {
    if (values.length > 0) {
      var texts = new StringBuilder();
      for (double value : values) {
        texts.append(texts.isEmpty() ? "" : ", ").append(String.format(Locale.ROOT, "%.4f", value));
      }
      to.put(name, texts.toString());
    }
  }

  @Override
  public int historyIntervals() {
    ArimaOrder order = model.order();
    return model.valuesMin() + Math.max(MEMORY_INTERVALS, MEMORY_SEASONS * order.season());
  }

  @Override
  public int historyIntervalsMin() {
    return model.valuesMin();
  }

  @Override
  public double[] forecast(GridWindow history, int horizon) {
    double[] values = history.values();
    if (transform == LogTransform.NONE) {
      return model.forecast(values, horizon);
    }
    double[] logarithms = LogTransform.logarithms(values, floor);
    double[] means = model.forecast(logarithms, horizon);
    double largest = Double.NEGATIVE_INFINITY;
    for (double logarithm : logarithms) {
      largest = Math.max(largest, logarithm);
    }
    for (int h = 0; h < horizon; h++) {
      means[h] = Math.exp(Math.min(means[h], largest + LOG_GROWTH_MAX));
    }
    return means;
  }

  @Override
  public SortedMap<String, String> explanation() {
    return explanation;
  }

  @Override
  public ModelArrays save() {
    ArmaEstimate estimate = model.estimate();
    ArimaOrder order = estimate.order();
    ArmaCoefficients coefficients = estimate.coefficients();
    return ModelArrays.builder()
        .put(
            "order",
            order.p(),
            order.d(),
            order.q(),
            order.seasonalP(),
            order.seasonalD(),
            order.seasonalQ(),
            order.season(),
            order.constant() ? 1 : 0)
        .put("ar", coefficients.ar)
        .put("ma", coefficients.ma)
        .put("seasonal_ar", coefficients.seasonalAr)
        .put("seasonal_ma", coefficients.seasonalMa)
        .put("mean", estimate.mean())
        .put("variance", estimate.variance())
        .put("log_likelihood", estimate.logLikelihood())
        .put("count", estimate.count())
        .put("floor", floor)
        .put("transform", transform.name().toLowerCase(Locale.ROOT))
        .build();
  }

  /**
   * @throws IllegalArgumentException if the arrays are not what {@link #save} makes
   */
  static ArimaPointModel load(ModelArrays arrays) {
    double[] order = arrays.array("order", 8);
    var orders = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      orders[i] = (int) order[i];
    }
    var known =
        new ArimaOrder(
            orders[0],
            orders[1],
            orders[2],
            orders[3],
            orders[4],
            orders[5],
            orders[6],
            orders[7] == 1);
    var coefficients =
        new ArmaCoefficients(
            arrays.array("ar", known.p()),
            arrays.array("ma", known.q()),
            arrays.array("seasonal_ar", known.seasonalP()),
            arrays.array("seasonal_ma", known.seasonalQ()));
    if (!coefficients.rootsOutside(1)) {
      throw new IllegalArgumentException("coefficients are not stationary and invertible");
    }
    var estimate =
        new ArmaEstimate(
            known,
            coefficients,
            arrays.number("mean"),
            arrays.number("variance"),
            arrays.number("log_likelihood"),
            arrays.integer("count", 1, Integer.MAX_VALUE));
    return new ArimaPointModel(
        new ArimaModel(estimate),
        LogTransform.valueOf(arrays.text("transform").toUpperCase(Locale.ROOT)),
        arrays.number("floor"),
        new TreeMap<>());
  }
}
