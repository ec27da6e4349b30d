package dev.tidewatch.registry.domain;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What was found about a version. */
public sealed interface Finding {
  /**
   * Errors of the version and of another one on the very same forecasts; less is better.
   *
   * @param measure such as {@code absolute_error}
   * @param originsMicros ascending, each once; the three lists are equally long
   * @param candidateErrors of the version, by origin; finite
   * @param otherErrors of the other, by origin; finite
   */
  record PairedErrors(
      VersionName other,
      String measure,
      List<Long> originsMicros,
      List<Double> candidateErrors,
      List<Double> otherErrors)
      implements Finding {
    /** Most pairs of one finding. */
    public static final int PAIRS_MAX = 100_000;

    public PairedErrors {
      originsMicros = List.copyOf(originsMicros);
      candidateErrors = List.copyOf(candidateErrors);
      otherErrors = List.copyOf(otherErrors);
      int pairs = originsMicros.size();
      if (pairs == 0 || pairs > PAIRS_MAX) {
        throw new IllegalArgumentException(
            "origins_micros: %d origins; want 1 to %d".formatted(pairs, PAIRS_MAX));
      }
      requireErrors("candidate_errors", candidateErrors, pairs);
      requireErrors("other_errors", otherErrors, pairs);
      for (int i = 1; i < pairs; i++) {
        if (originsMicros.get(i) <= originsMicros.get(i - 1)) {
          throw new IllegalArgumentException(
              "origins_micros[" + i + "]: not after the origin before it; sort them, each once");
        }
      }
    }

    private static void requireErrors(String field, List<Double> errors, int pairs) {
      if (errors.size() != pairs) {
        throw new IllegalArgumentException(
            "%s: %d errors for %d origins; give one for each"
                .formatted(field, errors.size(), pairs));
      }
      for (int i = 0; i < pairs; i++) {
        if (!Double.isFinite(errors.get(i))) {
          throw new IllegalArgumentException(
              "%s[%d]: %s; it must be finite".formatted(field, i, errors.get(i)));
        }
      }
    }
  }

  /**
   * How often intervals held the truth.
   *
   * @param nominal what was promised, in (0, 1)
   * @param observed what was seen, in [0, 1]
   * @param intervals judged, at least 1
   */
  record Coverage(double nominal, double observed, long intervals) implements Finding {
    public Coverage {
      if (!(nominal > 0 && nominal < 1)) {
        throw new IllegalArgumentException("nominal: " + nominal + "; want it between 0 and 1");
      }
      if (!(observed >= 0 && observed <= 1)) {
        throw new IllegalArgumentException("observed: " + observed + "; want it from 0 to 1");
      }
      if (intervals < 1) {
        throw new IllegalArgumentException("intervals: " + intervals + "; want at least 1");
      }
    }
  }

  /**
   * How much a version was trained on.
   *
   * @param rows grid values that were not missing
   * @param span from the first training instant to the last
   */
  record Data(long rows, Optional<Duration> span) implements Finding {
    public Data {
      if (rows < 0) {
        throw new IllegalArgumentException("rows: " + rows + "; it must not be negative");
      }
      if (span.isPresent() && span.get().isNegative()) {
        throw new IllegalArgumentException("span: " + span.get() + "; it must not be negative");
      }
    }
  }
}
