package dev.tidewatch.registry.domain;

/** Names one version. */
public record VersionName(ModelName model, SemanticVersion number) {
  @Override
  public String toString() {
    return model + " " + number;
  }
}
