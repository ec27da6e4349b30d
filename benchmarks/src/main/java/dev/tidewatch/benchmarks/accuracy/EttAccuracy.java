package dev.tidewatch.benchmarks.accuracy;

import dev.tidewatch.models.forecast.AdaptiveIntervals;
import dev.tidewatch.models.forecast.BatchForecaster;
import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.models.forecast.ForecastFamily;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.models.forecast.Forecaster;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code ./tidewatch bench accuracy ett}: forecasts of the electricity transformer data from every
 * origin of the test part, as Zhou et al. ("Informer", 2021) and the papers after them ask for.
 */
@Command(
    name = "ett",
    mixinStandardHelpOptions = true,
    description = {
      "Reads one file (a time column first, then values) and writes origin,step,COLUMNS in original",
      "units for every row of the test part (months 17 to 20 of 30 days) as an origin. A model is",
      "fitted once to each column, on the rows before the test part (training and validation), and",
      "sees what is known at each origin. Prints MSE and MAE in units of the training part's",
      "deviation."
    })
final class EttAccuracy implements Callable<Integer> {
  private static final int TRAIN_HOURS = 8_640;
  private static final int TEST_FROM_HOURS = 11_520;
  private static final int TEST_TO_HOURS = 14_400;
  private static final List<Double> LEVELS = List.of(0.9);
  private static final int BATCH = 64;

  /** S: one column; M: all. */
  enum Features {
    S,
    M
  }

  @Option(names = "--data", required = true, paramLabel = "FILE", description = "The data.")
  private Path data = Path.of("");

  @Option(
      names = "--horizon",
      required = true,
      paramLabel = "H",
      description = "Steps, such as 24 or 720.")
  private int horizon = 24;

  @Option(
      names = "--features",
      defaultValue = "S",
      paramLabel = "S|M",
      description = "One column, or all of them (default: ${DEFAULT-VALUE}).")
  private Features features = Features.S;

  @Option(
      names = "--target",
      defaultValue = "OT",
      paramLabel = "COLUMN",
      description =
          "The one column of S; if there is none of the name, the last (default: ${DEFAULT-VALUE}).")
  private String target = "OT";

