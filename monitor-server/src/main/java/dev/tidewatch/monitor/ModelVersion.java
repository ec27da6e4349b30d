package dev.tidewatch.monitor;

/** A version of a registered model. Both parts are not empty. */
public record ModelVersion(String model, String version) {
  public ModelVersion {
    TextField.require("model", model, 1, 128);
    TextField.require("version", version, 1, 64);
  }
}
