package dev.tidewatch.systemtests.realdata;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.cli.Main;
import dev.tidewatch.serverkit.testing.NotRun;
import dev.tidewatch.systemtests.fixture.Eventually;
import dev.tidewatch.systemtests.fixture.SharedStandalone;
import dev.tidewatch.systemtests.fixture.StandaloneExtension;
import dev.tidewatch.systemtests.fixture.TestFolders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The hourly load of PJM's zones and the series of the Numenta Anomaly Benchmark go in as a user
 * would send them; a day is forecast, anomalies are listed. The files are not part of this project:
 * {@code TIDEWATCH_DATA} names their folder, and without it this reports NOT RUN.
 */
@ExtendWith(StandaloneExtension.class)
class RealDataTest {
  private static final String NAME = "RealDataTest";
  private static final String TAXI = "realKnownCause/nyc_taxi";
  private static final int TAXI_TRAINING_ROWS = 5_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private Path data = Path.of("");

  @BeforeEach
  void findTheFiles() {
    String folder = System.getenv("TIDEWATCH_DATA");
    if (folder == null || !Files.isDirectory(Path.of(folder, "nab"))) {
      String missing = "TIDEWATCH_DATA names no folder with energy/ and nab/";
      NotRun.report(NAME, missing);
      Assumptions.abort(missing);
      return;
    }
    NotRun.clear(NAME);
    data = Path.of(folder);
  }

  @Test
  void aDayOfPjmsLoadIsForecastWithIntervals(SharedStandalone standalone) throws Exception {
    var file = data.resolve("energy").resolve("pjm_load.csv.gz");
    run(standalone, "ingest", "csv", file.toString(), "--series-prefix", "pjm");
    run(
        standalone,
        "train",
        "pjm/AP-AP",
        "--task",
        "forecast",
        "--horizon",
        "24h",
        "--folds",
        "1",
        "--test",
        "14d");
    JsonNode answer =
        Eventually.get(
            "a forecast",
            () ->
                JSON.readTree(
                    run(standalone, "forecast", "pjm/AP-AP", "--horizon", "24h", "--json")),
            json -> json.isArray() && json.size() == 1);
    JsonNode steps = answer.get(0).get("steps");
    assertThat(steps.size()).isEqualTo(24);
    for (JsonNode step : steps) {
      double mean = step.get("mean").asDouble();
      assertThat(mean).as("megawatts of the zone").isBetween(3_000.0, 10_000.0);
      JsonNode interval = step.get("intervals").get(0);
      assertThat(interval.get("lower").asDouble()).isLessThan(mean);
      assertThat(interval.get("upper").asDouble()).isGreaterThan(mean);
    }
  }

  @Test
  void anomaliesOfTheBenchmarksSeriesAreListed(SharedStandalone standalone) throws Exception {
    var folder = TestFolders.create("nab");
    try {
      var all = new ArrayList<>(List.of("ingest", "csv"));
      try (var files =
          Files.find(data.resolve("nab/data"), 2, (path, about) -> about.isRegularFile())) {
        files
            .map(Path::toString)
            .filter(path -> path.endsWith(".csv") && !path.contains(TAXI))
            .forEach(all::add);
      }
      assertThat(all.size()).isGreaterThan(20);
      run(standalone, all.toArray(String[]::new));

      // Taxi rides come in as they would: a history first, then what happens after the training.
      var lines = Files.readAllLines(data.resolve("nab/data").resolve(TAXI + ".csv"));
      var taxi = folder.resolve(TAXI + ".csv");
      Files.createDirectories(taxi.resolveSibling("."));
      Files.write(taxi, lines.subList(0, 1 + TAXI_TRAINING_ROWS));
      run(standalone, "ingest", "csv", taxi.toString());
      run(standalone, "train", TAXI, "--task", "detect");
      Eventually.get(
          "the detector",
          () -> standalone.client().inference().listServedModels("").toList(),
          served ->
              served.stream()
                  .anyMatch(model -> model.getAssignmentsList().toString().contains(TAXI)));
      Files.write(taxi, lines);
      run(standalone, "ingest", "csv", taxi.toString());
      assertThat(standalone.client().ingest().history(TAXI, null, null).readings().size())
          .isEqualTo(lines.size() - 1);

      JsonNode listed =
          Eventually.get(
              "anomalies of the taxi rides",
              () -> JSON.readTree(run(standalone, "anomalies", "list", "--series", TAXI, "--json")),
              json -> json.isArray() && !json.isEmpty());
      assertThat(listed.get(0).get("series").asText()).isEqualTo(TAXI);
    } finally {
      TestFolders.delete(folder);
    }
  }

  private static String run(SharedStandalone standalone, String... command) throws IOException {
    var arguments = new ArrayList<>(List.of(command));
    var addresses = standalone.addresses();
    arguments.addAll(
        List.of(
            "--ingest", addresses.ingest().toString(),
            "--registry", addresses.registry().toString(),
            "--inference", addresses.inference().toString(),
            "--monitor", addresses.monitor().toString()));
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int code =
        Main.run(
            arguments.toArray(String[]::new),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    assertThat(code)
        .as(
            "%s%n%s%n%s",
            List.of(command),
            out.toString(StandardCharsets.UTF_8),
            err.toString(StandardCharsets.UTF_8))
        .isZero();
    return out.toString(StandardCharsets.UTF_8);
  }
}
