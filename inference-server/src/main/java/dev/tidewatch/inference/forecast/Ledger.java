package dev.tidewatch.inference.forecast;

/**
 * Where predictions go, to be joined with the truth. Thread-safe; does not wait for the network.
 */
@FunctionalInterface
public interface Ledger {
  /**
   * @return false if it cannot be kept
   */
  boolean record(Prediction prediction);
}
