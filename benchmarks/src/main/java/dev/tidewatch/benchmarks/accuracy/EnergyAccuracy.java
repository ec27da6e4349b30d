package dev.tidewatch.benchmarks.accuracy;

import dev.tidewatch.models.forecast.AdaptiveIntervals;
import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.models.forecast.ForecastFamily;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
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
 * {@code ./tidewatch bench accuracy energy}: day-ahead forecasts of hourly consumption with 90 %
 * intervals, over the last 60 days of each series.
 */
@Command(
    name = "energy",
    mixinStandardHelpOptions = true,
    description = {
      "Reads hourly series (one a file, or several by an id column) and writes",
      "series,origin,step,mean,lo90,hi90 for every 24th row of the last 60 days as an origin. A",
      "model is fitted to each series on what is known at its first origin, and again after so",
      "many days. Prints MASE, CV(RMSE), coverage and interval score, and those of seasonal naive."
    })
final class EnergyAccuracy implements Callable<Integer> {
  private static final List<Double> LEVELS = List.of(0.9);

  @Option(
      names = "--data",
      required = true,
      arity = "1..*",
      paramLabel = "FILE",
      description = "Files with a header; .gz is unpacked.")
  private List<Path> data = new ArrayList<>();

  @Option(
      names = "--id",
      paramLabel = "COLUMN",
      description = "Column that says which series a row is of (default: one series a file).")
  private @Nullable String id;

  @Option(
      names = "--value",
      required = true,
      paramLabel = "COLUMN",
      description = "Column of the values.")
  private String value = "";

  @Option(
      names = "--zone",
      defaultValue = "UTC",
      paramLabel = "ZONE",
      description =
          "Time zone of the calendar, such as America/New_York (default: ${DEFAULT-VALUE}).")
  private ZoneId zone = ZoneId.of("UTC");

  @Option(
      names = "--refit-days",
      defaultValue = "7",
      paramLabel = "N",
      description =
          "Days after which a model is fitted again; 0 never (default: ${DEFAULT-VALUE}).")
  private int refitDays = 7;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "File for the forecasts.")
  private Path out = Path.of("");

  @Mixin private FitOptions fitting = new FitOptions();
  @Mixin private AccuracyOutput output = new AccuracyOutput();

  private EnergyAccuracy() {}

  @Override
  public Integer call() throws IOException {
    ForecastFamily family = fitting.family();
    if (family == null) {
      return ExitCode.USAGE;
    }
    Map<String, GridWindow> all = new LinkedHashMap<>();
    for (Path file : data) {
      read(file, all);
    }
    var costs = new SeriesCosts();
    var ours = new EnergyScores();
    var naive = new EnergyScores();
    try (BufferedWriter writer = TextFiles.writer(out)) {
      writer.write("series,origin,step,mean,lo90,hi90\n");
      for (Map.Entry<String, GridWindow> entry : all.entrySet()) {
        GridWindow series = entry.getValue();
        double[] values = series.values();
        List<Integer> origins = EnergyScores.origins(values.length);
        if (origins.isEmpty() || values.length < EnergyScores.ROWS_MIN) {
          System.err.printf(
              "%s has %d rows; at least %d are needed%n",
              entry.getKey(), values.length, EnergyScores.ROWS_MIN);
          return ExitCode.USAGE;
        }
        costs.start();
        var path = ours.series(values);
        long bytes = forecasts(family, series, origins, entry.getKey(), path, writer);
        costs.end(values.length, bytes);
        EnergyScores.seasonalNaive(values, naive.series(values));
      }
    }
    AccuracyOutput.table(
        System.out,
        List.of(
            List.of("model", "series", "MASE", "CV(RMSE) %", "coverage90", "interval score"),
            ours.row(fitting.name()),
            naive.row("seasonal naive")));
    var figures = new Figures();
    figures.put("score", ours.mase()).put("cv_rmse_percent", ours.cvRmsePercent());
    figures.put("coverage90", ours.coverage()).put("interval_score", ours.intervalScore());
    figures.put("naive_interval_score", naive.intervalScore());
    costs.putInto(figures);
    output.finish("accuracy-energy", figures);
    return ExitCode.OK;
  }

  /** Returns the length of the last bundle. */
  private long forecasts(
      ForecastFamily family,
      GridWindow series,
      List<Integer> origins,
      String key,
      EnergyScores.Series scores,
      BufferedWriter writer)
      throws IOException {
    var name = new SeriesName("series");
    FitOptions.Fitted fitted = null;
    AdaptiveIntervals adaptive = null;
    int learntTo = origins.getFirst();
    int fittedAt = 0;
    for (int origin : origins) {
      boolean due = refitDays > 0 && origin >= fittedAt + refitDays * EnergyScores.HORIZON;
      if (fitted == null || due) {
        fitted =
            fitting.fit(
                family,
                new TreeMap<>(Map.of(name, series.slice(0, origin))),
                EnergyScores.HORIZON,
                LEVELS);
        // Refits keep what the intervals have learnt.
        adaptive =
            fittedAt == 0 ? fitting.adaptive(fitted, LEVELS, EnergyScores.HORIZON) : adaptive;
        fittedAt = origin;
      }
      int history = fitted.forecaster().manifest().historyIntervals();
      GridWindow seen = series.slice(Math.max(0, origin - history), origin);
      Forecast forecast =
          fitted.forecaster().forecast(ForecastInput.of(name, seen), EnergyScores.HORIZON, LEVELS);
      if (adaptive != null) {
        forecast = adaptive.next(forecast, series.slice(learntTo, origin));
      }
      learntTo = origin;
      for (int step = 0; step < EnergyScores.HORIZON; step++) {
        double mean = forecast.mean(step);
        double low = forecast.lower(0, step);
        double high = forecast.upper(0, step);
        scores.add(origin + step, mean, low, high);
        writer.write("%s,%d,%d,%s,%s,%s\n".formatted(key, origin, step + 1, mean, low, high));
      }
    }
    return fitted == null ? 0 : fitted.bundleBytes();
  }

  private void read(Path file, Map<String, GridWindow> all) throws IOException {
    CsvTable table = CsvTable.read(file);
    String fileName = String.valueOf(file.getFileName());
    int dot = fileName.indexOf('.');
    String only = dot < 0 ? fileName : fileName.substring(0, dot);
    int idColumn = id == null ? -1 : table.column(id);
    double[] numbers = table.numbers(table.column(value));
    var rows = new LinkedHashMap<String, List<Integer>>();
    for (int row = 0; row < numbers.length; row++) {
      String key = idColumn < 0 ? only : table.rows().get(row).get(idColumn);
      rows.computeIfAbsent(key, _ -> new ArrayList<>()).add(row);
    }
    Grid grid = Grid.ofStep(Duration.ofHours(1)).withZone(zone);
    for (Map.Entry<String, List<Integer>> entry : rows.entrySet()) {
      List<Integer> own = entry.getValue();
      var mine =
          new CsvTable(
              file, table.columns(), own.stream().map(row -> table.rows().get(row)).toList());
      Instant start = CalendarColumns.start(mine);
      double[] values = own.stream().mapToDouble(row -> numbers[row]).toArray();
      GridWindow window = GridWindow.of(grid, grid.indexAt(Times.toMicros(start)), values);
      if (all.put(entry.getKey(), window) != null) {
        throw new IOException("series %s is there twice".formatted(entry.getKey()));
      }
    }
  }
}
