package dev.tidewatch.inference.detection;

import java.util.List;

/** Where findings go. */
@FunctionalInterface
public interface AnomalyLog {
  /**
   * Returns once they are on the other side's disk, or were refused for a fault of their own.
   *
   * @throws dev.tidewatch.serverkit.errors.Unavailable try again
   */
  void report(List<Finding> findings);
}
