package dev.tidewatch.monitor.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.monitor.accuracy.AccuracyComparison;
import dev.tidewatch.monitor.accuracy.SomeFigures;
import dev.tidewatch.timeseries.significance.DieboldMariano;
import dev.tidewatch.timeseries.significance.PairedTest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CanaryVerdictTest {
  private static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");
  private static final Instant SOON = BEGIN.plus(Duration.ofHours(5));
  private static final Instant END = BEGIN.plus(Duration.ofDays(7));

  private static Trial trial(int looks) {
    var plan = TrialPlan.of(1_000, 100, Duration.ofDays(7), 0.05, false);
    return Trial.begin(new Candidate(new UUID(1, 2), "load", "1.1.0", plan, ""), BEGIN)
        .against("1.0.0", 0, false)
        .to(TrialStep.CANARY, "", "", BEGIN)
        .answering(BEGIN)
        .looked(looks, java.util.Map.of());
  }

  private static AccuracyComparison comparison(long pairs, double[] baseline, double[] candidate) {
    Optional<PairedTest> test =
        candidate.length < DieboldMariano.PAIRS_MIN
            ? Optional.empty()
            : Optional.of(DieboldMariano.of(candidate, baseline, 1));
    double defended = Arrays.stream(baseline).average().orElse(0);
    double challenged = Arrays.stream(candidate).average().orElse(0);
    return new AccuracyComparison(
        pairs,
        baseline.length,
        defended,
        challenged,
        SomeFigures.of(pairs, defended),
        SomeFigures.of(pairs, challenged),
        test);
  }

  private static double[] losses(long seed, int count, double level) {
    var random = new SplittableRandom(seed);
    return random.doubles(count, 0.5 * level, 1.5 * level).toArray();
  }

  @Test
  void aBetterCanaryIsPromotedOnceThereAreEnoughPairs() {
    var better = comparison(100, losses(1, 20, 1), losses(2, 20, 0.5));
    assertThat(CanaryVerdict.of(trial(0), better, SOON).step()).isEqualTo(TrialStep.PROMOTE);

    var few = comparison(99, losses(1, 20, 1), losses(2, 20, 0.5));
    assertThat(CanaryVerdict.of(trial(0), few, SOON).step()).isEqualTo(TrialStep.CANARY);
    var fewOrigins = comparison(1_000, losses(1, 7, 1), losses(2, 7, 0.5));
    assertThat(CanaryVerdict.of(trial(0), fewOrigins, SOON).step()).isEqualTo(TrialStep.CANARY);
  }

  @Test
  void aWorseCanaryIsRolledBackAndAClearlyWorseOneBeforeThereAreEnoughPairs() {
    var worse = comparison(100, losses(1, 20, 1), losses(2, 20, 1.6));
    var verdict = CanaryVerdict.of(trial(0), worse, SOON);
    assertThat(verdict.step()).isEqualTo(TrialStep.ROLL_BACK);
    assertThat(verdict.reason()).startsWith("significantly worse: MAE");
    assertThat(verdict.figures()).containsKeys("pairs", "champion_mae", "p_value", "level");

    var clearly = comparison(10, losses(1, 10, 1), losses(2, 10, 3));
    verdict = CanaryVerdict.of(trial(0), clearly, SOON);
    assertThat(verdict.step()).isEqualTo(TrialStep.ROLL_BACK);
    assertThat(verdict.reason()).startsWith("clearly worse");
  }

  @Test
  void betweenTwoLooksNothingIsJudged() {
    var better = comparison(150, losses(1, 20, 1), losses(2, 20, 0.5));
    var verdict = CanaryVerdict.of(trial(1), better, SOON);
    assertThat(verdict.step()).isEqualTo(TrialStep.CANARY);
    assertThat(verdict.looks()).isEqualTo(1);
    assertThat(
            CanaryVerdict.of(trial(1), comparison(200, losses(1, 20, 1), losses(2, 20, 0.5)), SOON)
                .looks())
        .isEqualTo(2);
  }

  @Test
  void withoutAVerdictTheEndRollsBack() {
    var equal = comparison(500, losses(1, 30, 1), losses(2, 30, 1));
    var verdict = CanaryVerdict.of(trial(2), equal, END);
    assertThat(verdict.step()).isEqualTo(TrialStep.ROLL_BACK);
    assertThat(verdict.reason()).startsWith("no significant difference within PT168H");

    var none = comparison(0, new double[0], new double[0]);
    assertThat(CanaryVerdict.of(trial(0), none, END).reason())
        .startsWith("too few pairs for a verdict");
    assertThat(CanaryVerdict.of(trial(0), none, SOON).step()).isEqualTo(TrialStep.CANARY);
  }

  @Test
  void allLooksTogetherKeepToTheLevel() {
    double spent = 0;
    for (int looks = 0; looks < 6; looks++) {
      spent += CanaryVerdict.level(0.05, looks, false);
    }
    assertThat(spent + CanaryVerdict.level(0.05, 6, true)).isCloseTo(0.05, within(1e-15));
  }

  /** Canaries as good as the champion, looked at after each origin to the end. */
  @Test
  void anEqualCanaryIsSeldomPromotedHoweverOftenItIsLookedAt() {
    int promoted = 0;
    int runs = 400;
    for (int run = 0; run < runs; run++) {
      double[] champion = losses(2L * run, 160, 1);
      double[] canary = losses(2L * run + 1, 160, 1);
      Trial trial = trial(0);
      for (int origins = 1; origins <= 160; origins++) {
        var verdict =
            CanaryVerdict.of(
                trial,
                comparison(
                    origins * 10L,
                    Arrays.copyOf(champion, origins),
                    Arrays.copyOf(canary, origins)),
                origins == 160 ? END : SOON);
        trial = trial.looked(verdict.looks(), verdict.figures());
        if (verdict.step() != TrialStep.CANARY) {
          promoted += verdict.step() == TrialStep.PROMOTE ? 1 : 0;
          break;
        }
      }
    }
    // 5 % are allowed: 20 of 400, and three standard deviations of chance.
    assertThat(promoted).isLessThan(33);
  }
}
