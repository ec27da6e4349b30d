package dev.tidewatch.registry.signature;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tidewatch.registry.domain.TensorSignature;
import dev.tidewatch.registry.domain.TensorSpec;
import dev.tidewatch.registry.domain.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Numbers of features and outputs out of the JSON that XGBoost saves ({@code
 * learner.learner_model_param}); its trees go by unread. Input {@code features}, output {@code
 * prediction}.
 */
final class XgboostSignature {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int FEATURES_MAX = 1_000_000;
  private static final int OUTPUTS_MAX = 10_000;

  private XgboostSignature() {}

  static TensorSignature read(InputStream file) throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (JsonParser json = JSON.createParser(file)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new UnreadableModelException("it is no JSON object");
      }
      fields(json, "", found);
    }
    if (!found.containsKey("learner.objective.name")) {
      throw new UnreadableModelException("it has no learner.objective.name: no model of XGBoost");
    }
    String booster = found.getOrDefault("learner.gradient_booster.name", "");
    if (!booster.equals("gbtree")) {
      throw new UnreadableModelException(
          "its booster is '%s'; gbtree is served".formatted(booster));
    }
    long features = size(found, "num_feature", 1, FEATURES_MAX);
    long outputs =
        Math.max(
            1,
            Math.max(
                size(found, "num_class", 0, OUTPUTS_MAX),
                size(found, "num_target", 0, OUTPUTS_MAX)));
    return new TensorSignature(
        List.of(spec("features", features)), List.of(spec("prediction", outputs)));
  }

  private static TensorSpec spec(String name, long width) {
    return new TensorSpec(name, TensorType.FP32, List.of(TensorSpec.ANY, width), false);
  }

  /** Keeps the scalars of the few objects that matter. */
  private static void fields(JsonParser json, String path, Map<String, String> found)
      throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String inner = path + json.currentName();
      JsonToken value = json.nextToken();
      if (value == JsonToken.START_OBJECT && isWanted(inner)) {
        fields(json, inner + ".", found);
      } else if (value == JsonToken.START_OBJECT || value == JsonToken.START_ARRAY) {
        json.skipChildren();
      } else {
        found.put(inner, json.getText());
      }
    }
  }

  private static boolean isWanted(String path) {
    return path.equals("learner")
        || path.equals("learner.learner_model_param")
        || path.equals("learner.objective")
        || path.equals("learner.gradient_booster");
  }

  private static long size(Map<String, String> found, String name, long min, long max) {
    long size = Long.parseLong(found.getOrDefault("learner.learner_model_param." + name, "0"));
    if (size < min || size > max) {
      throw new UnreadableModelException(
          "its %s is %d; %d to %d is served".formatted(name, size, min, max));
    }
    return size;
  }
}
