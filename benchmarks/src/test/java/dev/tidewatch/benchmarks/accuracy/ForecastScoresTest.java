package dev.tidewatch.benchmarks.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scores of series by formula; the expected numbers are from independent scorers in Python. */
final class ForecastScoresTest {

  private static double noise(int t) {
    return ((t * 7919L) % 101 - 50) / 10.0;
  }

  private static double daily(int t) {
    return Math.sin(2 * Math.PI * t / 24);
  }

  private static Forecast forecast(double[] means, double below, double above) {
    double[] lower = Arrays.stream(means).map(mean -> mean - below).toArray();
    double[] upper = Arrays.stream(means).map(mean -> mean + above).toArray();
    return new Forecast(0, means, List.of(0.9), new double[][] {lower}, new double[][] {upper});
  }

  @Test
  void energyScoresAreThoseOfTheIndependentScorer() {
    var ours = new EnergyScores();
    var naive = new EnergyScores();
    for (int s = 1; s <= 2; s++) {
      var values = new double[3_000];
      for (int t = 0; t < values.length; t++) {
        values[t] = 50 * s + 10 * daily(t) + s * noise(t);
      }
      EnergyScores.seasonalNaive(values, naive.series(values));
      EnergyScores.Series scores = ours.series(values);
      for (int origin : EnergyScores.origins(values.length)) {
        for (int step = 0; step < EnergyScores.HORIZON; step++) {
          double mean = 50 * s + 10 * daily(origin + step);
          scores.add(origin + step, mean, mean - 4, mean + 4.5);
        }
      }
    }
    assertThat(naive.mase()).isCloseTo(0.9980748398973975, within(1e-9));
    assertThat(naive.cvRmsePercent()).isCloseTo(8.82635291729642, within(1e-9));
    assertThat(naive.coverage()).isCloseTo(0.9201388888888888, within(1e-9));
    assertThat(naive.intervalScore()).isCloseTo(3.8795063058816592, within(1e-9));
    assertThat(ours.mase()).isCloseTo(0.6528167393512805, within(1e-9));
    assertThat(ours.cvRmsePercent()).isCloseTo(5.8300409781765925, within(1e-9));
    assertThat(ours.coverage()).isCloseTo(0.6388888888888888, within(1e-9));
    assertThat(ours.intervalScore()).isCloseTo(4.020946639950142, within(1e-9));
  }

  @Test
  void m4ScoresAreThoseOfTheIndependentScorer() {
    var scores = new M4Scores(24);
    for (int s = 0; s < 3; s++) {
      int offset = 10 * s;
      var known = new double[200];
      for (int t = 0; t < known.length; t++) {
        known[t] = 100 + offset + 0.3 * t + 20 * daily(t) + noise(t);
      }
      var actual = new double[48];
      var means = new double[48];
      for (int h = 0; h < actual.length; h++) {
        actual[h] = 160 + offset + 20 * daily(200 + h);
        means[h] = 158 + 11 * s + 18 * daily(200 + h);
      }
      scores.add(known, actual, forecast(means, 1, 3), naive2(known));
    }
    assertThat(scores.count()).isEqualTo(3);
    assertThat(scores.smape()).isCloseTo(0.9028706908704024, within(1e-9));
    assertThat(scores.mase()).isCloseTo(0.21449648938908236, within(1e-9));
    assertThat(scores.owa()).isCloseTo(0.524799708663727, within(1e-6));
    assertThat(scores.coverage()).isBetween(0.5, 1.0);
  }

  private static double[] naive2(double[] known) {
    var answer =
        FitOptions.fit(
            new FitOptions().family("naive2"),
            new TreeMap<>(
                Map.of(
                    new SeriesName("series"),
                    GridWindow.of(Grid.ofStep(Duration.ofHours(1)), 0, known))),
            48,
            List.of(0.9),
            Map.of("seasons", "24"));
    return answer
        .forecaster()
        .forecast(
            ForecastInput.of(
                new SeriesName("series"),
                GridWindow.of(Grid.ofStep(Duration.ofHours(1)), 0, known)),
            48,
            List.of(0.9))
        .means();
  }

  @Test
  void ettErrorsAreInUnitsOfTheTrainingDeviation() {
    var errors = new EttErrors();
    // Mean 3, deviation 2 over the first four.
    double[] values = {1, 5, 1, 5, 9, 9};
    errors.column(values, 4).add(4, forecast(new double[] {7, 10}, 1, 3));
    assertThat(errors.meanSquared()).isCloseTo((1 + 0.25) / 2, within(1e-12));
    assertThat(errors.meanAbsolute()).isCloseTo(0.75, within(1e-12));
    assertThat(errors.coverage()).isEqualTo(1);
  }

  @Test
  void timesOfRowsComeFromATimeColumnOrTheCalendar(@TempDir Path folder) throws IOException {
    Path dated = folder.resolve("dated.csv");
    Files.writeString(dated, "name,ds,y\nA,2023-10-01 04:00:00+00:00,1\n");
    assertThat(CalendarColumns.start(CsvTable.read(dated)))
        .isEqualTo(Instant.parse("2023-10-01T04:00:00Z"));

    // From Sunday, 31 July 2016, 23:00 on.
    LocalDateTime first = LocalDateTime.of(2016, 7, 31, 23, 0);
    var lines = new ArrayList<String>(List.of("month,hour,day_type,load"));
    for (int row = 0; row < 1_000; row++) {
      LocalDateTime at = first.plusHours(row);
      lines.add(
          "%d,%d,%d,5"
              .formatted(at.getMonthValue(), at.getHour() + 1, at.getDayOfWeek().getValue()));
    }
    Path undated = folder.resolve("undated.csv");
    Files.write(undated, lines);
    LocalDateTime found =
        LocalDateTime.ofInstant(CalendarColumns.start(CsvTable.read(undated)), ZoneOffset.UTC);
    assertThat(found.getMonthValue()).isEqualTo(7);
    assertThat(found.getDayOfMonth()).isEqualTo(31);
    assertThat(found.getDayOfWeek()).isEqualTo(first.getDayOfWeek());
    assertThat(found.getHour()).isEqualTo(23);

    Path bare = folder.resolve("bare.csv");
    Files.writeString(bare, "y\n1\n2\n");
    assertThat(CalendarColumns.start(CsvTable.read(bare))).isEqualTo(Instant.EPOCH);
  }
}
