package dev.tidewatch.benchmarks.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.standalone.figures.Figures;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class NabAccuracyTest {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  @TempDir private Path folder;

  private static int run(String... arguments) {
    return new CommandLine(new AccuracyCommand()).execute(arguments);
  }

  /** Five-minute readings with a fault at row 1,500, cut after so many rows. */
  private static void write(Path file, int rows) throws IOException {
    var random = new SplittableRandom(4);
    try (BufferedWriter out = TextFiles.writer(file)) {
      out.write("timestamp,value\n");
      for (int row = 0; row < rows; row++) {
        double value = 20 + 5 * Math.sin(2 * Math.PI * row / 288) + random.nextGaussian();
        LocalDateTime time = LocalDateTime.of(2026, 1, 5, 0, 0).plusMinutes(5L * row);
        out.write(TIME.format(time) + ',' + (row == 1_500 ? value + 30 : value) + '\n');
      }
    }
  }

  private static List<Double> scores(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    assertThat(lines.getFirst()).isEqualTo("timestamp,anomaly_score");
    return lines.stream().skip(1).map(line -> Double.valueOf(line.split(",", -1)[1])).toList();
  }

  @Test
  void writesAScoreForEveryRowThatNoLaterRowChanges() throws IOException {
    Path data = folder.resolve("data");
    write(data.resolve("plant/whole.csv"), 2_000);
    write(data.resolve("plant/cut.csv.gz"), 1_234);
    Path out = folder.resolve("out");
    assertThat(run("nab", "--data", data.toString(), "--out", out.toString())).isZero();
    List<Double> whole = scores(out.resolve("plant/whole.csv"));
    assertThat(whole).hasSize(2_000).allMatch(score -> score >= 0 && score <= 1);
    assertThat(scores(out.resolve("plant/cut.csv"))).isEqualTo(whole.subList(0, 1_234));
    assertThat(whole.subList(500, 2_000).stream().mapToDouble(score -> score).max())
        .hasValue(whole.get(1_500));
    assertThat(Files.readAllLines(out.resolve("plant/whole.csv")).get(1))
        .startsWith("2026-01-05 00:00:00,");
  }

  @Test
  void everyDetectorRuns() throws IOException {
    Path data = folder.resolve("data");
    write(data.resolve("plant/short.csv"), 700);
    for (String detector : List.of("online", "zscore", "moving-average")) {
      Path out = folder.resolve(detector);
      assertThat(
              run(
                  "nab",
                  "--data",
                  data.toString(),
                  "--out",
                  out.toString(),
                  "--detector",
                  detector))
          .isZero();
      assertThat(scores(out.resolve("plant/short.csv")))
          .hasSize(700)
          .allMatch(score -> score >= 0 && score <= 1);
    }
  }

  @Test
  void unknownDetectorsAndEmptyFoldersAreRefused() throws IOException {
    String data = Files.createDirectories(folder.resolve("empty")).toString();
    String out = folder.resolve("out").toString();
    assertThat(run("nab", "--data", data, "--out", out)).isEqualTo(2);
    assertThat(run("nab", "--data", data, "--out", out, "--detector", "crystal-ball")).isEqualTo(2);
  }

  /** The bars that the default detector is held to on the public series. */
  @Test
  void theDefaultDetectorKeepsItsScore() throws IOException {
    Path nab = publicData("NabAccuracyTest.theDefaultDetectorKeepsItsScore").resolve("nab");
    Path results = folder.resolve("results.jsonl");
    assertThat(
            run(
                "nab",
                "--data",
                nab.resolve("data").toString(),
                "--out",
                folder.resolve("out").toString(),
                "--labels",
                nab.resolve("labels/combined_windows.json").toString(),
                "--results",
                results.toString()))
        .isZero();
    Figures figures = Figures.fromJsonLine(Files.readAllLines(results).getFirst());
    assertThat(figures.get("score").orElseThrow()).isGreaterThanOrEqualTo(68);
    assertThat(figures.get("score_cross_file").orElseThrow()).isGreaterThanOrEqualTo(63);
    assertThat(figures.get("state_bytes_per_series").orElseThrow()).isLessThanOrEqualTo(16_384);
    assertThat(figures.get("readings_per_second_core").orElseThrow()).isGreaterThan(5_000);
  }

  private static Path publicData(String test) throws IOException {
    String data = System.getenv("TIDEWATCH_DATA");
    if (data != null && !data.isBlank()) {
      return Path.of(data);
    }
    String reason = "NOT RUN, TIDEWATCH_DATA is not set";
    Path list = Path.of("target", "not-run.txt");
    var lines = new ArrayList<String>();
    if (Files.exists(list)) {
      lines.addAll(Files.readAllLines(list));
    }
    if (!lines.contains(test + ": " + reason)) {
      Files.write(
          list,
          List.of(test + ": " + reason),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
    Assumptions.abort(reason);
    throw new AssertionError("abort does not return");
  }
}
