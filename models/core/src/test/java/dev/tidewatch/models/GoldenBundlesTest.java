package dev.tidewatch.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.bundle.Task;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.DetectorModel;
import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.models.forecast.Forecaster;
import dev.tidewatch.timeseries.Times;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bundles that a release wrote load, and mean the same, for ever. */
class GoldenBundlesTest {
  private static final Path FOLDER = Path.of("src/test/resources/golden/format-1");

  static Stream<Path> files() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".zip")).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void everyFamilyHasOne() {
    List<String> names =
        files().map(file -> file.getFileName().toString().replace(".zip", "")).toList();
    ModelFamilies.core().forecastIds().forEach(id -> assertThat(names).contains(id));
    ModelFamilies.core()
        .detectionIds()
        .forEach(id ->
            GoldenBundles.METHODS
                .getOrDefault(id, List.of(Map.of()))
                .forEach(parameters ->
                    assertThat(names)
                        .contains(
                            parameters.containsKey("method")
                                ? id + "-" + parameters.get("method")
                                : id)));
  }

  @ParameterizedTest
  @MethodSource("files")
  void loadsAndWorks(Path file) throws IOException {
    Bundle bundle = Bundle.read(file, BundleLimits.DEFAULT);
    assertThat(bundle.sha256())
        .as("written again, byte for byte")
        .isEqualTo(Bundle.sha256(Files.readAllBytes(file)));
    assertThat(bundle.manifest().seed()).isEqualTo(42);
    assertThat(bundle.manifest().trainingWindow().series()).containsExactly(GoldenBundles.SERIES);
    if (bundle.manifest().task() == Task.FORECAST) {
      forecasts(ModelFamilies.core().loadForecaster(bundle));
    } else {
      detects(ModelFamilies.core().loadDetector(bundle));
    }
  }

  private static void forecasts(Forecaster forecaster) {
    Forecast forecast =
        forecaster.forecast(
            ForecastInput.of(GoldenBundles.window().last(forecaster.manifest().historyIntervals())),
            24,
            List.of(0.9));
    assertThat(forecast.firstIndex()).isEqualTo(GoldenBundles.window().endIndex());
    double[] expected =
        Set.of("naive", "drift").contains(forecaster.manifest().family())
            ? new double[] {21.8, 21.8, 21.8}
            : new double[] {20, 22.3, 24.4};
    for (int step = 0; step < expected.length; step++) {
      assertThat(forecast.mean(step)).isCloseTo(expected[step], within(1.5));
      assertThat(forecast.lower(0, step)).isLessThan(forecast.mean(step));
      assertThat(forecast.upper(0, step)).isGreaterThan(forecast.mean(step));
    }
  }

  private static void detects(DetectorModel model) {
    assertThat(model.isTrainedOn(GoldenBundles.SERIES)).isTrue();
    Detector detector = model.start(GoldenBundles.SERIES);
    long next = GoldenBundles.START_MICROS + GoldenBundles.DAYS * Times.MICROS_PER_DAY;
    assertThat(detector.newestMicros()).isEqualTo(next - Times.MICROS_PER_HOUR);
    assertThat(detector.score(next, 20).score()).isLessThan(3);
    boolean found = false;
    for (int hour = 1; hour <= 6; hour++) {
      found |= detector.score(next + hour * Times.MICROS_PER_HOUR, 500).anomaly();
    }
    assertThat(found).isTrue();
  }
}
