package dev.tidewatch.cli;

import dev.tidewatch.proto.inference.v1.ModelChoice;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.sdk.RegistryClient;

/**
 * A model as typed: {@code load}, {@code load@1.2.0} or {@code load@champion}.
 *
 * @param pick a version, an alias, or empty
 */
record ModelReference(String model, String pick) {
  ModelReference {
    if (model.isEmpty()) {
      throw new UsageException("MODEL: is empty; write it like load, load@1.2.0 or load@champion");
    }
  }

  static ModelReference parse(String text) {
    int at = text.indexOf('@');
    return at < 0
        ? new ModelReference(text, "")
        : new ModelReference(text.substring(0, at), text.substring(at + 1));
  }

  private boolean isVersion() {
    return !pick.isEmpty() && Character.isDigit(pick.charAt(0));
  }

  /** For the inference server; without a pick it takes the champion. */
  ModelChoice choice() {
    var choice = ModelChoice.newBuilder().setModel(model);
    if (isVersion()) {
      choice.setVersion(pick);
    } else if (!pick.isEmpty()) {
      choice.setAlias(pick);
    }
    return choice.build();
  }

  /** The version meant. */
  ModelVersion resolve(RegistryClient registry, String aliasByDefault) {
    return isVersion()
        ? registry.getVersion(model, pick)
        : registry.getVersionByAlias(model, pick.isEmpty() ? aliasByDefault : pick);
  }
}
