package dev.tidewatch.models.tribuo.trees;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.tribuo.common.xgboost.XGBoostModel;
import org.tribuo.regression.Regressor;

/**
 * Reads the trees out of a model that XGBoost has grown, from its documented JSON form, whose
 * numbers are written so that single precision reads them back exactly.
 */
final class XgboostJson {
  private static final JsonMapper JSON = new JsonMapper();

  private final List<Integer> feature = new ArrayList<>();
  private final List<Float> value = new ArrayList<>();
  private final List<Integer> left = new ArrayList<>();
  private final List<Boolean> missingLeft = new ArrayList<>();
  private final List<Float> gain = new ArrayList<>();
  private final int[] columnOfId;

  private XgboostJson(int[] columnOfId) {
    this.columnOfId = columnOfId;
  }

  /**
   * @param names of the features that rows have, in order; Tribuo leaves out those that never occur
   */
  static TreeEnsemble read(XGBoostModel<Regressor> model, String[] names) {
    var columnOfId = new int[names.length];
    for (int column = 0; column < names.length; column++) {
      int id = model.getFeatureIDMap().getID(names[column]);
      if (id >= 0) {
        columnOfId[id] = column;
      }
    }
    try {
      Booster booster = model.getInnerModels().getFirst();
      return new XgboostJson(columnOfId).read(JSON.readTree(booster.toByteArray("json")));
    } catch (XGBoostError | IOException e) {
      throw new IllegalStateException("XGBoost's model cannot be read: " + e.getMessage(), e);
    }
  }

  private TreeEnsemble read(JsonNode root) {
    JsonNode learner = root.path("learner");
    var trees = new ArrayList<JsonNode>();
    learner.path("gradient_booster").path("model").path("trees").forEach(trees::add);
    float base = Float.parseFloat(learner.path("learner_model_param").path("base_score").asText());
    return ensemble(trees, base);
  }

  /**
   * @param trees as in the file, of columns that are the rows' own
   * @param base what the sum of the trees begins with
   * @throws IllegalArgumentException if they are no trees over so many columns
   */
  static TreeEnsemble read(List<JsonNode> trees, float base, int columns) {
    var columnOfId = new int[columns];
    for (int column = 0; column < columns; column++) {
      columnOfId[column] = column;
    }
    trees.forEach(tree -> requireSound(tree, columns));
    return new XgboostJson(columnOfId).ensemble(trees, base);
  }

  private static void requireSound(JsonNode tree, int columns) {
    int nodes = tree.path("left_children").size();
    for (String name :
        List.of(
            "right_children",
            "split_indices",
            "split_conditions",
            "default_left",
            "loss_changes")) {
      if (nodes == 0 || tree.path(name).size() != nodes) {
        throw new IllegalArgumentException(
            "a tree has %d nodes and %d %s".formatted(nodes, tree.path(name).size(), name));
      }
    }
    var hasParent = new boolean[nodes];
    for (int node = 0; node < nodes; node++) {
      int left = tree.path("left_children").get(node).asInt();
      int right = tree.path("right_children").get(node).asInt();
      int split = tree.path("split_indices").get(node).asInt();
      if (left < 0 && right < 0) {
        continue;
      }
      for (int child : new int[] {left, right}) {
        if (child <= 0 || child >= nodes || hasParent[child]) {
          throw new IllegalArgumentException("node %d of a tree is unsound".formatted(node));
        }
        hasParent[child] = true;
      }
      if (split < 0 || split >= columns) {
        throw new IllegalArgumentException(
            "a tree asks for feature %d of %d".formatted(split, columns));
      }
    }
    for (JsonNode type : tree.path("split_type")) {
      if (type.asInt() != 0) {
        throw new UnsupportedOperationException("a tree splits by categories");
      }
    }
  }

  private TreeEnsemble ensemble(List<JsonNode> trees, float base) {
    var roots = new int[trees.size()];
    for (int tree = 0; tree < roots.length; tree++) {
      roots[tree] = feature.size();
      readTree(trees.get(tree));
    }
    int nodes = feature.size();
    var features = new int[nodes];
    var values = new float[nodes];
    var lefts = new int[nodes];
    var missing = new boolean[nodes];
    var gains = new float[nodes];
    for (int node = 0; node < nodes; node++) {
      features[node] = feature.get(node);
      values[node] = value.get(node);
      lefts[node] = left.get(node);
      missing[node] = missingLeft.get(node);
      gains[node] = gain.get(node);
    }
    return new TreeEnsemble(base, roots, features, values, lefts, missing, gains);
  }

  /** Breadth first, so that children come after their node and next to each other. */
  private void readTree(JsonNode tree) {
    JsonNode leftChildren = tree.path("left_children");
    var open = new ArrayDeque<Integer>();
    open.add(0);
    int next = feature.size() + 1;
    while (!open.isEmpty()) {
      int node = open.remove();
      int leftChild = leftChildren.get(node).asInt();
      value.add((float) tree.path("split_conditions").get(node).asDouble());
      gain.add((float) tree.path("loss_changes").get(node).asDouble());
      JsonNode defaultLeft = tree.path("default_left").get(node);
      missingLeft.add(defaultLeft.asBoolean() || defaultLeft.asInt() != 0);
      if (leftChild < 0) {
        feature.add(-1);
        left.add(-1);
      } else {
        feature.add(columnOfId[tree.path("split_indices").get(node).asInt()]);
        left.add(next);
        next += 2;
        open.add(leftChild);
        open.add(tree.path("right_children").get(node).asInt());
      }
    }
  }
}
