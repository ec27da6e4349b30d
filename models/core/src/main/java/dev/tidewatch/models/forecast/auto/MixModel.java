package dev.tidewatch.models.forecast.auto;

import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.models.forecast.PointMethod;
import dev.tidewatch.models.forecast.PointModel;
import dev.tidewatch.models.forecast.PointSettings;
import dev.tidewatch.timeseries.GridWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Weighted mean of models.
 *
 * @param weights by id, adding up to 1
 * @param models in the order of the ids
 */
record MixModel(
    SortedMap<String, Double> weights,
    List<PointModel> models,
    SortedMap<String, String> explanation)
    implements PointModel {
  private static final int MEMBERS_MAX = 100;

  MixModel {
    if (weights.isEmpty() || weights.size() != models.size()) {
      throw new IllegalArgumentException(
          "%d weights for %d models".formatted(weights.size(), models.size()));
    }
  }

  static MixModel of(SortedMap<String, Double> weights, List<PointModel> models) {
    var explanation = new TreeMap<String, String>();
    int member = 0;
    for (var weight : weights.entrySet()) {
      String prefix = "member.%s.".formatted(weight.getKey());
      explanation.put(prefix + "weight", "%.3f".formatted(weight.getValue()));
      models
          .get(member++)
          .explanation()
          .forEach((name, text) -> explanation.put(prefix + name, text));
    }
    return new MixModel(new TreeMap<>(weights), List.copyOf(models), explanation);
  }

  MixModel explained(SortedMap<String, String> newExplanation) {
    return new MixModel(weights, models, newExplanation);
  }

  @Override
  public int historyIntervals() {
    return models.stream().mapToInt(PointModel::historyIntervals).max().orElseThrow();
  }

  @Override
  public int historyIntervalsMin() {
    return models.stream().mapToInt(PointModel::historyIntervalsMin).max().orElseThrow();
  }

  @Override
  public double[] forecast(GridWindow history, int horizon) {
    var means = new double[horizon];
    int member = 0;
    for (double weight : weights.values()) {
      PointModel model = models.get(member++);
      double[] own = model.forecast(history.last(model.historyIntervals()), horizon);
      for (int step = 0; step < horizon; step++) {
        means[step] += weight * own[step];
      }
    }
    return means;
  }

  @Override
  public ModelArrays save() {
    var arrays = ModelArrays.builder().put("count", models.size());
    int member = 0;
    for (var weight : weights.entrySet()) {
      String prefix = prefix(member);
      arrays.put(prefix + "id", weight.getKey());
      arrays.put(prefix + "weight", weight.getValue());
      arrays.nest(prefix + "model/", models.get(member++).save());
    }
    return arrays.build();
  }

  private static String prefix(int member) {
    return "member/%03d/".formatted(member);
  }

  static MixModel load(
      ModelArrays arrays, Map<String, PointMethod> methods, PointSettings settings) {
    int count = arrays.integer("count", 1, MEMBERS_MAX);
    var weights = new TreeMap<String, Double>();
    var models = new ArrayList<PointModel>();
    for (int member = 0; member < count; member++) {
      ModelArrays own = arrays.under(prefix(member));
      String id = own.text("id");
      PointMethod method = methods.get(id);
      if (method == null) {
        throw new IllegalArgumentException("candidate '%s' is unknown".formatted(id));
      }
      weights.put(id, own.number("weight"));
      models.add(method.load(own.under("model/"), settings));
    }
    return new MixModel(weights, models, new TreeMap<>());
  }
}
