package dev.tidewatch.models.forecast.smoothing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.forecast.smoothing.StlSettings.Smoother;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class StlTest {

  /**
   * The paper's example, monthly CO2 at Mauna Loa from 1959 on, and what the authors' own Fortran
   * program (netlib, a/stl) made of it: n_s 35, n_t 19, n_l 13, jumps 4, 2, 2, one inner round, two
   * outer.
   */
  @Test
  void agreesWithTheAuthorsProgram() throws IOException {
    List<double[]> rows = rows("/smoothing/stl-co2.csv");
    double[] values = rows.stream().mapToDouble(row -> row[0]).toArray();
    var settings =
        new StlSettings(
            12, new Smoother(35, 1, 4), new Smoother(19, 1, 2), new Smoother(13, 1, 2), 1, 2);
    Stl.Decomposition made = Stl.decompose(values, settings);
    assertThat(values).hasSize(348);
    for (int i = 0; i < values.length; i++) {
      assertThat(made.seasonal()[i]).isCloseTo(rows.get(i)[1], within(1e-7));
      assertThat(made.trend()[i]).isCloseTo(rows.get(i)[2], within(1e-7));
      assertThat(made.weights()[i]).isCloseTo(rows.get(i)[3], within(1e-7));
    }
  }

  @Test
  void partsAddUpAndALineWithAFixedSeasonIsTakenApart() {
    var values = new double[120];
    for (int i = 0; i < values.length; i++) {
      values[i] = 3 + 0.05 * i + shape(i);
    }
    Stl.Decomposition made = Stl.decompose(values, StlSettings.periodic(12, values.length));
    for (int i = 0; i < values.length; i++) {
      assertThat(made.trend()[i] + made.seasonal()[i] + made.remainder()[i])
          .isCloseTo(values[i], within(1e-9));
      assertThat(made.remainder()[i]).isCloseTo(0, within(0.05));
      assertThat(made.trend()[i]).isCloseTo(3 + 0.05 * i, within(0.05));
    }
  }

  private static double shape(int i) {
    return 4 * Math.sin(2 * Math.PI * i / 12);
  }

  @Test
  void robustRoundsKeepAnOutlierOutOfTheSeason() {
    var clean = new double[240];
    for (int i = 0; i < clean.length; i++) {
      clean[i] = 10 + shape(i) + ((i * 7919) % 101 - 50) / 500.0;
    }
    double[] spoilt = clean.clone();
    spoilt[100] += 50;
    StlSettings settings = StlSettings.of(12, 7);
    double[] expected = Stl.decompose(clean, settings).seasonal();
    double plain = worst(Stl.decompose(spoilt, settings).seasonal(), expected);
    Stl.Decomposition robust = Stl.decompose(spoilt, settings.robust());
    assertThat(plain).isGreaterThan(5);
    assertThat(worst(robust.seasonal(), expected)).isLessThan(0.3);
    assertThat(robust.weights()[100]).isZero();
    assertThat(robust.remainder()[100]).isCloseTo(50, within(0.5));
  }

  private static double worst(double[] one, double[] other) {
    double worst = 0;
    for (int i = 0; i < one.length; i++) {
      worst = Math.max(worst, Math.abs(one[i] - other[i]));
    }
    return worst;
  }

  @Test
  void refusesLessThanTwoPeriodsAndEvenWindows() {
    assertThatThrownBy(() -> Stl.decompose(new double[23], StlSettings.of(12, 7)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs at least 24");
    assertThatThrownBy(() -> new Smoother(8, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("odd");
  }

  /**
   * Values by formula; numbers of MSTL in statsmodels 0.15.0 (windows 11 and 15, local means for
   * the seasons, jumps 1, two inner rounds), which itself is tested against R's forecast::mstl.
   */
  @Test
  void severalSeasonsAgreeWithAReference() {
    var values = new double[720];
    for (int t = 0; t < values.length; t++) {
      values[t] =
          50
              + 0.01 * t
              + 10 * Math.sin(2 * Math.PI * t / 24)
              + 5 * Math.cos(2 * Math.PI * t / 168)
              + ((t * 7919) % 101 - 50) / 10.0;
    }
    var settings = new ArrayList<StlSettings>();
    for (int[] season : new int[][] {{24, 11}, {168, 15}}) {
      StlSettings flat = StlSettings.flat(season[0], season[1]);
      settings.add(
          new StlSettings(
              season[0],
              new Smoother(season[1], 0, 1),
              new Smoother(flat.trend().window(), 1, 1),
              new Smoother(flat.lowPass().window(), 1, 1),
              2,
              0));
    }
    Mstl.Decomposition made = Mstl.decomposeWith(values, settings);
    double[][] reference = {
      {0, 50.0246541178, 0.1182095242, 3.4858975379},
      {1, 50.0344613073, 2.4441781065, 4.4707714291},
      {100, 51.0075389348, 8.3633057972, -2.5822364733},
      {359, 53.5871697741, -1.5275920789, 3.6930797394},
      {600, 56.0004364321, -0.5512786849, -4.6123350990},
      {718, 57.1593150147, -4.6782554397, -0.9498387713},
      {719, 57.1690913588, -2.3009916039, -0.9877774350},
    };
    for (double[] row : reference) {
      int i = (int) row[0];
      assertThat(made.trend()[i]).isCloseTo(row[1], within(1e-8));
      assertThat(made.seasonal().get(0)[i]).isCloseTo(row[2], within(1e-8));
      assertThat(made.seasonal().get(1)[i]).isCloseTo(row[3], within(1e-8));
    }
    // The default, with fits at every other point, differs little.
    Mstl.Decomposition jumping = Mstl.decompose(values, List.of(168, 24));
    assertThat(jumping.periods()).containsExactly(24, 168);
    assertThat(worst(jumping.trend(), made.trend())).isLessThan(0.05);
    double[] ahead = jumping.seasonalAhead(200);
    assertThat(ahead[0])
        .isCloseTo(jumping.seasonal().get(0)[696] + jumping.seasonal().get(1)[552], within(1e-12));
    assertThat(ahead[168 + 5]).isCloseTo(ahead[5], within(1e-12));
  }

  private static List<double[]> rows(String resource) throws IOException {
    try (var in = Objects.requireNonNull(StlTest.class.getResourceAsStream(resource));
        var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .skip(1)
          .map(
              line -> Arrays.stream(line.split(",", -1)).mapToDouble(Double::parseDouble).toArray())
          .toList();
    }
  }
}
