package dev.tidewatch.benchmarks.accuracy;

import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.models.forecast.ForecastFamily;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code ./tidewatch bench accuracy m4}: forecasts each series of a file in the M4 competition's
 * form.
 */
@Command(
    name = "m4",
    mixinStandardHelpOptions = true,
    description = {
      "Reads series (a row each: id, then as many values as there are; a header is skipped) and",
      "writes id,v1..vh: a model of its own is fitted to each series, which has no dates and is told",
      "nothing but the frequency. With --test the errors sMAPE and MASE, OWA against Naive2, and the",
      "coverage of the 90 %% intervals are printed."
    })
final class M4Accuracy implements Callable<Integer> {
  private static final List<Double> LEVELS = List.of(0.9);

  /** Frequency of the competition: step, length of the season in its scores, horizon. */
  enum Frequency {
    H(Duration.ofHours(1), 24, 48),
    D(Duration.ofDays(1), 1, 14),
    W(Duration.ofDays(7), 1, 13);

    private final Duration step;
    private final int season;
    private final int horizon;

    Frequency(Duration step, int season, int horizon) {
      this.step = step;
      this.season = season;
      this.horizon = horizon;
    }
  }

  @Option(
      names = "--train",
      required = true,
      paramLabel = "FILE",
      description = "Series that are known.")
  private Path train = Path.of("");

  @Option(
      names = "--test",
      paramLabel = "FILE",
      description = "What came, in the same form; only for the scores.")
  private @Nullable Path test;

  @Option(
      names = "--freq",
      required = true,
      paramLabel = "H|D|W",
      description = "Hourly (48 steps), daily (14) or weekly (13).")
  private Frequency frequency = Frequency.H;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "File for the forecasts.")
  private Path out = Path.of("");

  @Option(
      names = "--every",
      defaultValue = "1",
      paramLabel = "N",
      description = "Takes only every N-th series, for a quick look (default: ${DEFAULT-VALUE}).")
  private int every = 1;

  @Mixin private FitOptions fitting = new FitOptions();
  @Mixin private AccuracyOutput output = new AccuracyOutput();

  private M4Accuracy() {}

  @Override
  public Integer call() throws IOException {
    ForecastFamily family = fitting.family();
    if (family == null) {
      return ExitCode.USAGE;
    }
    Map<String, double[]> known = series(train);
    Map<String, double[]> came = test == null ? Map.of() : series(test);
    var scores = new M4Scores(frequency.season);
    var costs = new SeriesCosts();
    try (BufferedWriter writer = TextFiles.writer(out)) {
      writer.write(header());
      int row = 0;
      for (Map.Entry<String, double[]> entry : known.entrySet()) {
        if (row++ % Math.max(1, every) != 0) {
          continue;
        }
        double[] values = entry.getValue();
        costs.start();
        var fitted = fitOne(family, values, null);
        Forecast forecast = fitted.forecast;
        costs.end(values.length, fitted.bundleBytes);
        writer.write(line(entry.getKey(), forecast.means()));
        double[] actual = came.get(entry.getKey());
        if (actual != null) {
          // The yardstick of the competition has its own season, or none.
          String season = frequency.season == 1 ? "none" : Integer.toString(frequency.season);
          Forecast naive2 = fitOne(fitting.family("naive2"), values, season).forecast;
          scores.add(values, actual, forecast, naive2.means());
        }
      }
    }
    var figures = new Figures();
    if (scores.count() > 0) {
      AccuracyOutput.table(System.out, scores.table(fitting.name()));
      figures.put("score", scores.owa());
      figures.put("smape_percent", scores.smape()).put("mase", scores.mase());
      figures.put("coverage90", scores.coverage());
    }
    costs.putInto(figures);
    output.finish("accuracy-m4", figures);
    return ExitCode.OK;
  }

  private record Answer(Forecast forecast, long bundleBytes) {}

  private Answer fitOne(ForecastFamily family, double[] values, @Nullable String season) {
    GridWindow history = GridWindow.of(Grid.ofStep(frequency.step), 0, values);
    var name = new SeriesName("series");
    var series = new TreeMap<>(Map.of(name, history));
    FitOptions.Fitted fitted =
        season == null
            ? fitting.fit(family, series, frequency.horizon, LEVELS)
            : FitOptions.fit(family, series, frequency.horizon, LEVELS, Map.of("seasons", season));
    GridWindow seen = history.last(fitted.forecaster().manifest().historyIntervals());
    return new Answer(
        fitted.forecaster().forecast(ForecastInput.of(name, seen), frequency.horizon, LEVELS),
        fitted.bundleBytes());
  }

  private String header() {
    var line = new StringBuilder("id");
    for (int step = 1; step <= frequency.horizon; step++) {
      line.append(",v").append(step);
    }
    return line.append('\n').toString();
  }

  private static String line(String id, double[] means) {
    var line = new StringBuilder(id);
    for (double mean : means) {
      line.append(',').append(mean);
    }
    return line.append('\n').toString();
  }

  /**
   * Series by id in the order of the file; rows without a number, such as a header, are skipped.
   */
  static Map<String, double[]> series(Path file) throws IOException {
    var series = new LinkedHashMap<String, double[]>();
    try (BufferedReader reader = TextFiles.reader(file)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        List<String> cells = CsvTable.cells(line);
        var values = new ArrayList<Double>();
        try {
          for (String cell : cells.subList(1, cells.size())) {
            if (!cell.isEmpty() && !cell.equals("NA")) {
              values.add(Double.parseDouble(cell));
            }
          }
        } catch (NumberFormatException e) {
          values.clear();
        }
        if (!values.isEmpty()) {
          series.put(cells.getFirst(), values.stream().mapToDouble(Double::doubleValue).toArray());
        }
      }
    }
    if (series.isEmpty()) {
      throw new IOException(file + " has no series");
    }
    return series;
  }
}
