package dev.tidewatch.models.tribuo.trees;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tidewatch.models.tensor.TensorEngine;
import dev.tidewatch.models.tensor.TensorFormat;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.models.tensor.TensorModelException;
import dev.tidewatch.models.tensor.TensorModelException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Models that XGBoost saved as JSON ({@code save_model("….json")}), walked by own code: booster
 * {@code gbtree}, numeric splits, one or several outputs. Input {@code features} FP32 [-1,
 * features], {@code NaN} where missing; output {@code prediction} FP32 [-1, outputs], as XGBoost's
 * {@code predict} gives it ({@code multi:softmax}: the probabilities of its classes).
 */
public final class XgboostJsonEngine implements TensorEngine {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int OUTPUTS_MAX = 10_000;
  private static final int FEATURES_MAX = 1_000_000;

  @Override
  public TensorFormat format() {
    return TensorFormat.XGBOOST_JSON;
  }

  @Override
  public String platform() {
    return "xgboost_json";
  }

  @Override
  public TensorModel load(Path artifact) throws IOException {
    try (InputStream in = Files.newInputStream(artifact)) {
      return read(JSON.readTree(in).path("learner"), Files.size(artifact));
    } catch (JacksonException | IllegalArgumentException e) {
      throw new TensorModelException(
          Reason.DAMAGED, "XGBoost's JSON cannot be read: " + e.getMessage(), e);
    } catch (UnsupportedOperationException e) {
      throw new TensorModelException(Reason.UNSUPPORTED, String.valueOf(e.getMessage()), e);
    }
  }

  private static TensorModel read(JsonNode learner, long bytes) {
    JsonNode booster = learner.path("gradient_booster");
    if (!booster.path("name").asText().equals("gbtree")) {
      throw new UnsupportedOperationException(
          "the booster is '%s'; gbtree is served".formatted(booster.path("name").asText()));
    }
    JsonNode sizes = learner.path("learner_model_param");
    int features = size(sizes, "num_feature", 1, FEATURES_MAX);
    int outputs =
        Math.max(
            size(sizes, "num_class", 0, OUTPUTS_MAX), size(sizes, "num_target", 0, OUTPUTS_MAX));
    var link = Link.of(learner.path("objective").path("name").asText());
    float base = link.margin(baseScore(sizes));
    List<List<JsonNode>> trees = trees(booster.path("model"), Math.max(1, outputs));
    return new TreeTensorModel(
        trees.stream().map(group -> XgboostJson.read(group, base, features)).toList(),
        features,
        link,
        bytes);
  }

  private static int size(JsonNode sizes, String name, int min, int max) {
    int size = Integer.parseInt(sizes.path(name).asText("0"));
    if (size < min || size > max) {
      throw new IllegalArgumentException(
          "%s is %d; it must be %d to %d".formatted(name, size, min, max));
    }
    return size;
  }

  /** Newer releases write it as a list of one. */
  private static float baseScore(JsonNode sizes) {
    String text = sizes.path("base_score").asText("0.5").replace("[", "").replace("]", "");
    if (text.contains(",")) {
      throw new UnsupportedOperationException("base_score differs between outputs");
    }
    return Float.parseFloat(text);
  }

  /** By output. */
  private static List<List<JsonNode>> trees(JsonNode model, int outputs) {
    JsonNode trees = model.path("trees");
    JsonNode outputOf = model.path("tree_info");
    if (trees.isEmpty() || outputOf.size() != trees.size()) {
      throw new IllegalArgumentException(
          "there are %d trees and %d entries of tree_info"
              .formatted(trees.size(), outputOf.size()));
    }
    List<List<JsonNode>> byOutput =
        IntStream.range(0, outputs).<List<JsonNode>>mapToObj(i -> new ArrayList<>()).toList();
    for (int tree = 0; tree < trees.size(); tree++) {
      byOutput.get(outputOf.get(tree).asInt()).add(trees.get(tree));
    }
    return byOutput;
  }

  /** What makes predictions of sums of leaves. */
  enum Link {
    IDENTITY,
    LOGISTIC,
    EXPONENTIAL,
    SOFTMAX;

    static Link of(String objective) {
      return switch (objective.toLowerCase(Locale.ROOT)) {
        case "reg:squarederror",
            "reg:linear",
            "reg:squaredlogerror",
            "reg:pseudohubererror",
            "reg:absoluteerror",
            "reg:quantileerror",
            "binary:logitraw",
            "rank:pairwise",
            "rank:ndcg",
            "rank:map" ->
            IDENTITY;
        case "binary:logistic", "reg:logistic" -> LOGISTIC;
        case "count:poisson", "reg:gamma", "reg:tweedie" -> EXPONENTIAL;
        case "multi:softprob", "multi:softmax" -> SOFTMAX;
        default ->
            throw new UnsupportedOperationException(
                "the objective '%s' is not served".formatted(objective));
      };
    }

    /** The base score is kept as a prediction; sums begin with what it is before the link. */
    float margin(float baseScore) {
      return switch (this) {
        case IDENTITY, SOFTMAX -> baseScore;
        case LOGISTIC -> (float) -Math.log(1.0 / baseScore - 1.0);
        case EXPONENTIAL -> (float) Math.log(baseScore);
      };
    }

    /** In place. */
    void apply(float[] sums) {
      switch (this) {
        case IDENTITY -> {}
        case LOGISTIC -> {
          for (int i = 0; i < sums.length; i++) {
            sums[i] = (float) (1.0 / (1.0 + Math.exp(-sums[i])));
          }
        }
        case EXPONENTIAL -> {
          for (int i = 0; i < sums.length; i++) {
            sums[i] = (float) Math.exp(sums[i]);
          }
        }
        case SOFTMAX -> softmax(sums);
      }
    }

    private static void softmax(float[] sums) {
      float greatest = Float.NEGATIVE_INFINITY;
      for (float sum : sums) {
        greatest = Math.max(greatest, sum);
      }
      double total = 0;
      for (int i = 0; i < sums.length; i++) {
        sums[i] = (float) Math.exp(sums[i] - greatest);
        total += sums[i];
      }
      for (int i = 0; i < sums.length; i++) {
        sums[i] /= (float) total;
      }
    }
  }
}
