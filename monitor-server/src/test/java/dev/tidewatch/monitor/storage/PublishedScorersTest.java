package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.SomePredictions.HOURLY;
import static dev.tidewatch.monitor.storage.SomePredictions.ORIGIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.monitor.accuracy.AccuracyDimension;
import dev.tidewatch.monitor.accuracy.AccuracyFigures;
import dev.tidewatch.monitor.accuracy.AccuracyGroup;
import dev.tidewatch.monitor.accuracy.AccuracyQuestion;
import dev.tidewatch.monitor.ledger.PredictedSteps;
import dev.tidewatch.monitor.ledger.Prediction;
import dev.tidewatch.monitor.ledger.PredictionFilter;
import dev.tidewatch.monitor.ledger.PredictionRole;
import dev.tidewatch.serverkit.testing.NotRun;
import dev.tidewatch.serverkit.testing.RequiresEnvironment;
import dev.tidewatch.serverkit.testing.TestDatabase;
import dev.tidewatch.timeseries.ForecastErrors;
import dev.tidewatch.timeseries.Times;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The ledger's figures equal those of the scorers in Python that lie beside the public data sets,
 * run here on the same forecasts of real series, both from steps and from rollups.
 */
@RequiresEnvironment(RequiresEnvironment.DATA)
class PublishedScorersTest extends JoinedLedger {
  private static final long PYTHON_SECONDS_MAX = 120;

  /** Runs a scorer's functions without its command line. */
  private static final String LOAD =
      """
      import sys, csv
      source = open(sys.argv[1]).read().replace("\\nmain()\\n", "\\n")
      scorer = {"__name__": "scorer"}
      exec(compile(source, sys.argv[1], "exec"), scorer)
      """;

  @TempDir Path folder;

  @Override
  TestDatabase newDatabase() {
    return TestDatabase.plain("monitor", "db/migration/monitor");
  }

  private static Path data(String relative) {
    return Path.of(System.getenv(RequiresEnvironment.DATA)).resolve(relative);
  }

  /** The scorer's file, or the end of the test where it or Python is not there. */
  private static Path scorer(String name) throws Exception {
    Path file = data("").toAbsolutePath().normalize().resolveSibling("score").resolve(name);
    String missing =
        Files.exists(file)
            ? python("-c", "print('here')").equals(List.of("here")) ? "" : "python3 is not there"
            : "the scorers are not beside the data";
    if (!missing.isEmpty()) {
      NotRun.report("PublishedScorersTest " + name, "NOT RUN, " + missing);
      Assumptions.abort(missing);
    }
    return file;
  }

