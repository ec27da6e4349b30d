package dev.tidewatch.benchmarks.accuracy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.models.all.AllFamilies;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.DetectorFamily;
import dev.tidewatch.models.detection.DetectorModel;
import dev.tidewatch.models.detection.DetectorTraining;
import dev.tidewatch.models.detection.online.OnlineFamily;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code ./tidewatch bench accuracy nab}: scores each file reading by reading with a detector that
 * knows nothing yet, as the Numenta Anomaly Benchmark asks for.
 */
@Command(
    name = "nab",
    mixinStandardHelpOptions = true,
    description = {
      "Reads DIR/category/file.csv (timestamp,value) and writes OUT/category/file.csv",
      "(timestamp,anomaly_score in 0 to 1, every row, in order). A detector starts anew with each",
      "file and sees each value once, in order, and nothing else. A family that has to be fitted is",
      "fitted on the first 15 %% of the rows, at most 750, which score 0."
    })
final class NabAccuracy implements Callable<Integer> {
  private static final SeriesName SERIES = new SeriesName("series");

  @Mixin private DetectorOptions run = new DetectorOptions();

  @Option(
      names = "--detector",
      defaultValue = OnlineFamily.ID,
      paramLabel = "NAME",
      description = "Detector family (default: ${DEFAULT-VALUE}).")
  private String detector = OnlineFamily.ID;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "combined_windows.json: also print the benchmark's score of what was written.")
  private @Nullable Path labels;

  @Mixin private AccuracyOutput output = new AccuracyOutput();

  private NabAccuracy() {}

  @Override
  public Integer call() throws IOException {
    var families = AllFamilies.create();
    DetectorFamily family =
        DetectorOptions.known(families.detectorFamily(detector), detector, families.detectionIds())
            .orElse(null);
    if (family == null) {
      return ExitCode.USAGE;
    }
    List<Path> files = run.files();
    if (files.isEmpty()) {
      return ExitCode.USAGE;
    }
    DetectorModel untrained = family.needsTraining() ? null : untrained(family, run.parameters());
    JsonNode windows = null;
    if (labels != null) {
      try (BufferedReader reader = TextFiles.reader(labels)) {
        windows = new ObjectMapper().readTree(reader);
      }
    }
    var costs = new SeriesCosts();
    var scorer = new NabScorer();
    int labelled = 0;
    for (Path file : files) {
      String key = run.key(file);
      Rows rows = read(file);
      double[] scores =
          untrained == null
              ? scoreAfterFirst(family, run.parameters(), rows, costs)
              : score(family, untrained, rows, costs);
      write(run.target(key), rows, scores);
      if (windows != null && windows.has(key)) {
        scorer.add(scores, windowsOf(windows.get(key), rows, key));
        labelled++;
      }
    }
    var figures = new Figures();
    if (labelled > 0) {
      printScores(scorer, figures);
    }
    costs.putInto(figures);
    output.finish("accuracy-nab", figures);
    return ExitCode.OK;
  }

  /** A model whose detectors know nothing: it was shown a single reading of another series. */
  static DetectorModel untrained(DetectorFamily family, Parameters parameters) {
    var nothing = new TreeMap<SeriesName, ReadingColumns>();
    nothing.put(new SeriesName("nothing"), ReadingColumns.of(new long[] {0}, new double[] {0}));
    return family.load(
        family.fit(
            new DetectorTraining(
                nothing,
                Grid.ofStep(Duration.ofMinutes(5)),
                parameters,
                DetectorOptions.PROVENANCE,
                TrainingProgress.SILENT)));
  }

  /**
   * For a family that has to be fitted: on the benchmark's probation, the first 15 % of the rows
   * and at most 750, for which the score is 0.
   */
  private static double[] scoreAfterFirst(
      DetectorFamily family, Parameters parameters, Rows rows, SeriesCosts costs) {
    costs.start();
    ReadingColumns readings = rows.readings;
    int first = Math.min(readings.size() * 15 / 100, 750);
    var fitted = new TreeMap<SeriesName, ReadingColumns>();
    fitted.put(SERIES, readings.slice(0, first));
    var scores = new double[readings.size()];
    DetectorModel model;
    try {
      model =
          family.load(
              family.fit(
                  new DetectorTraining(
                      fitted,
                      Grid.ofStep(Duration.ofMinutes(5)),
                      parameters,
                      DetectorOptions.PROVENANCE,
                      TrainingProgress.SILENT)));
    } catch (InsufficientHistoryException e) {
      // Says nothing about a series of whose beginning it cannot learn anything.
      costs.end(scores.length, 0);
      return scores;
    }
    Detector detector = model.start(SERIES);
    for (int row = first; row < scores.length; row++) {
      scores[row] =
          family
              .scoreScale()
              .toUnit(detector.score(readings.timeMicros(row), readings.value(row)).score());
    }
    costs.end(scores.length, detector.save().length);
    return scores;
  }

  private static double[] score(
      DetectorFamily family, DetectorModel model, Rows rows, SeriesCosts costs) {
    costs.start();
    Detector detector = model.start(SERIES);
    ReadingColumns readings = rows.readings;
    var scores = new double[readings.size()];
    for (int row = 0; row < scores.length; row++) {
      scores[row] =
          family
              .scoreScale()
              .toUnit(detector.score(readings.timeMicros(row), readings.value(row)).score());
    }
    costs.end(scores.length, detector.save().length);
    return scores;
  }

  /** Rows of one file; the text of a time is kept as it was. */
  private record Rows(List<String> texts, ReadingColumns readings) {}

  private static Rows read(Path file) throws IOException {
    var texts = new ArrayList<String>();
    var readings = ReadingColumns.builder(4096);
    try (BufferedReader reader = TextFiles.reader(file)) {
      List<String> head = List.of(String.valueOf(reader.readLine()).strip().split("\\s*,\\s*"));
      int timeColumn = head.indexOf("timestamp");
      int valueColumn = head.indexOf("value");
      if (timeColumn < 0 || valueColumn < 0) {
        throw new IOException(file + ": want a header with timestamp and value, not " + head);
      }
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.isBlank()) {
          continue;
        }
        String[] cells = line.split(",", -1);
        String time = cells[timeColumn].strip();
        texts.add(time);
        readings.add(micros(time), Double.parseDouble(cells[valueColumn].strip()));
      }
    }
    return new Rows(texts, readings.build());
  }

  /** Time as UTC, without a zone as in {@code 2014-02-14 14:30:00}. */
  static long micros(String time) {
    String plain = time.replace(' ', 'T');
    if (plain.endsWith("Z")) {
      plain = plain.substring(0, plain.length() - 1);
    }
    return Times.toMicros(LocalDateTime.parse(plain).toInstant(ZoneOffset.UTC));
  }

  private static void write(Path file, Rows rows, double[] scores) throws IOException {
    try (BufferedWriter writer = TextFiles.writer(file)) {
      writer.write("timestamp,anomaly_score\n");
      for (int row = 0; row < scores.length; row++) {
        writer.write(rows.texts.get(row) + ',' + scores[row] + '\n');
      }
    }
  }

  private static List<NabScorer.Window> windowsOf(JsonNode bounds, Rows rows, String key)
      throws IOException {
    var first = new HashMap<Long, Integer>();
    for (int row = 0; row < rows.readings.size(); row++) {
      first.putIfAbsent(rows.readings.timeMicros(row), row);
    }
    var windows = new ArrayList<NabScorer.Window>();
    for (JsonNode bound : bounds) {
      Integer start = first.get(micros(bound.get(0).asText()));
      Integer end = first.get(micros(bound.get(1).asText()));
      if (start == null || end == null) {
        throw new IOException(key + ": no row at a bound of window " + bound);
      }
      windows.add(new NabScorer.Window(start, end));
    }
    return windows;
  }

  private static void printScores(NabScorer scorer, Figures figures) {
    var table = new ArrayList<List<String>>();
    table.add(List.of("profile", "score", "cross-file", "threshold", "windows", "false rows"));
    for (NabScorer.Profile profile : NabScorer.Profile.values()) {
      NabScorer.Outcome best = scorer.best(profile);
      double crossFile = scorer.crossFile(profile);
      String name = profile.name().toLowerCase(Locale.ROOT);
      table.add(
          List.of(
              name,
              "%.2f".formatted(best.score()),
              "%.2f".formatted(crossFile),
              "%.6f".formatted(best.threshold()),
              "%d/%d".formatted(best.windowsHit(), best.windows()),
              Integer.toString(best.falseRows())));
      if (Double.isFinite(best.score()) && Double.isFinite(crossFile)) {
        boolean standard = profile == NabScorer.Profile.STANDARD;
        figures.put(standard ? "score" : "score_" + name, best.score());
        figures.put(standard ? "score_cross_file" : "score_cross_file_" + name, crossFile);
        if (standard) {
          figures.put("windows_hit", best.windowsHit()).put("windows", best.windows());
          figures.put("false_rows", best.falseRows());
          if (Double.isFinite(best.threshold())) {
            figures.put("threshold", best.threshold());
          }
        }
      }
    }
    AccuracyOutput.table(System.out, table);
  }
}
