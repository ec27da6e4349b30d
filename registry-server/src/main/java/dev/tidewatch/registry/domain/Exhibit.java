package dev.tidewatch.registry.domain;

import dev.tidewatch.timeseries.significance.PairedTest;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** What a gate looks at of a piece of evidence. */
public sealed interface Exhibit {
  UUID id();

  /** When it was found, but never later than when it was attached. */
  Instant since();

  /**
   * Paired errors.
   *
   * @param chances what the test said; empty where the pairs are too few for one
   */
  record Paired(
      UUID id,
      Instant since,
      VersionName other,
      String measure,
      int pairs,
      Optional<Chances> chances)
      implements Exhibit {}

  /**
   * One-sided p values of a paired test.
   *
   * @param better of a difference as large in favour of the version, if there were none
   * @param worse the same in favour of the other
   */
  record Chances(double better, double worse) {
    static Chances of(PairedTest test) {
      return new Chances(test.firstBetter(), test.secondBetter());
    }
  }

  /** Coverage of intervals. */
  record Covered(UUID id, Instant since, Finding.Coverage finding) implements Exhibit {}

  /**
   * Training data.
   *
   * @param data its fingerprint
   */
  record Trained(UUID id, Instant since, Optional<Sha256> data, Finding.Data finding)
      implements Exhibit {}
}
