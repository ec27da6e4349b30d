package dev.tidewatch.benchmarks.accuracy;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.all.AllFamilies;
import dev.tidewatch.models.bundle.Role;
import dev.tidewatch.models.detection.multivariate.LevelFamily;
import dev.tidewatch.models.detection.multivariate.MultivariateDetector;
import dev.tidewatch.models.detection.multivariate.MultivariateDetectorFamily;
import dev.tidewatch.models.detection.multivariate.MultivariateTraining;
import dev.tidewatch.models.training.TrainingProgress;
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
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code ./tidewatch bench accuracy skab}: fits a detector of several aligned series on the first
 * rows of each file and judges the others one by one, as the Skoltech Anomaly Benchmark asks for.
 */
@Command(
    name = "skab",
    mixinStandardHelpOptions = true,
    description = {
      "Reads DIR/group/file.csv (';' separated; the first column is the time, all others inputs but",
      "anomaly and changepoint) and writes OUT/group/file.csv (prediction,score) for every row. A",
      "detector is fitted on the first rows of a file, for which it predicts 0, then sees each row",
      "once, in order, and never a label. Where the files have a column anomaly, F1, false-alarm",
      "rate and missed-alarm rate over all rows after the first are printed."
    })
final class SkabAccuracy implements Callable<Integer> {
  private static final String ANOMALY = "anomaly";
  private static final Set<String> LABELS = Set.of(ANOMALY, "changepoint");
  private static final Grid GRID = Grid.ofStep(Duration.ofSeconds(1));

  @Mixin private DetectorOptions run = new DetectorOptions();

  @Option(
      names = "--detector",
      defaultValue = LevelFamily.ID,
      paramLabel = "NAME",
      description = "Multivariate detector family (default: ${DEFAULT-VALUE}).")
  private String detector = LevelFamily.ID;

  @Option(
      names = "--fit-rows",
      defaultValue = "400",
      paramLabel = "N",
      description = "Rows of a file that are ordinary and fitted on (default: ${DEFAULT-VALUE}).")
  private int fitRows = 400;

  @Mixin private AccuracyOutput output = new AccuracyOutput();

  private SkabAccuracy() {}

  @Override
  public Integer call() throws IOException {
    ModelFamilies families = AllFamilies.create();
    MultivariateDetectorFamily family =
        DetectorOptions.known(
                families.multivariateFamily(detector), detector, families.multivariateIds())
            .orElse(null);
    if (family == null) {
      return ExitCode.USAGE;
    }
    List<Path> files = run.files();
    if (files.isEmpty()) {
      return ExitCode.USAGE;
    }
    var costs = new SeriesCosts();
    var total = new Counts();
    var table = new ArrayList<List<String>>();
    table.add(List.of("file", "rows", "anomalous", "F1", "FAR %", "MAR %"));
    for (Path file : files) {
      String key = run.key(file);
      Rows rows = read(file);
      if (rows.values.size() <= fitRows) {
        System.err.printf("%s has only %d rows%n", key, rows.values.size());
        return ExitCode.USAGE;
      }
      double[] scores = new double[rows.values.size()];
      boolean[] predictions = new boolean[scores.length];
      judge(family, rows, scores, predictions, costs);
      write(run.target(key), scores, predictions);
      if (rows.labels != null) {
        var counts = new Counts();
        for (int row = fitRows; row < scores.length; row++) {
          counts.add(rows.labels.get(row), predictions[row]);
        }
        total.add(counts);
        table.add(counts.row(key));
      }
    }
    var figures = new Figures();
    if (table.size() > 1) {
      table.add(total.row("all"));
      AccuracyOutput.table(System.out, table);
      figures.put("score", total.f1());
      figures.put("false_alarm_rate_percent", total.falseAlarmPercent());
      figures.put("missed_alarm_rate_percent", total.missedPercent());
    }
    costs.putInto(figures);
    output.finish("accuracy-skab", figures);
    return ExitCode.OK;
  }

