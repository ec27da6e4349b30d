package dev.tidewatch.registry.domain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The few things that the registry reads out of a version's documents. */
final class VersionFacts {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private VersionFacts() {}

  /** How far its forecasts reach; empty where the signature has no horizon or no grid. */
  static Optional<Duration> reach(ModelVersion version) {
    JsonNode signature = tree(version.content().signature());
    long steps = signature.path("horizonSteps").asLong();
    String step = signature.path("grid").path("step").asText();
    if (steps <= 0 || !step.endsWith("s")) {
      return Optional.empty();
    }
    BigDecimal seconds = new BigDecimal(step.substring(0, step.length() - 1));
    return Optional.of(Duration.ofNanos(seconds.movePointRight(9).longValue()).multipliedBy(steps));
  }

  /** Of the data that it was trained on. */
  static Optional<Sha256> dataFingerprint(ModelVersion version) {
    String text = tree(version.content().lineage()).path("dataFingerprint").asText();
    return Sha256.isOne(text) ? Optional.of(new Sha256(text)) : Optional.empty();
  }

  /** What went into it, as it was said; names that cannot be versions are left out. */
  static List<VersionName> parents(ModelVersion version) {
    List<VersionName> parents = new ArrayList<>();
    for (JsonNode parent : tree(version.content().lineage()).path("parents")) {
      key(parent).ifPresent(parents::add);
    }
    return parents;
  }

  private static Optional<VersionName> key(JsonNode reference) {
    try {
      return Optional.of(
          new VersionName(
              new ModelName(reference.path("model").asText()),
              SemanticVersion.parse(reference.path("version").asText())));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static JsonNode tree(Document document) {
    try {
      return JSON.readTree(document.json());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored document is no longer readable", e);
    }
  }
}
