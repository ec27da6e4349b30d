package dev.tidewatch.monitor.registry;

import dev.tidewatch.monitor.registry.AliasPlaces.Place;
import dev.tidewatch.proto.registry.v1.PairedErrors;
import dev.tidewatch.timeseries.significance.DieboldMariano;
import dev.tidewatch.timeseries.significance.PairedTest;
import java.util.Locale;
import java.util.Optional;

/** The least that is asked of a candidate where nobody protected the champion. */
final class EvidenceGate {
  private static final String GATE = "paired_test";
  private static final double SIGNIFICANCE = 0.05;

  private EvidenceGate() {}

  /**
   * Whether paired errors show the candidate significantly worse. Their origins may overlap; how
   * many do is not told with them, so the usual bandwidth, the cube root of their number, is taken.
   */
  static GateAnswer.Verdict of(Optional<PairedErrors> found, Place champion) {
    if (found.isEmpty()) {
      return new GateAnswer.Verdict(
          GATE,
          false,
          "no paired errors against %s, the champion, are attached".formatted(champion.version()));
    }
    PairedErrors paired = found.get();
    int origins = paired.getOriginsMicrosCount();
    if (origins < DieboldMariano.PAIRS_MIN) {
      return new GateAnswer.Verdict(
          GATE,
          false,
          "%d origins against %s say nothing; at least %d are needed"
              .formatted(origins, champion.version(), DieboldMariano.PAIRS_MIN));
    }
    PairedTest test =
        DieboldMariano.of(
            paired.getCandidateErrorsList().stream().mapToDouble(Double::doubleValue).toArray(),
            paired.getOtherErrorsList().stream().mapToDouble(Double::doubleValue).toArray(),
            (int) Math.ceil(Math.cbrt(origins)));
    return new GateAnswer.Verdict(
        GATE,
        test.secondBetter() >= SIGNIFICANCE,
        String.format(
            Locale.ROOT,
            "by %s at %d origins, %s is better with p = %.3g (worse would be below %.2f)",
            paired.getMeasure(),
            origins,
            champion.version(),
            test.secondBetter(),
            SIGNIFICANCE));
  }
}
