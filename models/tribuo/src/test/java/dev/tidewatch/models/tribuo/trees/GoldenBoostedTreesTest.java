package dev.tidewatch.models.tribuo.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.Covariate;
import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.models.forecast.ForecastTraining;
import dev.tidewatch.models.forecast.Forecaster;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A bundle that a release wrote loads, and means the same, for ever. */
class GoldenBoostedTreesTest {
  private static final Path FILE = Path.of("src/test/resources/golden/format-1/boosted-trees.zip");
  private static final SeriesName SERIES = new SeriesName("golden/series");

  private static GridWindow window() {
    var values = new double[24 * 20];
    for (int t = 0; t < values.length; t++) {
      values[t] = 20 + (t % 24) * (24 - t % 24) / 10.0 + (t * 7919 % 100) / 200.0;
    }
    return GridWindow.of(MadeUpSeries.HOURS, 480_000, values);
  }

  private static GridWindow covariate() {
    var values = new double[24 * 20];
    for (int t = 0; t < values.length; t++) {
      values[t] = (t + 1) * 7919 % 100;
    }
    return GridWindow.of(MadeUpSeries.HOURS, 480_000, values);
  }

  private static Bundle made() {
    ForecastTraining training =
        MadeUpSeries.training(
                new TreeMap<>(Map.of(SERIES, window())),
                12,
                Parameters.of(
                    Map.of("trees_max", "12", "learning_rate", "0.3", "calibration_origins", "10")))
            .withCovariates(
                new TreeMap<>(
                    Map.of(
                        SERIES,
                        new TreeMap<>(
                            Map.of(
                                "weather",
                                new Covariate(new SeriesName("golden/weather"), covariate()))))));
    return new BoostedTreesFamily().fit(training);
  }

  @Test
  void loadsAndForecasts() throws IOException {
    if (!Files.exists(FILE) && Boolean.getBoolean("tidewatch.golden.write")) {
      Files.createDirectories(FILE.getParent());
      made().write(FILE);
    }
    byte[] bytes = Files.readAllBytes(FILE);
    Bundle bundle = Bundle.read(bytes, BundleLimits.DEFAULT);
    assertThat(bundle.sha256()).isEqualTo(Bundle.sha256(bytes));
    Forecaster forecaster = new BoostedTreesFamily().load(bundle);
    Forecast forecast =
        forecaster.forecast(new ForecastInput(List.of(window(), covariate())), 12, List.of(0.9));
    for (int step = 0; step < 12; step++) {
      double shape = 20 + step * (24 - step) / 10.0;
      assertThat(forecast.mean(step)).isCloseTo(shape + 0.25, within(0.5));
      assertThat(forecast.lower(0, step)).isLessThan(forecast.mean(step));
    }
    assertThat(new double[] {forecast.mean(0), forecast.mean(5), forecast.upper(0, 11)})
        .containsExactly(
            new double[] {20.100561981995902, 29.5755619819959, 34.44616188496823}, within(1e-12));
  }
}
