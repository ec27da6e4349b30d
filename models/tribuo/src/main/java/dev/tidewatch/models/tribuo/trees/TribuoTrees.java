package dev.tidewatch.models.tribuo.trees;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.tribuo.Example;
import org.tribuo.MutableDataset;
import org.tribuo.common.xgboost.XGBoostModel;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;
import org.tribuo.regression.xgboost.XGBoostRegressionTrainer;

/**
 * Grows trees with XGBoost through Tribuo, on the caller's thread alone ({@code nthread=1}: more
 * threads spin on a busy machine). The same rows and settings give the same trees.
 */
final class TribuoTrees {
  private static final String DIMENSION = "y";
  private static final RegressionFactory FACTORY = new RegressionFactory();

  /** Tribuo wants to know when the data were made; nothing that we keep depends on it. */
  private static final OffsetDateTime ANY_TIME =
      OffsetDateTime.of(2000, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

  private TribuoTrees() {}

  static TreeEnsemble fit(TrainingRows rows, TreeSettings settings) {
    return XgboostJson.read(train(rows, settings), names(rows.features()[0].length));
  }

  static XGBoostModel<Regressor> train(TrainingRows rows, TreeSettings settings) {
    String[] names = names(rows.features()[0].length);
    var dataset =
        new MutableDataset<Regressor>(
            new SimpleDataSourceProvenance("rows", ANY_TIME, FACTORY), FACTORY);
    for (int row = 0; row < rows.size(); row++) {
      dataset.add(example(names, rows.features()[row], rows.targets()[row]));
    }
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("objective", settings.loss().objective);
    parameters.put("nthread", 1);
    parameters.put("verbosity", 0);
    parameters.put("tree_method", "hist");
    parameters.put("base_score", 0);
    parameters.put("eta", settings.learningRate());
    parameters.put("max_depth", settings.depth());
    parameters.put("min_child_weight", settings.leafRows());
    parameters.put("subsample", settings.rowShare());
    parameters.put("lambda", 1);
    parameters.put("seed", Math.floorMod(settings.seed(), (long) Integer.MAX_VALUE));
    try {
      return new XGBoostRegressionTrainer(settings.loss().type, settings.trees(), parameters)
          .train(dataset, Map.of());
    } catch (LinkageError e) {
      throw new IllegalStateException(
          "XGBoost's native library cannot be loaded; on Debian and Ubuntu it needs the package libgomp1",
          e);
    }
  }

  /** Features that are missing are left out, which is how Tribuo tells XGBoost so. */
  static Example<Regressor> example(String[] names, double[] row, double target) {
    int present = 0;
    var presentNames = new String[row.length];
    var values = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      if (!Double.isNaN(row[i])) {
        presentNames[present] = names[i];
        values[present++] = row[i];
      }
    }
    return new ArrayExample<>(
        new Regressor(DIMENSION, target),
        Arrays.copyOf(presentNames, present),
        Arrays.copyOf(values, present));
  }

  static String[] names(int features) {
    var names = new String[features];
    for (int i = 0; i < features; i++) {
      names[i] = "f%04d".formatted(i);
    }
    return names;
  }
}