  @Option(
      names = "--stride",
      defaultValue = "1",
      paramLabel = "N",
      description =
          "Rows from origin to origin; 1 is the published protocol (default: ${DEFAULT-VALUE}).")
  private int stride = 1;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "File for the forecasts.")
  private Path out = Path.of("");

  @Mixin private FitOptions fitting = new FitOptions();
  @Mixin private AccuracyOutput output = new AccuracyOutput();

  private EttAccuracy() {}

  @Override
  public Integer call() throws IOException {
    ForecastFamily family = fitting.family();
    if (family == null) {
      return ExitCode.USAGE;
    }
    CsvTable table = CsvTable.read(data);
    Instant first = time(table, 0);
    Duration step = Duration.between(first, time(table, 1));
    int perHour = (int) Duration.ofHours(1).dividedBy(step);
    int testTo = TEST_TO_HOURS * perHour;
    if (perHour < 1 || table.rows().size() < testTo) {
      System.err.printf(
          "%s has %d rows of %s; the test part ends at row %d%n",
          data, table.rows().size(), step, testTo);
      return ExitCode.USAGE;
    }
    List<Integer> columns = columns(table);
    var origins = new ArrayList<Integer>();
    for (int at = TEST_FROM_HOURS * perHour; at + horizon <= testTo; at += Math.max(1, stride)) {
      origins.add(at);
    }
    var costs = new SeriesCosts();
    var errors = new EttErrors();
    var forecasts = new ArrayList<float[][]>();
    for (int column : columns) {
      double[] values = Arrays.copyOf(table.numbers(column), testTo);
      Grid grid = Grid.ofStep(step);
      GridWindow all = GridWindow.of(grid, grid.indexAt(Times.toMicros(first)), values);
      costs.start();
      var name = new SeriesName("series");
      FitOptions.Fitted fitted =
          fitting.fit(
              family,
              new TreeMap<>(Map.of(name, all.slice(0, origins.getFirst()))),
              horizon,
              LEVELS);
      float[][] answers =
          answers(fitted, name, all, origins, errors.column(values, TRAIN_HOURS * perHour));
      costs.end(values.length, fitted.bundleBytes());
      forecasts.add(answers);
    }
    write(table, columns, origins, forecasts);
    var figures = new Figures();
    figures.put("horizon", horizon).put("windows", origins.size());
    AccuracyOutput.table(
        System.out,
        List.of(
            List.of("model", "horizon", "windows", "columns", "MSE", "MAE", "coverage90"),
            List.of(
                fitting.name(),
                Integer.toString(horizon),
                Integer.toString(origins.size()),
                Integer.toString(columns.size()),
                "%.4f".formatted(errors.meanSquared()),
                "%.4f".formatted(errors.meanAbsolute()),
                "%.3f".formatted(errors.coverage()))));
    figures.put("score", errors.meanSquared()).put("mae", errors.meanAbsolute());
    figures.put("coverage90", errors.coverage());
    costs.putInto(figures);
    output.finish("accuracy-ett", figures);
    return ExitCode.OK;
  }

  private static Instant time(CsvTable table, int row) throws IOException {
    if (table.rows().size() <= row) {
      throw new IOException(table.file() + " has too few rows");
    }
    String cell = table.rows().get(row).getFirst();
    return CsvTable.time(cell)
        .orElseThrow(() -> new IOException("%s: '%s' is no time".formatted(table.file(), cell)));
  }

  private List<Integer> columns(CsvTable table) {
    int last = table.columns().size() - 1;
    if (features == Features.S) {
      int named = table.columns().indexOf(target);
      return List.of(named > 0 ? named : last);
    }
    var columns = new ArrayList<Integer>();
    for (int column = 1; column <= last; column++) {
      columns.add(column);
    }
    return columns;
  }

  private float[][] answers(
      FitOptions.Fitted fitted,
      SeriesName name,
      GridWindow all,
      List<Integer> origins,
      EttErrors.Column errors) {
    var answers = new float[origins.size()][horizon];
    Forecaster forecaster = fitted.forecaster();
    AdaptiveIntervals adaptive = fitting.adaptive(fitted, LEVELS, horizon);
    int learntTo = origins.getFirst();
    int history = forecaster.manifest().historyIntervals();
    for (int from = 0; from < origins.size(); from += BATCH) {
      var inputs = new ArrayList<ForecastInput>();
      for (int at : origins.subList(from, Math.min(from + BATCH, origins.size()))) {
        inputs.add(ForecastInput.of(name, all.slice(Math.max(0, at - history), at)));
      }
      List<Forecast> batch =
          forecaster instanceof BatchForecaster several
              ? several.forecastAll(inputs, horizon, LEVELS)
              : inputs.stream().map(input -> forecaster.forecast(input, horizon, LEVELS)).toList();
      for (int i = 0; i < batch.size(); i++) {
        Forecast forecast = batch.get(i);
        int origin = origins.get(from + i);
        errors.add(
            origin,
            adaptive == null ? forecast : adaptive.next(forecast, all.slice(learntTo, origin)));
        learntTo = origin;
        for (int step = 0; step < horizon; step++) {
          answers[from + i][step] = (float) forecast.mean(step);
        }
      }
    }
    return answers;
  }

  private void write(
      CsvTable table, List<Integer> columns, List<Integer> origins, List<float[][]> forecasts)
      throws IOException {
    try (BufferedWriter writer = TextFiles.writer(out)) {
      writer.write("origin,step");
      for (int column : columns) {
        writer.write("," + table.columns().get(column));
      }
      writer.write('\n');
      for (int i = 0; i < origins.size(); i++) {
        for (int step = 0; step < horizon; step++) {
          writer.write(origins.get(i) + "," + (step + 1));
          for (float[][] column : forecasts) {
            writer.write("," + column[i][step]);
          }
          writer.write('\n');
        }
      }
    }
  }
}
