package dev.tidewatch.models.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.AdaptiveIntervals;
import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.models.forecast.ForecastTraining;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Oil temperature of ETTh1 (Zhou et al. 2021), one day ahead, by the published protocol: rows
 * before 11,520 are known, every origin of the next 2,880 rows is forecast, errors are in standard
 * deviations of the first 8,640 rows.
 */
class EttTest {
  private static final int KNOWN = 11_520;
  private static final int END = 14_400;
  private static final int SCALED_BY = 8_640;
  private static final int HORIZON = 24;

  /** A ridge regression on the last 336 values, on the same rows. */
  private static final double RIDGE_ERROR = 0.0260;

  @Test
  void isWithinATenthOfARidgeRegression() throws IOException {
    double[] values = oilTemperature();
    double mean = Arrays.stream(values, 0, SCALED_BY).average().orElseThrow();
    double variance =
        Arrays.stream(values, 0, SCALED_BY)
            .map(v -> (v - mean) * (v - mean))
            .average()
            .orElseThrow();
    Grid grid = Grid.ofStep(Duration.ofHours(1));
    GridWindow all = GridWindow.of(grid, 0, values);
    var family = new LstmFamily();
    Bundle bundle =
        family.fit(
            new ForecastTraining(
                new TreeMap<>(Map.of(new SeriesName("transformer/oil"), all.slice(0, KNOWN))),
                HORIZON,
                List.of(0.9),
                Parameters.of(Map.of("windows_max", "4000")),
                new Provenance("5e".repeat(32), "0.1.0", 42),
                TrainingProgress.SILENT));
    var forecaster = family.load(bundle);
    var inputs = new ArrayList<ForecastInput>();
    for (int origin = KNOWN; origin + HORIZON <= END; origin++) {
      inputs.add(
          ForecastInput.of(all.slice(origin - bundle.manifest().historyIntervals(), origin)));
    }
    var adaptive = AdaptiveIntervals.of(List.of(0.9), HORIZON, bundle.manifest().parameters());
    double squares = 0;
    int covered = 0;
    int coveredAdaptively = 0;
    int known = KNOWN;
    for (Forecast forecast : forecaster.forecastAll(inputs, HORIZON, List.of(0.9))) {
      int origin = (int) forecast.firstIndex();
      Forecast recalibrated = adaptive.next(forecast, all.slice(known, origin));
      known = origin;
      for (int step = 0; step < HORIZON; step++) {
        double actual = values[origin + step];
        squares += (forecast.mean(step) - actual) * (forecast.mean(step) - actual);
        covered += holds(forecast, step, actual);
        coveredAdaptively += holds(recalibrated, step, actual);
      }
    }
    double count = inputs.size() * HORIZON;
    System.out.printf(
        "ETTh1, 24 steps: MSE %.4f, coverage %.3f, following the truth %.3f%n",
        squares / count / variance, covered / count, coveredAdaptively / count);
    assertThat(squares / count / variance).isLessThan(1.1 * RIDGE_ERROR);
    assertThat(covered / count).isBetween(0.85, 0.95);
    assertThat(coveredAdaptively / count).isBetween(0.87, 0.93);
  }

  private static int holds(Forecast forecast, int step, double actual) {
    return actual >= forecast.lower(0, step) && actual <= forecast.upper(0, step) ? 1 : 0;
  }

  private static double[] oilTemperature() throws IOException {
    String folder = System.getenv("TIDEWATCH_DATA");
    if (folder == null || folder.isBlank()) {
      String reason = "NOT RUN, TIDEWATCH_DATA is not set";
      Files.writeString(
          Path.of("target", "not-run.txt"),
          EttTest.class.getSimpleName() + ": " + reason + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      Assumptions.abort(reason);
      throw new AssertionError("abort does not return");
    }
    try (var in =
            new GZIPInputStream(Files.newInputStream(Path.of(folder).resolve("ett/ETTh1.csv.gz")));
        var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .skip(1)
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(',') + 1)))
          .toArray();
    }
  }
}
