package dev.tidewatch.models.detection.features;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.ModelArrays;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Isolation forest (Liu, Ting and Zhou 2008): trees cut random features at random places; what is
 * unusual is alone after few cuts. The score is 2^(-mean depth / c(sample)), 0 to 1.
 *
 * <p>Parameters:
 *
 * <ul>
 *   <li>{@code trees}: 1 to 1,000; default 100.
 *   <li>{@code sample}: rows a tree sees, 8 to 4,096; default 256.
 * </ul>
 */
public final class IsolationForest implements ScorerMethod {
  public static final String ID = "isolation-forest";

  private static final String TREES = "trees";
  private static final String SAMPLE = "sample";
  private static final double EULER = 0.5772156649015329;

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Set<String> parameterNames() {
    return Set.of(TREES, SAMPLE);
  }

  @Override
  public Parameters checked(Parameters parameters) {
    return Parameters.of(
        Map.of(
            TREES,
            Integer.toString(parameters.integer(TREES, 100, 1, 1_000)),
            SAMPLE,
            Integer.toString(parameters.integer(SAMPLE, 256, 8, 4_096))));
  }

  @Override
  public RowScorer train(double[][] rows, Parameters parameters, long seed) {
    int trees = parameters.integer(TREES, 100, 1, 1_000);
    int sample = Math.min(rows.length, parameters.integer(SAMPLE, 256, 8, 4_096));
    return new Growth(rows, sample, new SplittableRandom(seed)).grow(trees);
  }

  @Override
  public RowScorer load(ModelArrays arrays, int features) {
    double[] roots = arrays.array("root");
    double[] feature = arrays.array("feature");
    double[] value = arrays.array("value", feature.length);
    double[] right = arrays.array("right", feature.length);
    var forest = new Forest(roots.length, feature.length, arrays.number("usual_depth"));
    if (roots.length == 0 || !(forest.usualDepth > 0)) {
      throw new IllegalArgumentException("a forest without trees");
    }
    for (int tree = 0; tree < roots.length; tree++) {
      forest.root[tree] = whole(roots[tree], 0, feature.length - 1);
    }
    for (int node = 0; node < feature.length; node++) {
      forest.feature[node] = whole(feature[node], -1, features - 1);
      forest.value[node] = value[node];
      // Children come after their parent, so that no walk goes round in circles.
      forest.right[node] =
          forest.feature[node] < 0 ? 0 : whole(right[node], node + 2, feature.length - 1);
      if (!Double.isFinite(value[node])) {
        throw new IllegalArgumentException("node %d has no finite value".formatted(node));
      }
    }
    return forest;
  }

  private static int whole(double value, int min, int max) {
    if (!(value >= min && value <= max) || value != Math.rint(value)) {
      throw new IllegalArgumentException(
          "%s in a tree is not a whole number from %d to %d".formatted(value, min, max));
    }
    return (int) value;
  }

  /** Mean depth of an unsuccessful search in a binary search tree of so many keys. */
  static double usualDepth(int rows) {
    if (rows <= 1) {
      return 0;
    }
    return rows == 2 ? 1 : 2 * (StrictMath.log(rows - 1.0) + EULER) - 2.0 * (rows - 1) / rows;
  }

  /** Grows trees, one after another. */
  private static final class Growth {
    private final double[][] rows;
    private final int sample;
    private final int depthMax;
    private final SplittableRandom random;
    private Forest forest = new Forest(0, 0, 1);
    private int nodes;

    Growth(double[][] rows, int sample, SplittableRandom random) {
      this.rows = rows;
      this.sample = sample;
      this.random = random;
      this.depthMax = 32 - Integer.numberOfLeadingZeros(sample - 1);
    }

    Forest grow(int trees) {
      forest = new Forest(trees, trees * (2 * sample - 1), usualDepth(sample));
      var order = new int[rows.length];
      for (int i = 0; i < order.length; i++) {
        order[i] = i;
      }
      for (int tree = 0; tree < trees; tree++) {
        for (int i = 0; i < sample; i++) {
          int other = i + random.nextInt(order.length - i);
          int kept = order[i];
          order[i] = order[other];
          order[other] = kept;
        }
        forest.root[tree] = nodes;
        split(order, 0, sample, 0);
      }
      return forest.trimmed(nodes);
    }

    /** Makes the node of rows {@code order[from..to)} and all below it. */
    private void split(int[] order, int from, int to, int depth) {
      int node = nodes++;
      int feature = depth < depthMax && to - from > 1 ? splittable(order, from, to) : -1;
      forest.feature[node] = feature;
      if (feature < 0) {
        forest.value[node] = depth + usualDepth(to - from);
        return;
      }
      double min = Double.POSITIVE_INFINITY;
      double max = Double.NEGATIVE_INFINITY;
      for (int i = from; i < to; i++) {
        min = Math.min(min, rows[order[i]][feature]);
        max = Math.max(max, rows[order[i]][feature]);
      }
      double cut = Math.clamp(min + random.nextDouble() * (max - min), min, Math.nextDown(max));
      forest.value[node] = cut;
      int middle = from;
      for (int i = from; i < to; i++) {
        if (rows[order[i]][feature] <= cut) {
          int kept = order[middle];
          order[middle++] = order[i];
          order[i] = kept;
        }
      }
      split(order, from, middle, depth + 1);
      forest.right[node] = nodes;
      split(order, middle, to, depth + 1);
    }

    /** A random one of the features in which the rows differ; -1 if there is none. */
    private int splittable(int[] order, int from, int to) {
      int found = -1;
      int candidates = 0;
      for (int feature = 0; feature < rows[0].length; feature++) {
        double first = rows[order[from]][feature];
        for (int i = from + 1; i < to; i++) {
          if (rows[order[i]][feature] != first) {
            candidates++;
            found = random.nextInt(candidates) == 0 ? feature : found;
            break;
          }
        }
      }
      return found;
    }
  }

  /** Trees in arrays: the left child follows its parent; a leaf has no feature and its depth. */
  private static final class Forest implements RowScorer {
    private final int[] root;
    private final int[] feature;
    private final double[] value;
    private final int[] right;
    private final double usualDepth;

    Forest(int trees, int nodes, double usualDepth) {
      this.root = new int[trees];
      this.feature = new int[nodes];
      this.value = new double[nodes];
      this.right = new int[nodes];
      this.usualDepth = usualDepth;
    }

    Forest trimmed(int nodes) {
      var trimmed = new Forest(root.length, nodes, usualDepth);
      System.arraycopy(root, 0, trimmed.root, 0, root.length);
      System.arraycopy(feature, 0, trimmed.feature, 0, nodes);
      System.arraycopy(value, 0, trimmed.value, 0, nodes);
      System.arraycopy(right, 0, trimmed.right, 0, nodes);
      return trimmed;
    }

    @Override
    public double unusual(double[] row) {
      double depths = 0;
      for (int start : root) {
        int node = start;
        while (feature[node] >= 0) {
          node = row[feature[node]] <= value[node] ? node + 1 : right[node];
        }
        depths += value[node];
      }
      return StrictMath.pow(2, -depths / root.length / usualDepth);
    }

    @Override
    public ModelArrays save() {
      return ModelArrays.builder()
          .put("root", doubles(root))
          .put("feature", doubles(feature))
          .put("value", value)
          .put("right", doubles(right))
          .put("usual_depth", usualDepth)
          .build();
    }

    private static double[] doubles(int[] values) {
      var out = new double[values.length];
      for (int i = 0; i < out.length; i++) {
        out[i] = values[i];
      }
      return out;
    }
  }
}