  private void judge(
      MultivariateDetectorFamily family,
      Rows rows,
      double[] scores,
      boolean[] predictions,
      SeriesCosts costs) {
    costs.start();
    var inputs = new ArrayList<MultivariateTraining.Input>();
    for (int i = 0; i < rows.inputs; i++) {
      var fitted = new double[fitRows];
      for (int row = 0; row < fitRows; row++) {
        fitted[row] = rows.values.get(row)[i];
      }
      inputs.add(
          new MultivariateTraining.Input(
              new Role("input_" + i, Role.Kind.TARGET),
              new SeriesName("input/" + i),
              GridWindow.of(GRID, 0, fitted)));
    }
    var training =
        new MultivariateTraining(
            inputs, run.parameters(), DetectorOptions.PROVENANCE, TrainingProgress.SILENT);
    MultivariateDetector live = family.load(family.fit(training)).start();
    for (int row = fitRows; row < scores.length; row++) {
      var verdict = live.score(row, rows.values.get(row));
      scores[row] = verdict.score();
      predictions[row] = verdict.high();
    }
    costs.end(scores.length, live.save().length);
  }

  /**
   * Rows of one file: the inputs' values, and whether each row is anomalous, where that is told.
   */
  private record Rows(int inputs, List<double[]> values, @Nullable List<Boolean> labels) {}

  private static Rows read(Path file) throws IOException {
    try (BufferedReader reader = TextFiles.reader(file)) {
      List<String> head = List.of(String.valueOf(reader.readLine()).strip().split(";", -1));
      int[] columns = new int[head.size()];
      int inputs = 0;
      for (int column = 1; column < head.size(); column++) {
        if (!LABELS.contains(head.get(column))) {
          columns[inputs++] = column;
        }
      }
      if (inputs == 0) {
        throw new IOException(file + ": no input among the columns " + head);
      }
      columns = Arrays.copyOf(columns, inputs);
      int labelColumn = head.indexOf(ANOMALY);
      var values = new ArrayList<double[]>();
      List<Boolean> labels = labelColumn < 0 ? null : new ArrayList<>();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.isBlank()) {
          continue;
        }
        String[] cells = line.split(";", -1);
        var row = new double[inputs];
        for (int i = 0; i < inputs; i++) {
          String cell = cells[columns[i]].strip();
          row[i] = cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
        }
        values.add(row);
        if (labels != null) {
          labels.add(Double.parseDouble(cells[labelColumn].strip()) > 0);
        }
      }
      return new Rows(inputs, values, labels);
    }
  }

  private static void write(Path file, double[] scores, boolean[] predictions) throws IOException {
    try (BufferedWriter writer = TextFiles.writer(file)) {
      writer.write("prediction,score\n");
      for (int row = 0; row < scores.length; row++) {
        writer.write((predictions[row] ? "1," : "0,") + scores[row] + '\n');
      }
    }
  }

  /** Rows by what they were and what was said of them. */
  private static final class Counts {
    private long hits;
    private long falseAlarms;
    private long misses;
    private long quiet;

    void add(boolean anomalous, boolean predicted) {
      hits += anomalous && predicted ? 1 : 0;
      falseAlarms += !anomalous && predicted ? 1 : 0;
      misses += anomalous && !predicted ? 1 : 0;
      quiet += !anomalous && !predicted ? 1 : 0;
    }

    void add(Counts other) {
      hits += other.hits;
      falseAlarms += other.falseAlarms;
      misses += other.misses;
      quiet += other.quiet;
    }

    double f1() {
      long errors = falseAlarms + misses;
      return hits + errors == 0 ? 1 : hits / (hits + errors / 2.0);
    }

    double falseAlarmPercent() {
      return falseAlarms == 0 ? 0 : 100.0 * falseAlarms / (falseAlarms + quiet);
    }

    double missedPercent() {
      return misses == 0 ? 0 : 100.0 * misses / (misses + hits);
    }

    List<String> row(String name) {
      return List.of(
          name,
          Long.toString(hits + falseAlarms + misses + quiet),
          Long.toString(hits + misses),
          "%.3f".formatted(f1()),
          "%.1f".formatted(falseAlarmPercent()),
          "%.1f".formatted(missedPercent()));
    }
  }
}
