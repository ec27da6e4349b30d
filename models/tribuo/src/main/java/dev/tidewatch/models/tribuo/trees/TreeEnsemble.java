package dev.tidewatch.models.tribuo.trees;

import dev.tidewatch.models.forecast.ModelArrays;

/**
 * A sum of regression trees (Chen and Guestrin 2016). Answers are those of XGBoost to the last bit:
 * features and sums are single precision and trees are added in their order. Immutable and
 * thread-safe.
 *
 * <p>All nodes lie in one sequence. A node goes left if its feature is below its value; a missing
 * feature goes where the training found it better off. A leaf's value is what it adds.
 */
final class TreeEnsemble {
  private static final int LEAF = -1;

  private final float base;
  private final int[] roots;

  /** By node; {@link #LEAF} for a leaf. */
  private final int[] feature;

  private final float[] value;

  /** By node: the node to the left; that to the right follows it. */
  private final int[] left;

  private final boolean[] missingLeft;

  /** By node: how much its split lowered the loss. */
  private final float[] gain;

  TreeEnsemble(
      float base,
      int[] roots,
      int[] feature,
      float[] value,
      int[] left,
      boolean[] missingLeft,
      float[] gain) {
    this.base = base;
    this.roots = roots;
    this.feature = feature;
    this.value = value;
    this.left = left;
    this.missingLeft = missingLeft;
    this.gain = gain;
    int nodes = feature.length;
    if (value.length != nodes
        || left.length != nodes
        || missingLeft.length != nodes
        || gain.length != nodes) {
      throw new IllegalArgumentException("the trees' arrays differ in length");
    }
    for (int root : roots) {
      if (root < 0 || root >= nodes) {
        throw new IllegalArgumentException("a tree begins at node %d of %d".formatted(root, nodes));
      }
    }
    for (int node = 0; node < nodes; node++) {
      // Children come later than their node, so that every walk ends.
      if (feature[node] < LEAF
          || (feature[node] != LEAF && (left[node] <= node || left[node] >= nodes - 1))) {
        throw new IllegalArgumentException("node %d of the trees is unsound".formatted(node));
      }
    }
  }

  int trees() {
    return roots.length;
  }

  /** One more than the largest feature that a split asks for. */
  int featuresMin() {
    int min = 0;
    for (int f : feature) {
      min = Math.max(min, f + 1);
    }
    return min;
  }

  /**
   * @param row features, {@code NaN} where missing
   */
  double predict(double[] row) {
    float sum = base;
    for (int root : roots) {
      sum += leaf(root, row);
    }
    return sum;
  }

  /** Predictions of the first tree, the first two, and so on. */
  void predictPrefixes(double[] row, double[] byTrees) {
    float sum = base;
    for (int tree = 0; tree < roots.length; tree++) {
      sum += leaf(roots[tree], row);
      byTrees[tree] = sum;
    }
  }

  private float leaf(int root, double[] row) {
    int node = root;
    while (feature[node] != LEAF) {
      float x = (float) row[feature[node]];
      boolean goesLeft = Float.isNaN(x) ? missingLeft[node] : x < value[node];
      node = goesLeft ? left[node] : left[node] + 1;
    }
    return value[node];
  }

  /** Sum of gains of the splits of each feature, as shares of all; zeros if there is no split. */
  double[] importance(int features) {
    var shares = new double[features];
    double total = 0;
    for (int node = 0; node < feature.length; node++) {
      if (feature[node] != LEAF) {
        shares[feature[node]] += gain[node];
        total += gain[node];
      }
    }
    for (int f = 0; f < features && total > 0; f++) {
      shares[f] /= total;
    }
    return shares;
  }

  ModelArrays save() {
    int nodes = feature.length;
    var featureNumbers = new double[nodes];
    var leftNumbers = new double[nodes];
    var missingNumbers = new double[nodes];
    var values = new double[nodes];
    var gains = new double[nodes];
    for (int node = 0; node < nodes; node++) {
      featureNumbers[node] = feature[node];
      leftNumbers[node] = left[node];
      missingNumbers[node] = missingLeft[node] ? 1 : 0;
      values[node] = value[node];
      gains[node] = gain[node];
    }
    var rootNumbers = new double[roots.length];
    for (int tree = 0; tree < roots.length; tree++) {
      rootNumbers[tree] = roots[tree];
    }
    return ModelArrays.builder()
        .put("base", base)
        .put("roots", rootNumbers)
        .put("feature", featureNumbers)
        .put("value", values)
        .put("left", leftNumbers)
        .put("missing_left", missingNumbers)
        .put("gain", gains)
        .build();
  }

  /**
   * @throws IllegalArgumentException if the arrays are not what {@link #save} makes
   */
  static TreeEnsemble load(ModelArrays arrays) {
    double[] missing = arrays.array("missing_left");
    var missingLeft = new boolean[missing.length];
    for (int node = 0; node < missing.length; node++) {
      missingLeft[node] = missing[node] != 0;
    }
    return new TreeEnsemble(
        (float) arrays.number("base"),
        integers(arrays.array("roots")),
        integers(arrays.array("feature")),
        floats(arrays.array("value")),
        integers(arrays.array("left")),
        missingLeft,
        floats(arrays.array("gain")));
  }

  private static int[] integers(double[] numbers) {
    var integers = new int[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      integers[i] = (int) numbers[i];
    }
    return integers;
  }

  private static float[] floats(double[] numbers) {
    var floats = new float[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return floats;
  }
}
