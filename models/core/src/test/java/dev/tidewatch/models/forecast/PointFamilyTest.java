package dev.tidewatch.models.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Fill;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class PointFamilyTest {
  private static final Grid HOURS =
      Grid.ofStep(Duration.ofHours(1)).withFill(Fill.PREVIOUS, 100_000);
  private static final SeriesName A = new SeriesName("plant/a");
  private static final SeriesName B = new SeriesName("plant/b");
  private static final double NAN = Double.NaN;

  private final ForecastFamily each = new PointFamily(new RecentMean(false));
  private final ForecastFamily pooled = new PointFamily(new RecentMean(true));

  private static GridWindow window(int size, IntToDoubleFunction value) {
    var values = new double[size];
    for (int t = 0; t < size; t++) {
      values[t] = value.applyAsDouble(t);
    }
    return GridWindow.of(HOURS, 1_000, values);
  }

  private static ForecastTraining training(
      Map<SeriesName, GridWindow> series, Map<String, String> parameters) {
    return new ForecastTraining(
        new TreeMap<>(series),
        6,
        List.of(0.5, 0.9),
        Parameters.of(parameters),
        new Provenance("ab".repeat(32), "0.1.0", 7),
        TrainingProgress.SILENT);
  }

  @Test
  void keepsAModelForEachSeries() {
    SortedMap<SeriesName, GridWindow> series =
        new TreeMap<>(Map.of(A, window(200, t -> 1), B, window(200, t -> t < 1 ? 0 : 5)));
    Forecaster forecaster = reloaded(each, each.fit(training(series, Map.of())));
    assertThat(mean(forecaster, A, series)).isEqualTo(1);
    assertThat(mean(forecaster, B, series)).isEqualTo(10);
    assertThat(forecaster.explanation(B)).containsEntry("rise", "5.0");
    assertThatThrownBy(() -> mean(forecaster, new SeriesName("plant/c"), series))
        .isInstanceOf(UntrainedSeriesException.class)
        .hasMessageContaining("plant/c")
        .hasMessageContaining("2 series");
  }

  @Test
  void oneModelServesAnySeriesWhereItPools() {
    SortedMap<SeriesName, GridWindow> series =
        new TreeMap<>(Map.of(A, window(200, t -> 1), B, window(200, t -> t < 1 ? 0 : 5)));
    Forecaster forecaster = reloaded(pooled, pooled.fit(training(series, Map.of())));
    assertThat(mean(forecaster, B, series)).isEqualTo(5);
    assertThat(mean(forecaster, new SeriesName("other"), series)).isEqualTo(1);
  }

  @Test
  void intervalsCoverNewValuesAsOftenAsTheySay() {
    var random = new SplittableRandom(11);
    GridWindow noise = window(4_000, t -> t == 0 || t % 300 == 299 ? 0 : random.nextGaussian());
    Forecaster forecaster =
        reloaded(
            each,
            each.fit(
                training(Map.of(A, noise.slice(0, 3_000)), Map.of("calibration_origins", "600"))));
    int inside = 0;
    int count = 0;
    for (int at = 3_000; at + 6 <= noise.size(); at += 6) {
      Forecast forecast =
          forecaster.forecast(ForecastInput.of(A, noise.slice(0, at)), 6, List.of(0.9));
      for (int step = 0; step < 6; step++) {
        double actual = noise.value(at + step);
        inside += actual >= forecast.lower(0, step) && actual <= forecast.upper(0, step) ? 1 : 0;
        count++;
      }
    }
    assertThat((double) inside / count).isCloseTo(0.9, within(0.05));
  }

  @Test
  void sameInputSameBytesAndParametersAreWrittenOut() {
    var series = Map.of(A, window(300, t -> t % 24));
    Bundle first = each.fit(training(series, Map.of("bonus", "2")));
    Bundle second = each.fit(training(series, Map.of("bonus", "2")));
    assertThat(first.sha256()).isEqualTo(second.sha256());
    assertThat(first.manifest().parameters().asMap())
        .containsEntry("bonus", "2")
        .containsEntry("seasons", "24,168")
        .containsEntry("calibration_origins", "60");
  }

  @Test
  void gapsAreClosedInTrainingAndServing() {
    GridWindow gappy = window(300, t -> t < 20 || t % 7 == 3 ? NAN : 4);
    Forecaster forecaster = reloaded(each, each.fit(training(Map.of(A, gappy), Map.of())));
    Forecast forecast =
        forecaster.forecast(ForecastInput.of(A, gappy.slice(0, 29)), 6, List.of(0.9));
    assertThat(forecast.means()).containsOnly(4);
    assertThatThrownBy(
            () -> forecaster.forecast(ForecastInput.of(A, gappy.slice(0, 18)), 6, List.of()))
        .isInstanceOf(InsufficientHistoryException.class)
        .hasMessageContaining("needs at least 2");
  }

  @Test
  void refusesWhatItCannotUse() {
    assertThatThrownBy(
            () -> each.fit(training(Map.of(A, window(50, t -> 1)), Map.of("bonis", "1"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bonis")
        .hasMessageContaining("calibration_origins");
    assertThatThrownBy(() -> each.fit(training(Map.of(A, window(50, t -> NAN)), Map.of())))
        .isInstanceOf(InsufficientHistoryException.class);
    Bundle sound = each.fit(training(Map.of(A, window(50, t -> 1)), Map.of()));
    Bundle damaged =
        Bundle.of(sound.manifest(), Map.of("models.bin", new byte[] {'T', 'W', 'A', '1', 9}));
    assertThatThrownBy(() -> each.load(damaged))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("end early");
  }

  private static Forecaster reloaded(ForecastFamily family, Bundle bundle) {
    return family.load(Bundle.read(bundle.toBytes(), BundleLimits.DEFAULT));
  }

  private static double mean(
      Forecaster forecaster, SeriesName name, SortedMap<SeriesName, GridWindow> series) {
    GridWindow window = series.getOrDefault(name, series.firstEntry().getValue());
    return forecaster.forecast(ForecastInput.of(name, window), 6, List.of(0.9)).mean(5);
  }
}
