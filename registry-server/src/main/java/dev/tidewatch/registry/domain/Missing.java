package dev.tidewatch.registry.domain;

import dev.tidewatch.serverkit.errors.NotFound;
import java.util.UUID;

/** What a request names and the registry does not have. */
public final class Missing {
  private Missing() {}

  public static NotFound model(ModelName model) {
    return new NotFound("MODEL_UNKNOWN", "model: there is no model '" + model + "'")
        .with("model", model.value());
  }

  public static NotFound version(ModelName model, SemanticVersion number) {
    return new NotFound(
            "VERSION_UNKNOWN", "version: model '" + model + "' has no version " + number)
        .with("model", model.value())
        .with("version", number.toString());
  }

  public static NotFound anyVersion(ModelName model) {
    return new NotFound("VERSION_UNKNOWN", "model '" + model + "' has no version that is ready")
        .with("model", model.value());
  }

  public static NotFound alias(AliasKey key) {
    return new NotFound(
            "ALIAS_UNKNOWN",
            "alias: model '" + key.model() + "' has no alias '" + key.alias() + "'")
        .with("model", key.model().value())
        .with("alias", key.alias().value());
  }

  public static NotFound assignment(String name) {
    return new NotFound("ASSIGNMENT_UNKNOWN", "assignment: there is no assignment '" + name + "'")
        .with("assignment", name);
  }

  public static NotFound run(UUID run) {
    return new NotFound("RUN_UNKNOWN", "run_id: there is no run " + run)
        .with("run_id", run.toString());
  }

  public static NotFound artifact(Sha256 sha256) {
    return new NotFound(
            "ARTIFACT_UNKNOWN", "sha256: no complete artifact has the SHA-256 " + sha256)
        .with("sha256", sha256.hex());
  }
}
