package dev.tidewatch.models.forecast.smoothing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.Seeds;
import dev.tidewatch.models.training.TrainingProgress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Against R's forecast::ets on the two data sets of Hyndman and Athanasopoulos' book: quarterly
 * visitor nights in Australia ({@code austourists}, with a season) and yearly oil production
 * ({@code oil}, without). The files hold the values, the period, and for each form R's weights,
 * first states, log-likelihood and four forecasts, as statsmodels publishes them for its own tests.
 */
final class EtsTest {
  private static final int HORIZON = 4;

  @SuppressWarnings("ArrayRecordComponent")
  private record Reference(
      EtsForm form, EtsWeights weights, double[] start, double logLikelihood, double[] ahead) {}

  @SuppressWarnings("ArrayRecordComponent")
  private record Example(double[] values, int period, List<Reference> references) {}

  @ParameterizedTest
  @ValueSource(strings = {"austourists", "oil"})
  void recursionsAndLikelihoodAreThoseOfR(String name) throws IOException {
    Example example = example(name);
    for (Reference reference : example.references) {
      EtsState state = EtsFit.state(reference.form, reference.start);
      int n = example.values.length;
      assertThat(state.run(example.values, 0, n, reference.weights)).isTrue();
      assertThat(-0.5 * state.deviance(n))
          .as("log-likelihood of %s", reference.form)
          .isCloseTo(reference.logLikelihood, within(2e-5));
      // R's forecast of this one form is a mean over errors, not the path without them.
      double percent = reference.form.toString().equals("ETS(M,Ad,M)") ? 0.05 : 1e-6;
      double[] ahead = state.forecast(HORIZON, reference.weights.phi());
      for (int step = 0; step < HORIZON; step++) {
        assertThat(ahead[step])
            .as("forecast of %s", reference.form)
            .isCloseTo(reference.ahead[step], Percentage.withPercentage(percent));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"austourists", "oil"})
  void theSearchFindsAtLeastTheLikelihoodThatRFinds(String name) throws IOException {
    Example example = example(name);
    for (Reference reference : example.references) {
      EtsFit fit =
          EtsSearch.fit(
              example.values, reference.form, example.period, EtsSearch.Criterion.LIKELIHOOD);
      assertThat(fit).isNotNull();
      if (fit != null) {
        assertThat(-0.5 * fit.deviance())
            .as("log-likelihood of %s", reference.form)
            .isGreaterThan(reference.logLikelihood - 0.001);
      }
    }
  }

  /** Published in the book's section 8.6: ets(austourists) chooses ETS(M,A,M). */
  @Test
  void theCriterionChoosesTheBooksModel() throws IOException {
    Example example = example("austourists");
    List<EtsFit> ranked =
        EtsChoice.ranked(example.values, EtsForm.all(), example.period, TrainingProgress.SILENT);
    assertThat(ranked.getFirst().form().toString()).isEqualTo("ETS(M,A,M)");
  }

  @Test
  void formsAreWrittenAndReadAlike() {
    assertThat(EtsForm.all()).hasSize(15).doesNotHaveDuplicates();
    for (EtsForm form : EtsForm.all()) {
      assertThat(EtsForm.parse(form.toString())).isEqualTo(form);
    }
    assertThat(EtsForm.parse("A,Ad,M").toString()).isEqualTo("ETS(A,Ad,M)");
    assertThatThrownBy(() -> EtsForm.parse("AAA"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("such as A,Ad,M");
  }

  /** The closed form of first level and trend is what a search over all four numbers finds. */
  @Test
  void trendSmoothingHasTheErrorOfTheSearchOverItsStatesToo() throws IOException {
    double[] values = example("oil").values;
    for (boolean damped : new boolean[] {false, true}) {
      TrendSmoothing smoothing = TrendSmoothing.fit(values, damped);
      EtsFit searched =
          EtsSearch.fit(
              values,
              EtsForm.parse(damped ? "A,Ad,N" : "A,A,N"),
              1,
              EtsSearch.Criterion.SQUARED_ERROR);
      assertThat(searched).isNotNull();
      if (searched != null) {
        assertThat(smoothing.error(values)).isLessThan(searched.error() * 1.0001);
      }
    }
  }

  @Test
  void simpleSmoothingWithTheBestFirstLevelIsNoWorseThanTheSearched() {
    Seeds.forEach(
        20,
        random -> {
          var values = new double[60];
          double level = 100;
          for (int t = 0; t < values.length; t++) {
            level += random.nextGaussian();
            values[t] = level + 2 * random.nextGaussian();
          }
          SimpleSmoothing searched = SimpleSmoothing.fit(values);
          SimpleSmoothing closed = SimpleSmoothing.withAlpha(values, searched.alpha());
          assertThat(closed.error()).isLessThanOrEqualTo(searched.error() * (1 + 1e-12));
          assertThat(closed.level(values)).isCloseTo(searched.level(values), within(1e-2));
        });
  }

  /** The paper's moving line is the least-squares line through the values so far. */
  @Test
  void dynamicThetaMovesTheLeastSquaresLine() {
    Seeds.forEach(
        20,
        random -> {
          var values = new double[40];
          for (int t = 0; t < values.length; t++) {
            values[t] = 5 + 0.3 * t + random.nextGaussian();
          }
          double[] expected = Theta.line(values);
          double[] moved = new DynamicTheta(0.4, 2).lineAfter(values);
          assertThat(moved[0]).isCloseTo(expected[0], within(1e-9));
          assertThat(moved[1]).isCloseTo(expected[1], within(1e-9));
        });
  }

  /** With theta 1 nothing of the line is left, and simple exponential smoothing remains. */
  @Test
  void dynamicThetaOfOneIsSimpleSmoothing() {
    double[] values = {3, 5, 4, 6, 8, 7, 9, 8, 10, 12};
    double[] ahead = new DynamicTheta(0.3, 1).forecast(values, 3);
    assertThat(ahead[1]).isCloseTo(ahead[0], within(1e-12));
    double level = 0;
    double share = 1;
    for (double value : values) {
      level += 0.3 * (value - level);
      share *= 0.7;
    }
    // The first level only shifts the forecast by what is left of it.
    double first = (ahead[0] - level) / share;
    assertThat(first).isBetween(0.0, 12.0);
    assertThat(Arrays.stream(ahead).distinct().count()).isEqualTo(1);
  }

  @Test
  void dynamicThetaGoesOnALineExactly() {
    var line = new double[50];
    for (int t = 0; t < line.length; t++) {
      line[t] = 10 + 2 * t;
    }
    double[] ahead = DynamicTheta.fit(line).forecast(line, 5);
    for (int step = 0; step < 5; step++) {
      assertThat(ahead[step]).isCloseTo(10 + 2.0 * (50 + step), within(1.5));
    }
  }

  private static Example example(String name) throws IOException {
    String resource = "/smoothing/ets-" + name + ".txt";
    try (var in = Objects.requireNonNull(EtsTest.class.getResourceAsStream(resource));
        var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      List<String> lines = reader.lines().toList();
      double[] values = numbers(lines.get(0));
      int period = Integer.parseInt(lines.get(1));
      return new Example(
          values,
          period,
          lines.subList(2, lines.size()).stream().map(line -> reference(line, period)).toList());
    }
  }

  private static double[] numbers(String cells) {
    return Arrays.stream(cells.split(",", -1)).mapToDouble(Double::parseDouble).toArray();
  }

  /** R keeps the season newest first; ours begins with the next value's number. */
  private static Reference reference(String line, int period) {
    String[] parts = line.split("\\|", -1);
    EtsForm form = EtsForm.parse(parts[0]);
    double[] weights = numbers(parts[1]);
    double[] states = numbers(parts[2]);
    var start = new double[form.isSeasonal() ? 2 + period : 2];
    start[0] = states[0];
    start[1] = form.hasTrend() ? states[1] : 0;
    for (int i = 2; i < start.length; i++) {
      start[i] = states[states.length + 1 - i];
    }
    return new Reference(
        form,
        new EtsWeights(weights[0], weights[1], weights[2], weights[3]),
        start,
        Double.parseDouble(parts[3]),
        numbers(parts[4]));
  }
}
