package dev.tidewatch.models.forecast.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.models.forecast.PointModel;
import dev.tidewatch.models.forecast.PointSettings;
import dev.tidewatch.models.forecast.Seasons;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class RidgeMethodTest {
  private static final Grid HOURS = Grid.ofStep(Duration.ofHours(1));
  private final RidgeMethod ridge = new RidgeMethod();

  private static GridWindow window(int size, IntToDoubleFunction value) {
    var values = new double[size];
    for (int t = 0; t < size; t++) {
      values[t] = value.applyAsDouble(t);
    }
    return GridWindow.of(HOURS, 5, values);
  }

  private static PointSettings settings(
      int horizon, Seasons seasons, Map<String, String> parameters) {
    return new PointSettings(
        HOURS, horizon, seasons, Parameters.of(parameters), 1, TrainingProgress.SILENT);
  }

  /** The moments that shift along diagonals equal those of the windows written out. */
  @Test
  void momentsEqualThoseOfTheWindowsWrittenOut() {
    var random = new SplittableRandom(3);
    double[] z = random.doubles(90, -2, 2).toArray();
    for (int stride : new int[] {1, 7}) {
      int lookback = 10;
      int horizon = 9;
      int first = 2;
      int end = 85;
      LagMoments moments = LagMoments.of(z, end, first, stride, lookback, horizon);
      LagMoments.Anchored anchored = moments.anchored(4, true);
      int width = lookback + horizon;
      int rows = 0;
      var sums = new double[width];
      for (int r = first; r + width <= end; r += stride, rows++) {
        for (int j = 0; j < width; j++) {
          sums[j] += z[r + j] - level(z, r + lookback, 4);
        }
      }
      assertThat(moments.rows()).isEqualTo(rows);
      for (int i = 0; i < lookback; i++) {
        for (int j = 0; j < width; j++) {
          double sum = 0;
          for (int r = first; r + width <= end; r += stride) {
            double level = level(z, r + lookback, 4);
            sum += (z[r + i] - level - sums[i] / rows) * (z[r + j] - level - sums[j] / rows);
          }
          double own =
              j < lookback
                  ? anchored.gram()[i * lookback + j]
                  : anchored.cross()[i * horizon + j - lookback];
          assertThat(own).isCloseTo(sum, within(1e-9));
        }
      }
    }
  }

  private static double level(double[] z, int end, int count) {
    double sum = 0;
    for (int k = 1; k <= count; k++) {
      sum += z[end - k];
    }
    return sum / count;
  }

  @Test
  void solvesTheNormalEquations() {
    var random = new SplittableRandom(4);
    double[] z = random.doubles(200, -1, 1).toArray();
    LagMoments.Anchored moments = LagMoments.of(z, 200, 0, 1, 12, 3).anchored(1, false);
    Prior prior = Prior.of(12, 3, List.of()).get(1);
    double[] weights = Solution.of(moments, 0.1, prior);
    double penalty = moments.penalty(0.1);
    for (int i = 0; i < 12; i++) {
      for (int h = 0; h < 3; h++) {
        double left = penalty * weights[i * 3 + h];
        for (int k = 0; k < 12; k++) {
          left += moments.gram()[i * 12 + k] * weights[k * 3 + h];
        }
        double right = moments.cross()[i * 3 + h] + (i == 11 ? penalty : 0);
        assertThat(left).isCloseTo(right, within(1e-9));
      }
    }
  }

  @Test
  void continuesASeasonOnALineExactly() {
    GridWindow history = window(600, t -> 500 + 0.5 * t + 20 * Math.sin(t * Math.PI / 12));
    double[] means = forecast(history, 24, Seasons.of(24), Map.of());
    for (int h = 0; h < 24; h++) {
      int t = 600 + h;
      assertThat(means[h]).isCloseTo(500 + 0.5 * t + 20 * Math.sin(t * Math.PI / 12), within(3.0));
    }
  }

  @Test
  void beatsRepeatingTheLastValueOnAnAutoregression() {
    var random = new SplittableRandom(8);
    var values = new double[3_000];
    for (int t = 2; t < values.length; t++) {
      values[t] = 1.2 * values[t - 1] - 0.5 * values[t - 2] + random.nextGaussian();
    }
    GridWindow all = GridWindow.of(HOURS, 0, values);
    PointModel model = ridge.fit(List.of(all.slice(0, 2_000)), settings(3, Seasons.NONE, Map.of()));
    double squares = 0;
    double best = 0;
    int count = 0;
    for (int at = 2_000; at < 2_997; at++, count++) {
      double[] means = model.forecast(all.slice(at - model.historyIntervals(), at), 3);
      squares += Math.pow(means[0] - values[at], 2);
      best += Math.pow(1.2 * values[at - 1] - 0.5 * values[at - 2] - values[at], 2);
    }
    assertThat(squares / count).isLessThan(1.25 * best / count);
  }

  @Test
  void keepsItsAnswersWhenSavedAndIsTheSameEachTime() {
    GridWindow history = window(1_600, t -> 30 + (t * 7 % 24) + (t % 168 < 48 ? 9 : 0) + t % 5);
    PointSettings settings = settings(24, Seasons.of(24, 168), Map.of());
    PointModel model = ridge.fit(List.of(history), settings);
    PointModel again = ridge.fit(List.of(history), settings);
    assertThat(again.save()).isEqualTo(model.save());
    PointModel loaded = ridge.load(ModelArrays.read(model.save().toBytes()), settings);
    for (int shift = 0; shift < 3; shift++) {
      GridWindow window = history.slice(0, 1_500 + shift).last(model.historyIntervals());
      assertThat(loaded.forecast(window, 24)).isEqualTo(model.forecast(window, 24));
    }
    assertThat(model.explanation()).containsKeys("model", "member_1");
  }

  @Test
  void staysAboveZeroAndTakesConstantSeries() {
    double[] flat = forecast(window(400, t -> 7), 12, Seasons.of(24), Map.of());
    assertThat(flat).usingComparatorWithPrecision(1e-6).containsOnly(7);
    double[] zeros = forecast(window(400, t -> 0), 12, Seasons.of(24), Map.of());
    assertThat(zeros).containsOnly(0);
    double[] sparse =
        forecast(window(800, t -> t % 24 < 20 ? 0 : t % 7), 24, Seasons.of(24), Map.of());
    assertThat(Arrays.stream(sparse).min().orElseThrow()).isGreaterThanOrEqualTo(0);
  }

  @Test
  void refusesWhatItCannotFit() {
    assertThatThrownBy(() -> forecast(window(20, t -> t), 12, Seasons.of(24), Map.of()))
        .isInstanceOf(InsufficientHistoryException.class)
        .hasMessageContaining("20 values");
    assertThatThrownBy(
            () -> forecast(window(400, t -> t - 10), 4, Seasons.NONE, Map.of("scale", "log")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("scale");
  }

  private double[] forecast(
      GridWindow history, int horizon, Seasons seasons, Map<String, String> parameters) {
    PointModel model = ridge.fit(List.of(history), settings(horizon, seasons, parameters));
    return model.forecast(history.last(model.historyIntervals()), horizon);
  }
}
