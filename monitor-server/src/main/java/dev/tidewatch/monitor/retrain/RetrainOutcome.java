package dev.tidewatch.monitor.retrain;

/** How an attempt ended. */
public sealed interface RetrainOutcome {
  /** With a registered version. */
  record Trained(String version) implements RetrainOutcome {}

  /**
   * Without one.
   *
   * @param retryable another attempt may succeed
   */
  record Failed(String message, boolean retryable) implements RetrainOutcome {}
}
