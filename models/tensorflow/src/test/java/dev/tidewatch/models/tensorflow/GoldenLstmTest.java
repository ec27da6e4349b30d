package dev.tidewatch.models.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.models.forecast.ForecastTraining;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A bundle that a release wrote loads, and means the same, for ever. */
class GoldenLstmTest {
  private static final Path FILE = Path.of("src/test/resources/golden/format-1/lstm.zip");

  private static GridWindow window() {
    var values = new double[24 * 20];
    for (int t = 0; t < values.length; t++) {
      values[t] = 20 + (t % 24) * (24 - t % 24) / 10.0 + (t * 7919 % 100) / 200.0;
    }
    return GridWindow.of(Grid.ofStep(Duration.ofHours(1)), 480_000, values);
  }

  private static Bundle made() {
    return new LstmFamily()
        .fit(
            new ForecastTraining(
                new TreeMap<>(Map.of(new SeriesName("golden/series"), window())),
                12,
                List.of(0.9),
                Parameters.of(
                    Map.of(
                        "units", "6",
                        "dense", "4",
                        "window", "24",
                        "linear_window", "24",
                        "epochs_max", "3")),
                new Provenance("5e".repeat(32), "0.1.0", 42),
                TrainingProgress.SILENT));
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
    Forecast forecast =
        new LstmFamily()
            .load(bundle)
            .forecast(ForecastInput.of(window().last(25)), 12, List.of(0.9));
    for (int step = 0; step < 12; step++) {
      double shape = 20 + step * (24 - step) / 10.0;
      assertThat(forecast.mean(step)).isCloseTo(shape, within(1.0));
      assertThat(forecast.lower(0, step)).isLessThan(forecast.mean(step));
      assertThat(forecast.upper(0, step)).isGreaterThan(forecast.mean(step));
    }
  }
}