  private static List<String> python(String... arguments) throws Exception {
    var command = new ArrayList<>(List.of("python3"));
    command.addAll(List.of(arguments));
    Process process;
    try {
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      return List.of();
    }
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor(PYTHON_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    return output.lines().toList();
  }

  private static List<String[]> rows(Path file) throws IOException {
    try (var in = Files.newInputStream(file);
        var plain = file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
        var reader = new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
      return reader.lines().skip(1).map(line -> line.split(",", -1)).toList();
    }
  }

  private static double[] numbers(String[] row, int from) {
    return Arrays.stream(row, from, row.length)
        .filter(text -> !text.isBlank())
        .mapToDouble(Double::parseDouble)
        .toArray();
  }

  private static Instant hour(int index) {
    return ORIGIN.plus(Duration.ofHours(index));
  }

  private static Prediction prediction(
      String series, int hour, PredictedSteps steps, double maseScale) {
    return SomePredictions.of(
        series,
        HOURLY,
        "load",
        "1.0.0",
        PredictionRole.CHAMPION,
        hour(hour),
        steps,
        Double.isNaN(maseScale) ? OptionalDouble.empty() : OptionalDouble.of(maseScale),
        OptionalDouble.empty());
  }

  /**
   * Joins the predictions with the truth, by series from the first hour on, and asks for the
   * figures: first of the steps, then of the rollups, which must be the same.
   */
  private List<AccuracyGroup> figures(
      List<Prediction> predictions, Map<String, double[]> truth, Set<AccuracyDimension> by)
      throws InterruptedException {
    for (int from = 0; from < predictions.size(); from += 500) {
      ledger.record(predictions.subList(from, Math.min(predictions.size(), from + 500)), ORIGIN);
    }
    Instant end = hour(truth.values().stream().mapToInt(x -> x.length).max().orElseThrow());
    long first = HOURLY.indexAt(Times.toMicros(ORIGIN));
    take(
        end,
        target ->
            Objects.requireNonNull(truth.get(target.series()))[(int) (target.index() - first)]);
    var store = new PostgresAccuracyStore(database);
    var question = new AccuracyQuestion(PredictionFilter.ALL, ORIGIN, end, by, 0, 1_000);
    List<AccuracyGroup> ofSteps = store.answer(question);
    var rollups = new PostgresAccuracyRollups(database, new SplittableRandom(1));
    while (rollups.roll(end.plus(Duration.ofDays(9)), 1_000) > 0) {
      // Until nothing is left.
    }
    List<AccuracyGroup> ofRollups = store.answer(question);
    assertThat(ofRollups).hasSameSizeAs(ofSteps);
    for (int i = 0; i < ofSteps.size(); i++) {
      close(ofRollups.get(i).figures().mae(), ofSteps.get(i).figures().mae().orElseThrow());
    }
    return ofRollups;
  }

  private static void close(OptionalDouble found, double expected) {
    assertThat(found).isPresent();
    assertThat(found.getAsDouble())
        .isCloseTo(expected, within(1e-9 * Math.max(1, Math.abs(expected))));
  }

  /** MASE, CV(RMSE), coverage and interval score of 60 days of load, forecast a day ahead. */
  @Test
  void energy() throws Exception {
    Path scorer = scorer("energy_score.py");
    Path file = data("energy/pjm_load.csv.gz");
    List<String[]> rows = rows(file);
    String id = rows.getFirst()[0];
    double[] x =
        rows.stream()
            .filter(row -> row[0].equals(id))
            .mapToDouble(row -> Double.parseDouble(row[2]))
            .toArray();
    int n = x.length;
    double scale = ForecastErrors.maseScale(Arrays.copyOf(x, n - 1440), 24);
    var random = new SplittableRandom(11);
    var predictions = new ArrayList<Prediction>();
    var lines = new ArrayList<>(List.of("series,origin,step,mean,lo90,hi90"));
    for (int o = 0; o + 24 <= n; o += 24) {
      if (o < n - 1440) {
        continue;
      }
      var means = new double[24];
      var bounds = new double[2][24];
      for (int h = 0; h < 24; h++) {
        means[h] = x[o + h - 24] * (0.98 + 0.04 * random.nextDouble());
        bounds[0][h] = means[h] - 300 * random.nextDouble();
        bounds[1][h] = means[h] + 300 * random.nextDouble();
        lines.add(
            "%s,%d,%d,%s,%s,%s".formatted(id, o, h + 1, means[h], bounds[0][h], bounds[1][h]));
      }
      predictions.add(
          prediction(
              id,
              o,
              new PredictedSteps(means, new double[] {0.05, 0.95}, bounds, new double[0]),
              scale));
    }
    Path forecast = Files.write(folder.resolve("forecast.csv"), lines);
    String program =
        LOAD
            + """
            data = scorer["load"]([sys.argv[2]], "unique_id", "y")
            forecasts = {}
            for r in scorer["rows"](sys.argv[3]):
                forecasts[(int(r["origin"]), int(r["step"]))] = (float(r["mean"]), float(r["lo90"]), float(r["hi90"]))
            for figure in scorer["score"]({sys.argv[4]: data[sys.argv[4]]}, {sys.argv[4]: forecasts}):
                print(repr(figure))
            """;
    double[] expected =
        python("-c", program, scorer.toString(), file.toString(), forecast.toString(), id).stream()
            .mapToDouble(Double::parseDouble)
            .toArray();

    AccuracyFigures f = figures(predictions, Map.of(id, x), Set.of()).getFirst().figures();

    assertThat(f.pairs()).isEqualTo(predictions.size() * 24L);
    close(f.mase(), expected[0]);
    close(f.cvRmse(), expected[1]);
    close(OptionalDouble.of(f.intervals().getFirst().coverage()), expected[2]);
    close(OptionalDouble.of(f.intervals().getFirst().score() / scale), expected[3]);
  }

  /** sMAPE and MASE of the competition's own Naive2 forecasts, series by series. */
  @Test
  void m4() throws Exception {
    Path scorer = scorer("m4_score.py");
    int series = 20;
    List<String[]> training = rows(data("m4/hourly_train.csv.gz")).subList(0, series);
    List<String[]> tests = rows(data("m4/hourly_test.csv")).subList(0, series);
    List<String[]> forecasts = rows(data("m4/official_naive2_hourly.csv")).subList(0, series);
    var predictions = new ArrayList<Prediction>();
    var truth = new java.util.TreeMap<String, double[]>();
    for (int i = 0; i < series; i++) {
      String id = tests.get(i)[0];
      assertThat(List.of(training.get(i)[0], forecasts.get(i)[0])).containsOnly(id);
      double[] actual = numbers(tests.get(i), 1);
      truth.put(id, actual);
      double[] means = Arrays.copyOf(numbers(forecasts.get(i), 1), actual.length);
      predictions.add(
          prediction(
              id,
              0,
              new PredictedSteps(means, new double[0], new double[0][], new double[0]),
              ForecastErrors.maseScale(numbers(training.get(i), 1), 24)));
    }
    String program =
        LOAD
            + """
            train, test, forecast = (scorer["load"](p) for p in sys.argv[2:5])
            for i in sys.argv[5].split(","):
                f = forecast[i][:len(test[i])]
                print(repr(scorer["smape"](test[i], f)))
                print(repr(scorer["mase"](train[i], test[i], f, 24)))
            """;
    double[] expected =
        python(
                "-c",
                program,
                scorer.toString(),
                data("m4/hourly_train.csv.gz").toString(),
                data("m4/hourly_test.csv").toString(),
                data("m4/official_naive2_hourly.csv").toString(),
                String.join(",", truth.keySet()))
            .stream()
            .mapToDouble(Double::parseDouble)
            .toArray();

    List<AccuracyGroup> groups = figures(predictions, truth, Set.of(AccuracyDimension.SERIES));

    assertThat(groups).hasSize(series);
    var ids = new ArrayList<>(truth.keySet());
    for (AccuracyGroup group : groups) {
      int i = ids.indexOf(group.series().orElseThrow());
      close(group.figures().smape(), expected[2 * i]);
      close(group.figures().mase(), expected[2 * i + 1]);
    }
  }

  /** MSE and MAE of the transformer's oil temperature in standardised units. */
  @Test
  void ett() throws Exception {
    Path scorer = scorer("ett_score.py");
    Path file = data("ett/ETTh1.csv.gz");
    int horizon = 24;
    int stride = 97;
    double[] x = rows(file).stream().mapToDouble(row -> Double.parseDouble(row[7])).toArray();
    int training = 8640;
    double mean = Arrays.stream(x, 0, training).sum() / training;
    double deviation =
        Math.sqrt(Arrays.stream(x, 0, training).map(v -> (v - mean) * (v - mean)).sum() / training);
    double[] z = Arrays.stream(x, 0, 14_400).map(v -> (v - mean) / deviation).toArray();
    var random = new SplittableRandom(12);
    var predictions = new ArrayList<Prediction>();
    var lines = new ArrayList<>(List.of("origin,step,OT"));
    for (int o = 11_520; o <= 14_400 - horizon; o += stride) {
      var means = new double[horizon];
      for (int h = 0; h < horizon; h++) {
        means[h] = z[o + h - 24] + 0.2 * (random.nextDouble() - 0.5);
        lines.add("%d,%d,%s".formatted(o, h + 1, means[h]));
      }
      predictions.add(
          prediction(
              "etth1/OT",
              o,
              new PredictedSteps(means, new double[0], new double[0][], new double[0]),
              Double.NaN));
    }
    Path forecast = Files.write(folder.resolve("forecast.csv"), lines);
    Path json = folder.resolve("scores.json");
    python(
        scorer.toString(),
        "--data",
        file.toString(),
        "--horizon",
        Integer.toString(horizon),
        "--stride",
        Integer.toString(stride),
        "--standardised",
        "--pred",
        forecast.toString(),
        "--json",
        json.toString());
    double[] expected =
        python(
                "-c",
                "import json, sys\nfor v in json.load(open(sys.argv[1]))['pred']: print(repr(v))",
                json.toString())
            .stream()
            .mapToDouble(Double::parseDouble)
            .toArray();

    AccuracyFigures f = figures(predictions, Map.of("etth1/OT", z), Set.of()).getFirst().figures();

    close(OptionalDouble.of(Math.pow(f.rmse().orElseThrow(), 2)), expected[0]);
    close(f.mae(), expected[1]);
  }
}
