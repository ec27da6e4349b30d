package dev.tidewatch.models.forecast.smoothing;

import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.models.forecast.PointModel;
import dev.tidewatch.timeseries.GridWindow;
import java.util.Arrays;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A fitted exponential smoothing. A window that contains the end of the fit goes on from its state;
 * any other window starts from its own classical decomposition and the fitted trend.
 *
 * @param end state after the fit: level, trend, and the season with the next value's number first
 * @param endIndex first interval after the fit
 * @param tail newest values of the fit
 */
@SuppressWarnings("ArrayRecordComponent")
record EtsModel(
    EtsForm form,
    int period,
    EtsWeights weights,
    double[] end,
    long endIndex,
    double[] tail,
    int historyIntervals,
    double aicc,
    String comparison)
    implements PointModel {

  static EtsModel load(ModelArrays arrays) {
    EtsForm form = EtsForm.parse(arrays.text("form"));
    int period = arrays.integer("period", 1, Integer.MAX_VALUE);
    if (form.isSeasonal() && period < 2) {
      throw new IllegalArgumentException("form %s with a period of %d".formatted(form, period));
    }
    double[] weights = arrays.array("weights", 4);
    return new EtsModel(
        form,
        period,
        new EtsWeights(weights[0], weights[1], weights[2], weights[3]),
        arrays.array("end", form.isSeasonal() ? 2 + period : 2),
        Long.parseLong(arrays.text("end_index")),
        arrays.array("tail"),
        arrays.integer("history", 1, Integer.MAX_VALUE),
        arrays.number("aicc"),
        arrays.text("comparison"));
  }

  @Override
  public int historyIntervalsMin() {
    return form.isSeasonal() ? 2 * period : 1;
  }

  @Override
  public double[] forecast(GridWindow history, int horizon) {
    double[] values = history.values();
    long offset = endIndex - history.firstIndex();
    if (holdsTail(values, offset)) {
      EtsState state = EtsFit.state(form, end);
      if (state.run(values, (int) offset, values.length, weights)) {
        return state.forecast(horizon, weights.phi());
      }
    }
    EtsForm usable =
        form.needsPositive() && !SeasonalAdjustment.positive(values) ? form.additive() : form;
    EtsState state = started(values, usable);
    if (!state.run(values, 0, values.length, weights)) {
      usable = form.additive();
      state = started(values, usable);
      state.run(values, 0, values.length, weights);
    }
    return state.forecast(horizon, weights.phi());
  }

  private boolean holdsTail(double[] values, long offset) {
    if (offset < tail.length || offset > values.length) {
      return false;
    }
    int to = (int) offset;
    return Arrays.equals(values, to - tail.length, to, tail, 0, tail.length);
  }

  private EtsState started(double[] values, EtsForm usable) {
    double[] start = EtsStart.of(values, usable, period);
    if (usable.hasTrend()) {
      // A line through few values is a poor guess of a trend that hardly moves afterwards.
      double middle = (Math.min(values.length, Math.max(10, 2 * period)) + 1) / 2.0;
      start[0] += (start[1] - end[1]) * middle;
      start[1] = end[1];
    }
    return EtsFit.state(usable, start);
  }

  @Override
  public ModelArrays save() {
    return ModelArrays.builder()
        .put("form", form.toString())
        .put("period", period)
        .put("weights", weights.alpha(), weights.beta(), weights.gamma(), weights.phi())
        .put("end", end)
        .put("end_index", Long.toString(endIndex))
        .put("tail", tail)
        .put("history", historyIntervals)
        .put("aicc", aicc)
        .put("comparison", comparison)
        .build();
  }

  @Override
  public SortedMap<String, String> explanation() {
    var explanation = new TreeMap<String, String>();
    explanation.put("model", form.toString());
    explanation.put("period", Integer.toString(period));
    explanation.put("alpha", text(weights.alpha()));
    if (form.hasTrend()) {
      explanation.put("beta", text(weights.beta()));
    }
    if (form.isDamped()) {
      explanation.put("phi", text(weights.phi()));
    }
    if (form.isSeasonal()) {
      explanation.put("gamma", text(weights.gamma()));
    }
    explanation.put("aicc", text(aicc));
    explanation.put("best_by_aicc", comparison);
    return explanation;
  }

  static String text(double number) {
    return String.format(Locale.ROOT, "%.6g", number);
  }
}
