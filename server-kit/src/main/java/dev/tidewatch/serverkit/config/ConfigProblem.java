package dev.tidewatch.serverkit.config;

/**
 * One thing wrong with a configuration.
 *
 * @param key dotted name of the setting, as in the reference
 * @param source where the value came from, such as {@code file tidewatch.yaml}, {@code environment
 *     variable TIDEWATCH_INGEST_GRPC_PORT}, {@code flag --ingest.grpc.port}, or {@code default}
 * @param message what is wrong, and the form expected
 */
public record ConfigProblem(String key, String source, String message) {
  @Override
  public String toString() {
    return key + " (" + source + "): " + message;
  }
}
