package dev.tidewatch.models.tribuo.trees;

import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.timeseries.features.Feature;
import dev.tidewatch.timeseries.features.FeatureRecipe;
import java.util.ArrayList;
import java.util.List;

/**
 * Trees with all that turns a window into what they read and their answers into a forecast.
 * Immutable and thread-safe.
 *
 * @param recipe of the rows
 * @param frame of the answers
 * @param ensembles one for all steps, or one for each
 */
record TreeModel(FeatureRecipe recipe, Frame frame, List<TreeEnsemble> ensembles) {
  private static final int ENSEMBLES_MAX = 10_000;

  TreeModel {
    ensembles = List.copyOf(ensembles);
    for (TreeEnsemble ensemble : ensembles) {
      if (ensemble.featuresMin() > recipe.size()) {
        throw new IllegalArgumentException(
            "the trees read %d features; the recipe has %d"
                .formatted(ensemble.featuresMin(), recipe.size()));
      }
    }
  }

  /** Intervals that a forecast wants to see. */
  int historyIntervals() {
    return Math.max(
        Math.max(recipe.historyIntervals(), frame.unitIntervals()),
        frame.baselineRecipe().historyIntervals());
  }

  private TreeEnsemble ensemble(int step) {
    return ensembles.get(ensembles.size() == 1 ? 0 : step);
  }

  /**
   * @param origin offset of the newest known interval
   * @return one value per step
   */
  double[] forecast(SeriesRows series, int origin, int horizon) {
    double[][] rows = series.rows(recipe).rows(origin, 1, horizon);
    double[][] baseline = series.rows(frame.baselineRecipe()).rows(origin, 1, horizon);
    double unit = series.unit(frame, origin + 1);
    var forecast = new double[horizon];
    for (int step = 0; step < horizon; step++) {
      // A window too short for the baseline stays at its newest value.
      double simple = Double.isNaN(baseline[step][0]) ? series.closed(origin) : baseline[step][0];
      forecast[step] = simple + (unit > 0 ? unit * ensemble(step).predict(rows[step]) : 0);
    }
    return forecast;
  }

  /** Mean over the ensembles of the shares of the loss that each feature's splits took away. */
  double[] importance() {
    var mean = new double[recipe.size()];
    for (TreeEnsemble ensemble : ensembles) {
      double[] one = ensemble.importance(recipe.size());
      for (int i = 0; i < mean.length; i++) {
        mean[i] += one[i] / ensembles.size();
      }
    }
    return mean;
  }

  ModelArrays save() {
    var arrays =
        ModelArrays.builder()
            .put("baseline", frame.baseline().toString())
            .put("season", frame.season())
            .put("ensembles", ensembles.size())
            .put("importance", importance());
    for (int i = 0; i < ensembles.size(); i++) {
      arrays.nest(prefix(i), ensembles.get(i).save());
    }
    return arrays.build();
  }

  /**
   * @throws IllegalArgumentException if the arrays are not what {@link #save} makes
   */
  static TreeModel load(ModelArrays arrays, FeatureRecipe recipe) {
    var ensembles = new ArrayList<TreeEnsemble>();
    for (int i = 0; i < arrays.integer("ensembles", 1, ENSEMBLES_MAX); i++) {
      ensembles.add(TreeEnsemble.load(arrays.under(prefix(i))));
    }
    var frame =
        new Frame(Feature.parse(arrays.text("baseline")), arrays.integer("season", 1, 1_000_000));
    return new TreeModel(recipe, frame, ensembles);
  }

  private static String prefix(int ensemble) {
    return "trees/%05d/".formatted(ensemble);
  }
}
