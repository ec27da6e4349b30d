package dev.tidewatch.models.forecast.ensemble;

import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.models.forecast.PointModel;
import dev.tidewatch.timeseries.GridWindow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * Members and their weights. A window too short for a member is answered by the others.
 *
 * @param ids one for each model
 * @param weights one for each model; they add up to 1
 */
@SuppressWarnings("ArrayRecordComponent")
record EnsembleModel(
    List<String> ids, List<PointModel> models, double[] weights, Combination combination)
    implements PointModel {
  private static final int MEMBERS_MAX = 1_000;

  EnsembleModel {
    ids = List.copyOf(ids);
    models = List.copyOf(models);
    if (ids.isEmpty() || ids.size() != models.size() || ids.size() != weights.length) {
      throw new IllegalArgumentException("an ensemble needs a model and a weight for each id");
    }
  }

  static EnsembleModel load(
      ModelArrays arrays, BiFunction<String, ModelArrays, PointModel> loader) {
    int count = arrays.integer("count", 1, MEMBERS_MAX);
    var ids = new ArrayList<String>();
    var models = new ArrayList<PointModel>();
    for (int i = 0; i < count; i++) {
      String id = arrays.text("id/" + i);
      ids.add(id);
      models.add(loader.apply(id, arrays.under(prefix(i))));
    }
    String text = arrays.text("combination");
    for (Combination combination : Combination.values()) {
      if (combination.name().equals(text.toUpperCase(Locale.ROOT))) {
        return new EnsembleModel(ids, models, arrays.array("weights", count), combination);
      }
    }
    throw new IllegalArgumentException("combination '%s' is unknown".formatted(text));
  }

  private static String prefix(int member) {
    return "member/%03d/".formatted(member);
  }

  @Override
  public int historyIntervals() {
    return models.stream().mapToInt(PointModel::historyIntervals).max().orElseThrow();
  }

  @Override
  public int historyIntervalsMin() {
    return models.stream().mapToInt(PointModel::historyIntervalsMin).min().orElseThrow();
  }

  @Override
  public double[] forecast(GridWindow history, int horizon) {
    var paths = new ArrayList<double[]>();
    var used = new double[models.size()];
    for (int i = 0; i < models.size(); i++) {
      PointModel model = models.get(i);
      if (history.size() >= model.historyIntervalsMin()) {
        used[paths.size()] = weights[i];
        paths.add(model.forecast(history.last(model.historyIntervals()), horizon));
      }
    }
    double[] usedWeights = Arrays.copyOf(used, paths.size());
    var combined = new double[horizon];
    var step = new double[paths.size()];
    for (int h = 0; h < horizon; h++) {
      for (int i = 0; i < step.length; i++) {
        step[i] = paths.get(i)[h];
      }
      combined[h] = combination.of(step, usedWeights);
    }
    return combined;
  }

  @Override
  public ModelArrays save() {
    var arrays =
        ModelArrays.builder()
            .put("count", ids.size())
            .put("weights", weights)
            .put("combination", combination.name().toLowerCase(Locale.ROOT));
    for (int i = 0; i < ids.size(); i++) {
      arrays.put("id/" + i, ids.get(i));
      arrays.nest(prefix(i), models.get(i).save());
    }
    return arrays.build();
  }

  @Override
  public SortedMap<String, String> explanation() {
    var explanation = new TreeMap<String, String>();
    explanation.put("combine", combination.name().toLowerCase(Locale.ROOT));
    explanation.put("members", String.join(", ", ids));
    for (int i = 0; i < ids.size(); i++) {
      if (combination == Combination.WEIGHTED) {
        explanation.put(
            "member.%02d.%s.weight".formatted(i, ids.get(i)),
            String.format(Locale.ROOT, "%.3f", weights[i]));
      }
      String prefix = "member.%02d.%s.".formatted(i, ids.get(i));
      models.get(i).explanation().forEach((name, text) -> explanation.put(prefix + name, text));
    }
    return explanation;
  }
}
