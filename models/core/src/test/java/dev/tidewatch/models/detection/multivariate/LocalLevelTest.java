package dev.tidewatch.models.detection.multivariate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LocalLevelTest {
  /** Annual flow of the Nile at Aswan, 1871 to 1970, in 10^8 cubic metres: Cobb (1978). */
  private static final double[] NILE = {
    1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180,
    799, 958, 1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833,
    701, 916, 692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845,
    864, 862, 698, 845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649,
    846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050, 918, 986, 797, 923, 975, 815,
    1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740
  };

  /** Maximum likelihood by Durbin and Koopman (2012), section 2.10: 15,099 and 1,469.1. */
  @Test
  void agreesWithThePublishedVariancesOfTheNile() {
    LocalLevel level = LocalLevel.fit(NILE);
    assertThat(level.drift() / level.noise()).isCloseTo(0.1, within(1e-12));
    assertThat(level.noise()).isCloseTo(15_099, within(150.0));
    assertThat(level.drift()).isCloseTo(1_469.1, within(50.0));
    // Filtered level and its variance at the end, figure 2.1: about 798 and 4,032.
    assertThat(level.level()).isCloseTo(798.4, within(2.0));
    assertThat(level.variance()).isCloseTo(4_032, within(50.0));
  }

  @Test
  void tellsWanderingFromNoise() {
    var random = new SplittableRandom(3);
    var noise = new double[400];
    var walk = new double[400];
    double level = 0;
    for (int i = 0; i < noise.length; i++) {
      noise[i] = random.nextGaussian();
      level += 0.3 * random.nextGaussian();
      walk[i] = level + 0.1 * random.nextGaussian();
    }
    assertThat(LocalLevel.fit(noise).drift()).isLessThan(0.001);
    assertThat(LocalLevel.fit(walk).drift()).isBetween(0.06, 0.12);
  }

  @Test
  void gapsAddDriftAndNothingElse() {
    double[] gappy = NILE.clone();
    Arrays.fill(gappy, 95, 100, Double.NaN);
    LocalLevel short95 = LocalLevel.fit(Arrays.copyOf(NILE, 95));
    LocalLevel level = LocalLevel.fit(gappy);
    assertThat(level.level()).isEqualTo(short95.level());
    assertThat(level.variance()).isCloseTo(short95.after(5).variance(), within(1e-6));
    assertThat(short95.next(Double.NaN)).isEqualTo(short95.after(1));
  }

  @Test
  void aSeriesThatNeverMovesHasNeitherNoiseNorDrift() {
    double[] constant = new double[50];
    Arrays.fill(constant, 7);
    LocalLevel level = LocalLevel.fit(constant);
    assertThat(level.level()).isEqualTo(7);
    assertThat(level.noise() + level.drift() + level.variance()).isZero();
  }
}
