package dev.tidewatch.monitor.health;

import java.util.Optional;

/** The strongest newest drift verdicts. Thread-safe. */
public interface DriftFindings {
  /**
   * One verdict.
   *
   * @param strength 0 none, 1 moderate, 2 strong
   */
  record Finding(int strength, String reason) {}

  /** For nobody. */
  DriftFindings NONE =
      new DriftFindings() {
        @Override
        public Optional<Finding> ofSeries(String series) {
          return Optional.empty();
        }

        @Override
        public Optional<Finding> ofModel(String model) {
          return Optional.empty();
        }
      };

  /** Empty: not judged. */
  Optional<Finding> ofSeries(String series);

  /** Empty: not judged. */
  Optional<Finding> ofModel(String model);
}
