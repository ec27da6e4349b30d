package dev.tidewatch.models.tribuo.trees;

import dev.tidewatch.models.bundle.Parameters;
import java.util.Locale;
import org.tribuo.regression.xgboost.XGBoostRegressionTrainer.RegressionType;

/**
 * How trees are grown.
 *
 * @param loss what they make small
 * @param trees how many
 * @param learningRate share of each tree's answer that is taken
 * @param depth largest number of splits on the way to a leaf
 * @param leafRows least weight of rows in a leaf
 * @param rowShare share of rows that each tree sees
 * @param seed of that choice
 */
record TreeSettings(
    Loss loss,
    int trees,
    double learningRate,
    int depth,
    int leafRows,
    double rowShare,
    long seed) {
  static final String TREES_MAX = "trees_max";
  static final String LEARNING_RATE = "learning_rate";
  static final String DEPTH = "depth";
  static final String LEAF_ROWS = "leaf_rows_min";
  static final String ROW_SHARE = "row_share";

  /** What trees make small. */
  enum Loss {
    /** Squared errors: they learn the mean. */
    SQUARED(RegressionType.LINEAR, "reg:squarederror"),
    /**
     * Squared errors up to about one unit, absolute ones beyond (pseudo-Huber): they learn what
     * lies between mean and median, and outliers count less.
     */
    HUBER(RegressionType.PSEUDOHUBER, "reg:pseudohubererror");

    final RegressionType type;
    final String objective;

    Loss(RegressionType type, String objective) {
      this.type = type;
      this.objective = objective;
    }

    /** As in parameters. */
    String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static TreeSettings of(Parameters parameters, long seed) {
    return new TreeSettings(
        Loss.SQUARED,
        parameters.integer(TREES_MAX, 300, 1, 5_000),
        parameters.number(LEARNING_RATE, 0.08, 0.001, 1),
        parameters.integer(DEPTH, 6, 1, 12),
        parameters.integer(LEAF_ROWS, 10, 1, 10_000),
        parameters.number(ROW_SHARE, 0.8, 0.1, 1),
        seed);
  }

  TreeSettings withLoss(Loss newLoss) {
    return new TreeSettings(newLoss, trees, learningRate, depth, leafRows, rowShare, seed);
  }

  TreeSettings withTrees(int newTrees) {
    return new TreeSettings(loss, newTrees, learningRate, depth, leafRows, rowShare, seed);
  }

  Parameters written(Parameters parameters) {
    return parameters
        .with(TREES_MAX, Integer.toString(trees))
        .with(LEARNING_RATE, Double.toString(learningRate))
        .with(DEPTH, Integer.toString(depth))
        .with(LEAF_ROWS, Integer.toString(leafRows))
        .with(ROW_SHARE, Double.toString(rowShare));
  }
}
