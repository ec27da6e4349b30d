package dev.tidewatch.models.forecast.auto;

import dev.tidewatch.models.forecast.PointModel;
import dev.tidewatch.timeseries.GridWindow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Errors of candidates from the same origins in the newest part of a history. */
final class RollingErrors {
  private static final int ORIGINS_MAX = 8;

  /** Share of a history that origins span. */
  private static final int SPAN_SHARE = 16;

  /** Members of the mean of the best, and how far behind the best they may be. */
  private static final int MEMBERS_MAX = 4;

  private static final double LOSS_MAX = 1.25;

  private static final double INCUMBENT_LOSS_MAX = 1.5;

  /** Weight of a member is its loss to this power, downwards. */
  private static final double SHARPNESS = 8;

  private final int cut;
  private final int horizon;
  private final List<Integer> origins;
  private final Map<String, double[][]> forecasts = new LinkedHashMap<>();
  private final List<double[]> actuals = new ArrayList<>();
  private final boolean relative;

  private RollingErrors(GridWindow history, int horizon, List<Integer> origins) {
    this.horizon = horizon;
    this.origins = origins;
    this.cut = origins.getLast();
    double[] values = history.values();
    origins.forEach(origin -> actuals.add(Arrays.copyOfRange(values, origin, origin + horizon)));
    this.relative =
        Arrays.stream(values).min().orElse(0) >= 0 && Arrays.stream(values).max().orElse(0) > 0;
  }

  /** Whole seasons before the end of the history, where a season fits into the horizon. */
  static RollingErrors over(GridWindow history, int horizon, int season) {
    int steps = Math.min(horizon, Math.max(1, history.size() / 3));
    int newest = history.size() - steps;
    int step = season <= steps ? season : 1;
    int span = Math.min(Math.max(steps, history.size() / SPAN_SHARE), newest / 2);
    int stride = Math.max(1, Math.ceilDiv(Math.max(1, span / ORIGINS_MAX), step)) * step;
    var origins = new ArrayList<Integer>();
    for (int at = newest;
        at > 0 && at >= newest - span && origins.size() < ORIGINS_MAX;
        at -= stride) {
      origins.add(at);
    }
    if (origins.isEmpty()) {
      origins.add(newest);
    }
    return new RollingErrors(history, steps, origins);
  }

  /** What candidates are fitted on. */
  GridWindow older(GridWindow history) {
    return history.slice(0, cut);
  }

  void add(String id, PointModel model, GridWindow history) {
    var paths = new double[origins.size()][];
    for (int i = 0; i < paths.length; i++) {
      int origin = origins.get(i);
      GridWindow window = history.slice(Math.max(0, origin - model.historyIntervals()), origin);
      if (window.size() < model.historyIntervalsMin()) {
        return;
      }
      paths[i] = model.forecast(window, horizon);
    }
    forecasts.put(id, paths);
  }

  /**
   * What to take.
   *
   * @param fromBest weights by id, the best choice first
   * @param table a line for each candidate, for people
   */
  record Choice(List<Map<String, Double>> fromBest, SortedMap<String, String> table) {}

  private record Row(String id, Map<String, Double> weights, double mae, double smape) {}

  /**
   * @param incumbent stays unless its loss is {@link #INCUMBENT_LOSS_MAX} times the least: a few
   *     origins of one series say little about small differences
   */
  Choice choose(boolean ensemble, String incumbent) {
    var rows = new ArrayList<Row>();
    forecasts.forEach((id, paths) -> rows.add(row(id, Map.of(id, 1.0), paths)));
    if (rows.isEmpty()) {
      return new Choice(List.of(), new TreeMap<>());
    }
    if (ensemble && rows.size() > 1) {
      rows.add(meanOfBest(rows));
    }
    Map<Row, Double> losses = losses(rows);
    rows.sort((a, b) -> Double.compare(loss(losses, a), loss(losses, b)));
    var order = new ArrayList<Row>(rows);
    rows.stream()
        .filter(row -> row.id().equals(incumbent) && loss(losses, row) <= INCUMBENT_LOSS_MAX)
        .findFirst()
        .ifPresent(row -> {
          order.remove(row);
          order.addFirst(row);
        });
    var table = new TreeMap<String, String>();
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      table.put(
          "candidate.%02d.%s".formatted(i + 1, row.id()),
          "loss %.3f, mae %.6g%s from %d origins%s"
              .formatted(
                  loss(losses, row),
                  row.mae(),
                  relative ? ", smape %.2f %%".formatted(100 * row.smape()) : "",
                  origins.size(),
                  row.equals(order.getFirst()) ? ": chosen" : ""));
    }
    table.put("model", order.getFirst().id());
    return new Choice(order.stream().map(Row::weights).toList(), table);
  }

  private static double loss(Map<Row, Double> losses, Row row) {
    return losses.getOrDefault(row, Double.POSITIVE_INFINITY);
  }

  private Row meanOfBest(List<Row> singles) {
    Map<Row, Double> losses = losses(singles);
    List<Row> best =
        singles.stream()
            .filter(row -> loss(losses, row) <= LOSS_MAX)
            .sorted((a, b) -> Double.compare(loss(losses, a), loss(losses, b)))
            .limit(MEMBERS_MAX)
            .toList();
    var weights = new TreeMap<String, Double>();
    double total = best.stream().mapToDouble(row -> Math.pow(loss(losses, row), -SHARPNESS)).sum();
    var mixed = new double[origins.size()][horizon];
    for (Row row : best) {
      double weight = Math.pow(loss(losses, row), -SHARPNESS) / total;
      weights.put(row.id(), weight);
      double[][] paths = forecasts.getOrDefault(row.id(), new double[0][]);
      for (int i = 0; i < paths.length; i++) {
        for (int step = 0; step < horizon; step++) {
          mixed[i][step] += weight * paths[i][step];
        }
      }
    }
    return row(Mix.ENSEMBLE, weights, mixed);
  }

  private Row row(String id, Map<String, Double> weights, double[][] paths) {
    double mae = 0;
    double smape = 0;
    for (int i = 0; i < paths.length; i++) {
      for (int step = 0; step < horizon; step++) {
        double actual = actuals.get(i)[step];
        double error = Math.abs(actual - paths[i][step]);
        double size = Math.abs(actual) + Math.abs(paths[i][step]);
        mae += error / horizon / paths.length;
        smape += size > 0 ? 2 * error / size / horizon / paths.length : 0;
      }
    }
    return new Row(id, weights, mae, smape);
  }

  private Map<Row, Double> losses(List<Row> rows) {
    double mae = rows.stream().mapToDouble(Row::mae).min().orElse(0);
    double smape = rows.stream().mapToDouble(Row::smape).min().orElse(0);
    var losses = new LinkedHashMap<Row, Double>();
    for (Row row : rows) {
      double loss = ratio(row.mae(), mae);
      losses.put(row, relative ? (loss + ratio(row.smape(), smape)) / 2 : loss);
    }
    return losses;
  }

  private static double ratio(double value, double least) {
    return least > 0 ? value / least : value > 0 ? 2 : 1;
  }
}
