package dev.tidewatch.monitor.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.monitor.tuning.CoverageSource.IssuedInterval;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CoverageTuningTest {
  private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
  private static final double Z90 = 1.645;

  /** Six steps a forecast; standard normal truths around intervals of the given half-width. */
  private static List<IssuedInterval> issued(
      int forecasts, double halfWidth, long tuningRevision, long seed) {
    var random = new SplittableRandom(seed);
    var issued = new ArrayList<IssuedInterval>();
    for (int f = 0; f < forecasts; f++) {
      for (int step = 0; step < 6; step++) {
        issued.add(
            new IssuedInterval(
                tuningRevision,
                START.plusSeconds(3600L * f),
                step,
                0.9,
                -halfWidth,
                halfWidth,
                random.nextGaussian()));
      }
    }
    return issued;
  }

  @Test
  void intervalsThatAreTooNarrowMoveToTheirLevel() {
    var decision = CoverageTuning.decide(issued(150, 0.8, 0, 1), List.of(), Map.of()).orElseThrow();
    assertThat(decision.offsets())
        .hasSize(6)
        .allSatisfy(o -> assertThat(o).isCloseTo(Z90 - 0.8, within(0.35)));
    assertThat(decision.cause().reason())
        .startsWith("coverage: 5")
        .contains("of 900 truths in the 90 %");
    assertThat(decision.cause().figures())
        .containsEntry("truths", 900.0)
        .containsEntry("origins", 150.0)
        .containsEntry("level", 0.9)
        .containsKeys("coverage", "coverage_with_offsets");
  }

  @Test
  void whatEarlierOffsetsAddedIsTakenOffFirst() {
    // Issued under revision 4, which had added 1: the right widths, and the same answer as without.
    List<IssuedInterval> issued = issued(150, 1.8, 4, 1);
    List<Double> inForce = List.of(1.0);
    Map<Long, List<Double>> known = Map.of(4L, inForce);
    assertThat(CoverageTuning.decide(issued, inForce, known)).isEmpty();
    assertThat(CoverageTuning.decide(issued, List.of(), known).orElseThrow().offsets())
        .isEqualTo(
            CoverageTuning.decide(issued(150, 0.8, 0, 1), List.of(), Map.of())
                .orElseThrow()
                .offsets());
  }

  @Test
  void goodIntervalsAndFewTruthsAreLeftAlone() {
    assertThat(CoverageTuning.decide(issued(150, Z90, 0, 2), List.of(), Map.of())).isEmpty();
    assertThat(CoverageTuning.decide(issued(16, 0.2, 0, 3), List.of(), Map.of())).isEmpty();
    assertThat(CoverageTuning.decide(List.of(), List.of(), Map.of())).isEmpty();
  }
}
