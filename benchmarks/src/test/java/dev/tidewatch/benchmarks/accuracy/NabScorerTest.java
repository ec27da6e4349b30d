package dev.tidewatch.benchmarks.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.benchmarks.accuracy.NabScorer.Profile;
import dev.tidewatch.benchmarks.accuracy.NabScorer.Window;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Against the numbers of another implementation of the benchmark's rules (in Python, which
 * reproduces the published scores of ten detectors to 0.0001) on the same made-up scores.
 */
class NabScorerTest {
  private static final List<List<Window>> LABELS =
      List.of(
          List.of(new Window(150, 189), new Window(300, 339)),
          List.of(new Window(500, 599)),
          List.of(),
          List.of(new Window(1_000, 1_199), new Window(1_300, 1_499), new Window(5_800, 5_999)));
  private static final int[] ROWS = {400, 1_000, 700, 6_000};

  private static NabScorer scorer() {
    var scorer = new NabScorer();
    for (int file = 0; file < ROWS.length; file++) {
      var scores = new double[ROWS[file]];
      for (int row = 0; row < scores.length; row++) {
        scores[row] = (row * 7_919 + file * 104_729) % 1_009 / 1_009.0 * 0.9;
        for (Window window : LABELS.get(file)) {
          boolean peak = row == window.first() + (window.last() - window.first()) / (file + 2);
          scores[row] += peak ? 0.099 : 0;
        }
      }
      scorer.add(scores, LABELS.get(file));
    }
    return scorer;
  }

  @ParameterizedTest
  @CsvSource({
    "STANDARD, 32.690, 0.9749167492566898, 2, 0",
    "REWARD_LOW_FP_RATE, 32.690, 0.9749167492566898, 2, 0",
    "REWARD_LOW_FN_RATE, 46.717, 0.89197224975223, 5, 56"
  })
  void bestThresholdIsTheSame(
      Profile profile, double score, double threshold, int hit, int falseRows) {
    NabScorer.Outcome best = scorer().best(profile);
    assertThat(best.score()).isCloseTo(score, within(6e-4));
    assertThat(best.threshold()).isCloseTo(threshold, within(1e-12));
    assertThat(best.windowsHit()).isEqualTo(hit);
    assertThat(best.windows()).isEqualTo(6);
    assertThat(best.falseRows()).isEqualTo(falseRows);
  }

  @ParameterizedTest
  @CsvSource({
    "STANDARD, 5.042133514698555",
    "REWARD_LOW_FP_RATE, 16.48326045377473",
    "REWARD_LOW_FN_RATE, 3.5855205471320692"
  })
  void thresholdsOfTheOtherFilesGiveTheSame(Profile profile, double score) {
    assertThat(scorer().crossFile(profile)).isCloseTo(score, within(1e-4));
  }

  @Test
  void nothingScoresZeroAndEverythingAtOnceAHundred() {
    var scorer = new NabScorer();
    var scores = new double[1_000];
    scores[400] = 1;
    scorer.add(scores, List.of(new Window(400, 499)));
    assertThat(scorer.at(Profile.STANDARD, 2).score()).isZero();
    assertThat(scorer.at(Profile.STANDARD, 0.5).score()).isCloseTo(100, within(1e-9));
    assertThat(scorer.at(Profile.STANDARD, 0.5).windowsHit()).isEqualTo(1);
  }
}
