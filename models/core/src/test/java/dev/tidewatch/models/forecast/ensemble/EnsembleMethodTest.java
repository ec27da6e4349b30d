package dev.tidewatch.models.forecast.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.Seeds;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.models.forecast.PointMethod;
import dev.tidewatch.models.forecast.PointModel;
import dev.tidewatch.models.forecast.PointSettings;
import dev.tidewatch.models.forecast.SeasonalNaiveMethod;
import dev.tidewatch.models.forecast.Seasons;
import dev.tidewatch.models.forecast.smoothing.SmoothingMethods;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class EnsembleMethodTest {
  private static final Grid GRID = Grid.ofStep(Duration.ofHours(1));
  private static final int HORIZON = 6;
  private static final int SEASON = 6;
  private static final List<String> USUAL = List.of("naive2", "drift", "ses", "seasonal-naive");

  private static EnsembleMethod ensemble() {
    var methods = new ArrayList<PointMethod>(SmoothingMethods.all());
    methods.add(new SeasonalNaiveMethod());
    return new EnsembleMethod(methods, USUAL);
  }

  private static PointSettings settings(String... namesAndValues) {
    var parameters = new TreeMap<String, String>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      parameters.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return new PointSettings(
        GRID, HORIZON, Seasons.of(SEASON), Parameters.of(parameters), 1, TrainingProgress.SILENT);
  }

  private static GridWindow window(double... values) {
    return GridWindow.of(GRID, 100, values);
  }

  private static double[] values(RandomGenerator random, int n) {
    var values = new double[n];
    for (int t = 0; t < n; t++) {
      values[t] = 50 + 10 * Math.sin(2 * Math.PI * t / SEASON) + random.nextGaussian();
    }
    return values;
  }

  private static double[] alone(String id, GridWindow history) {
    return ensemble().fit(List.of(history), settings("members", id)).forecast(history, HORIZON);
  }

  @Test
  void medianAndMeanAreThoseOfTheMembers() {
    Seeds.forEach(
        10,
        random -> {
          GridWindow history = window(values(random, 60));
          double[][] members =
              USUAL.stream().map(id -> alone(id, history)).toArray(double[][]::new);
          double[] median = ensemble().fit(List.of(history), settings()).forecast(history, HORIZON);
          double[] mean =
              ensemble()
                  .fit(List.of(history), settings("combine", "mean"))
                  .forecast(history, HORIZON);
          for (int step = 0; step < HORIZON; step++) {
            int at = step;
            double[] sorted =
                Arrays.stream(members).mapToDouble(path -> path[at]).sorted().toArray();
            assertThat(median[step]).isCloseTo((sorted[1] + sorted[2]) / 2, within(1e-9));
            assertThat(mean[step]).isCloseTo(Arrays.stream(sorted).sum() / 4, within(1e-9));
          }
        });
  }

  @Test
  void weightsFollowTheErrorsOfRollingOrigins() {
    Seeds.forEach(
        5,
        random -> {
          GridWindow history = window(values(random, 120));
          PointModel model =
              ensemble()
                  .fit(
                      List.of(history),
                      settings("combine", "weighted", "members", "drift,seasonal-naive"));
          double drift =
              Double.parseDouble(model.explanation().getOrDefault("member.00.drift.weight", "NaN"));
          double seasonal =
              Double.parseDouble(
                  model.explanation().getOrDefault("member.01.seasonal-naive.weight", "NaN"));
          // Errors of about 1 against about 7.
          assertThat(seasonal).isGreaterThan(0.9);
          assertThat(drift + seasonal).isCloseTo(1, within(0.002));
          double[] ahead = model.forecast(history, HORIZON);
          double[] best = alone("seasonal-naive", history);
          for (int step = 0; step < HORIZON; step++) {
            assertThat(ahead[step]).isCloseTo(best[step], within(2.5));
          }
        });
  }

  @Test
  void weightsAreInverseSquares() {
    assertThat(EnsembleMethod.fromErrors(new double[] {1, 2, 2}))
        .containsExactly(new double[] {4.0 / 6, 1.0 / 6, 1.0 / 6}, within(1e-12));
    assertThat(EnsembleMethod.fromErrors(new double[] {Double.NaN, Double.NaN}))
        .containsExactly(0.5, 0.5);
    assertThat(EnsembleMethod.fromErrors(new double[] {0, 0})).containsExactly(0.5, 0.5);
    assertThat(EnsembleMethod.fromErrors(new double[] {0, 1})[0]).isBetween(0.9, 0.92);
    assertThat(EnsembleMethod.fromErrors(new double[] {3, Double.NaN})).containsExactly(0.5, 0.5);
  }

  @Test
  void savedAndLoadedIsTheSameModel() {
    Seeds.forEach(
        5,
        random -> {
          GridWindow history = window(values(random, 90));
          PointSettings settings = settings("combine", "weighted");
          PointModel fitted = ensemble().fit(List.of(history), settings);
          byte[] bytes = fitted.save().toBytes();
          PointModel loaded = ensemble().load(ModelArrays.read(bytes), settings);
          assertThat(loaded.forecast(history, HORIZON))
              .isEqualTo(fitted.forecast(history, HORIZON));
          assertThat(loaded.explanation()).isEqualTo(fitted.explanation());
          assertThat(loaded.save().toBytes()).isEqualTo(bytes);
        });
  }

  @Test
  void membersThatNeedMoreHistoryAreLeftOut() {
    GridWindow few = window(5, 6, 7);
    PointModel model = ensemble().fit(List.of(few), settings("members", "dynamic-theta,naive2"));
    assertThat(model.explanation()).containsEntry("members", "naive2");
    assertThat(model.forecast(few, 2)).containsExactly(7, 7);
    assertThatThrownBy(() -> ensemble().fit(List.of(few), settings("members", "dynamic-theta")))
        .isInstanceOf(InsufficientHistoryException.class)
        .hasMessageContaining("dynamic-theta: 3 values");
  }

  @Test
  void aWindowTooShortForAMemberIsAnsweredByTheOthers() {
    Seeds.forEach(
        3,
        random -> {
          double[] values = values(random, 90);
          PointModel model =
              ensemble()
                  .fit(
                      List.of(window(values)),
                      settings("members", "naive2,drift", "combine", "mean"));
          // naive2 needs two seasons of six, drift two values.
          GridWindow shorter = window(values).last(4);
          double slope = (shorter.value(3) - shorter.value(0)) / 3;
          assertThat(model.forecast(shorter, 1)[0])
              .isCloseTo(shorter.value(3) + slope, within(1e-9));
        });
  }

  @Test
  void unknownAndDoubleMembersAreRefused() {
    GridWindow history = window(values(new SplittableRandom(1), 60));
    for (Map.Entry<String, String> wrong :
        Map.of("magic", "known are", "ses,ses", "twice").entrySet()) {
      assertThatThrownBy(
              () -> ensemble().fit(List.of(history), settings("members", wrong.getKey())))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(wrong.getValue());
    }
  }
}
