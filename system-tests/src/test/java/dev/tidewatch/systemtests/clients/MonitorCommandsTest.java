package dev.tidewatch.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.proto.monitor.v1.Anomaly;
import dev.tidewatch.proto.monitor.v1.AnomalyServiceGrpc;
import dev.tidewatch.proto.monitor.v1.LedgerServiceGrpc;
import dev.tidewatch.proto.monitor.v1.Prediction;
import dev.tidewatch.proto.monitor.v1.RecordPredictionsRequest;
import dev.tidewatch.proto.monitor.v1.ReportAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.Severity;
import dev.tidewatch.proto.type.v1.Aggregation;
import dev.tidewatch.proto.type.v1.Fill;
import dev.tidewatch.proto.type.v1.Grid;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.standalone.FreePort;
import dev.tidewatch.systemtests.fixture.Eventually;
import dev.tidewatch.systemtests.fixture.SharedStandalone;
import dev.tidewatch.systemtests.fixture.StandaloneExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the monitor knows, and what people tell it, by the command line. */
@ExtendWith(StandaloneExtension.class)
class MonitorCommandsTest {
  private static final long START_SECONDS = 1_735_689_600; // 2025-01-01, a Wednesday

  @SuppressWarnings("NullAway.Init") // set by JUnit
  @TempDir
  private Path folder;

  @SuppressWarnings("NullAway.Init") // set before each test
  private SharedStandalone standalone;

  @SuppressWarnings("NullAway.Init") // set before each test
  private CommandShell shell;

  @BeforeEach
  void prepare(SharedStandalone shared) {
    standalone = shared;
    shell = new CommandShell(shared);
  }

  /** Hours from the start, in one commit or a few. */
  private void ingest(String series, int fromHour, int untilHour, IntToDoubleFunction value)
      throws IOException {
    var text = new StringBuilder("time,value\n");
    for (int hour = fromHour; hour < untilHour; hour++) {
      text.append("%d,%.4f\n".formatted(START_SECONDS + 3_600L * hour, value.applyAsDouble(hour)));
    }
    Path file =
        Files.writeString(folder.resolve(series.replace('/', '-') + fromHour + ".csv"), text);
    shell.json("ingest", "csv", file.toString(), "--series", series);
  }

  /** A day's swing and noise around 100. */
  private static double load(int hour) {
    return 100 + 20 * Math.sin(hour * Math.PI / 12) + new SplittableRandom(hour).nextGaussian();
  }

  @Test
  void anomaliesAreGivenToSomebodyCommentedAndDismissed() throws Exception {
    String series = "care/co2";
    ingest(series, 0, 24 * 14, MonitorCommandsTest::load);
    shell.json("train", series, "--task", "detect", "--family", "zscore", "--model", "care");
    Eventually.get(
        "the detector is assigned and loaded",
        () -> shell.run("detect", series).code(),
        code -> code == 0);
    ingest(series, 24 * 14, 24 * 24, hour -> hour % 72 == 0 ? 900 : load(hour));
    JsonNode found =
        Eventually.get(
            "three anomalies",
            () -> shell.json("anomalies", "list", "--series", "care/*"),
            list -> list.size() == 3);
    String given = found.get(0).get("id").asText();
    String seen = found.get(1).get("id").asText();
    String wrong = found.get(2).get("id").asText();

    shell.json("anomalies", "assign", given.substring(0, 10), "--to", "bob", "--as", "ann");
    shell.json("anomalies", "comment", given, "a door stood open", "--as", "ann");
    assertThat(shell.json("anomalies", "ack", seen, "--as", "ann").get(0).get("status").asText())
        .isEqualTo("ACKNOWLEDGED");
    assertThat(shell.json("anomalies", "list", "--assignee", "bob", "--open")).hasSize(1);
    assertThat(shell.shown("anomalies", "get", given))
        .contains("reported", "assigned", "to bob", "commented", "a door stood open");
    JsonNode dismissed =
        shell.json("anomalies", "false-alarm", wrong, "--comment", "a test", "--as", "ann").get(0);
    assertThat(dismissed.get("anomaly").get("status").asText()).isEqualTo("FALSE_ALARM");
    assertThat(dismissed.get("tuning_revision").asLong()).isPositive();
    String[] stats = {"anomalies", "stats", "--series", "care/*", "--from", "2025-01-01"};
    JsonNode counted = shell.json(stats).get(0);
    assertThat(counted.get("anomalies").asInt()).isEqualTo(3);
    assertThat(counted.get("false_alarms").asInt()).isEqualTo(1);
    assertThat(shell.shown("anomalies", "stats", "--from", "2025-01-01", "--by", "detector,status"))
        .contains("care 1.0.0", "acknowledged", "false_alarm");
    assertThat(
            shell.shown("anomalies", "watch", "--series", "care/*", "--from-start", "--count", "7"))
        .contains("reported", "assigned", "commented", "acknowledged", "marked_false_alarm");

    assertThat(shell.json("monitor", "tunings", "get", "care", series).get("threshold_factor"))
        .hasToString("1.25");
    assertThat(shell.shown("monitor", "tunings", "list", "care")).contains(series, "1.25");
    shell.json("monitor", "tunings", "set", "care", series, "--factor", "2", "--reason", "noisy");
    assertThat(shell.shown("monitor", "tunings", "get", "care@1.0.0", series)).contains("noisy");
    shell.json("monitor", "tunings", "reset", "care", series);
    assertThat(shell.json("monitor", "tunings", "list", "care")).isEmpty();

    String window =
        shell
            .json(
                "anomalies",
                "suppress",
                "add",
                "care/*",
                "--from",
                "2025-01-01",
                "--to",
                "2025-03-01",
                "--reason",
                "new filters",
                "--as",
                "ann")
            .get("id")
            .asText();
    assertThat(shell.shown("anomalies", "suppress", "list")).contains("new filters", window);
    assertThat(shell.json("anomalies", "list", "--series", "care/*")).isEmpty();
    assertThat(shell.json("anomalies", "list", "--series", "care/*", "--suppressed")).hasSize(3);
    assertThat(shell.shown("anomalies", "get", given)).contains("In maintenance window " + window);
    shell.json("anomalies", "suppress", "remove", window, "--as", "ann");
    assertThat(shell.shown("anomalies", "suppress", "list")).doesNotContain(window);
  }

  @Test
  void alertsAreSilencedAcknowledgedResolvedAndTheirDeliveriesGivenUp() throws Exception {
    shell.json(
        "alerts",
        "rules",
        "set",
        "loud",
        "--on",
        "anomaly",
        "--anomaly-severity",
        "high",
        "--severity",
        "high",
        "--series",
        "loud/*",
        "--advice",
        "open a window");
    assertThat(shell.shown("alerts", "rules", "get", "loud")).contains("open a window");
    assertThat(shell.shown("alerts", "rules", "list")).contains("loud");
    report("loud/a/co2");
    JsonNode alert =
        Eventually.get(
                "the alert fires",
                () -> shell.json("alerts", "list", "--rule", "loud", "--state", "firing"),
                list -> list.size() == 1)
            .get(0);
    String id = alert.get("id").asText();
    assertThat(alert.get("labels").get("series").asText()).isEqualTo("loud/a/co2");
    assertThat(shell.shown("alerts", "get", id.substring(0, 10)))
        .contains("open a window", "firing");

    String silence =
        shell
            .json(
                "alerts",
                "silence",
                "create",
                "series=loud/*",
                "--for",
                "2h",
                "--reason",
                "painters",
                "--as",
                "ann")
            .get("id")
            .asText();
    assertThat(shell.shown("alerts", "silence", "list")).contains("painters", silence);
    assertThat(shell.shown("alerts", "list", "--rule", "loud")).contains("firing, silenced");
    shell.json("alerts", "silence", "expire", silence, "--as", "ann");
    assertThat(shell.json("alerts", "silence", "list")).isEmpty();
    assertThat(shell.json("alerts", "silence", "list", "--all")).hasSize(1);

    shell.json(
        "alerts",
        "targets",
        "create",
        "gone",
        "http://127.0.0.1:" + FreePort.take() + "/hook",
        "--attempts",
        "1",
        "--match",
        "rule=loud");
    CommandShell.Ran tested = shell.run("alerts", "targets", "test", "gone");
    assertThat(tested.code()).isEqualTo(1);
    assertThat(tested.out()).startsWith("No answer: ");
    JsonNode acknowledged =
        shell.json("alerts", "ack", id, "--comment", "looking at it", "--as", "ann").get(0);
    assertThat(acknowledged.get("state").asText()).isEqualTo("ACKNOWLEDGED");
    JsonNode resolved =
        shell.json("alerts", "resolve", id, "--comment", "aired", "--as", "ann").get(0);
    assertThat(resolved.get("state").asText()).isEqualTo("RESOLVED");
    assertThat(shell.shown("alerts", "get", id)).contains("looking at it", "aired");
    Eventually.get(
        "what nobody took is a dead letter",
        () -> shell.json("alerts", "dead-letters", "list", "--target", "gone"),
        letters -> letters.size() == 2);
    shell.json("alerts", "targets", "set", "gone", "--disable");
    assertThat(
            shell
                .json("alerts", "dead-letters", "retry", "--all", "--target", "gone")
                .get("queued")
                .asInt())
        .isEqualTo(2);
    assertThat(shell.json("alerts", "dead-letters", "list", "--target", "gone")).isEmpty();
    assertThat(shell.shown("alerts", "targets", "list")).contains("gone", "rule=loud", "disabled");
    shell.json("alerts", "targets", "delete", "gone");
    assertThat(shell.shown("alerts", "targets", "list")).doesNotContain("gone");

    CompletableFuture<String> watched =
        CompletableFuture.supplyAsync(
            () -> shell.shown("alerts", "watch", "--series", "loud/b/*", "--count", "1"));
    int[] series = {0};
    Eventually.get(
        "a watcher is told of an alert",
        () -> {
          report("loud/b/co2-" + series[0]++);
          return watched.isDone();
        },
        done -> done);
    assertThat(watched.get()).contains("firing", "high", "loud");
    shell.json("alerts", "rules", "delete", "loud");
    assertThat(shell.json("alerts", "list", "--rule", "loud")).isEmpty();
  }

  /** An anomaly of now: alerts hold for as long as theirs are new. */
  private void report(String series) {
    var found =
        Anomaly.newBuilder()
            .setSeries(series)
            .setTime(
                ProtoTimes.timestamp(
                    InstantSource.system().instant().truncatedTo(ChronoUnit.SECONDS)))
            .setValue(1_900)
            .setExpected(420)
            .setScore(6.5)
            .setSeverity(Severity.SEVERITY_HIGH)
            .setDetector("by-hand")
            .setDetectorVersion("1.0.0");
    var answer =
        AnomalyServiceGrpc.newBlockingStub(standalone.client().monitor().channel())
            .reportAnomalies(ReportAnomaliesRequest.newBuilder().addAnomalies(found).build());
    assertThat(answer.getRejectedList()).isEmpty();
  }

  @Test
  void forecastsAreMeasuredAndAModelIsTrainedAgainApprovedAndTakenBack() throws Exception {
    String series = "again/load";
    ingest(series, 0, 24 * 42, MonitorCommandsTest::load);
    shell.json("train", series, "--model", "again", "--family", "naive", "--horizon", "24h");
    shell.json("forecast", series, "--horizon", "24h");
    ingest(series, 24 * 42, 24 * 44, MonitorCommandsTest::load);
    String[] accuracy = {
      "monitor", "accuracy", "--series", series, "--from", "2025-02-01", "--to", "2025-03-01"
    };
    JsonNode measured =
        Eventually.get(
            "a day of truths",
            () -> shell.json(accuracy),
            groups ->
                groups.size() == 1 && groups.get(0).get("figures").get("pairs").asInt() >= 24);
    assertThat(measured.get(0).get("figures").get("mae").asDouble()).isBetween(1.0, 60.0);
    assertThat(shell.shown(accuracy)).contains("again 1.0.0", "% of 90%");
    CommandShell.Ran pairs =
        shell.run("monitor", "pairs", series, "--model", "again@1.0.0", "--json");
    assertThat(pairs.out().lines())
        .hasSizeGreaterThanOrEqualTo(24)
        .allMatch(line -> line.contains("\"mean\":") && line.contains("\"actual\":"));
    assertThat(shell.shown("monitor", "pairs", series, "--step", "24"))
        .contains("PREDICTED", "ACTUAL", "again 1.0.0");
    String[] trend = {
      "monitor", "trend", "--model", "again", "--from", "2025-02-01", "--to", "2025-03-01"
    };
    assertThat(shell.json(trend).get("buckets")).isNotEmpty();
    assertThat(shell.shown(trend)).contains("MAE ", "2025-02-12");
    assertThat(shell.json("monitor", "ledger").get("predictions").asInt()).isPositive();
    assertThat(shell.run("monitor", "drift", "again").code()).isZero();
    assertThat(shell.run("monitor", "health", "--kind", "model").code()).isZero();

    shell.json("retrain", "policy", "set", "again", "--mape", "15", "--approval");
    assertThat(shell.shown("retrain", "policy", "list")).contains("again", "MAPE > 15 %");
    JsonNode task =
        shell.json(
            "retrain",
            "now",
            "again",
            "--reason",
            "new meter",
            "--set",
            "family=seasonal-naive",
            "--set",
            "window=all",
            "--wait");
    assertThat(task.get("state").asText()).isEqualTo("SUCCEEDED");
    assertThat(task.get("result_version").asText()).isEqualTo("1.1.0");
    assertThat(shell.shown("retrain", "get", task.get("id").asText())).contains("new meter");
    assertThat(shell.json("retrain", "list", "again", "--state", "succeeded")).hasSize(1);
    JsonNode trial =
        Eventually.get(
                "the trial waits for a person",
                () -> shell.json("retrain", "trials", "again", "--state", "waiting"),
                trials -> trials.size() == 1)
            .get(0);
    assertThat(shell.shown("retrain", "trials", "again")).contains("waiting", "1.1.0");
    JsonNode approved =
        shell.json(
            "retrain", "approve", trial.get("id").asText(), "--reason", "looked", "--as", "ann");
    assertThat(approved.get("state").asText()).isEqualTo("PROMOTED");
    assertThat(champion()).isEqualTo("1.1.0");
    JsonNode decided = shell.json("retrain", "decisions", "again", "--kind", "promoted").get(0);
    assertThat(decided.get("actor").asText()).isEqualTo("ann");
    shell.json("retrain", "revert", decided.get("id").asText(), "--reason", "wrong", "--as", "bob");
    assertThat(champion()).isEqualTo("1.0.0");
    assertThat(shell.shown("retrain", "decisions", "again")).contains("(taken back)", "reverted");
    assertThat(shell.shown("monitor", "why", "again"))
        .contains("new meter", "1.1.0", "looked", "wrong");
    shell.json("retrain", "policy", "delete", "again");
    assertThat(shell.run("retrain", "policy", "get", "again").code()).isEqualTo(4);
  }

  @Test
  void versionsAreComparedByWhatBothPredicted() throws Exception {
    String series = "compared/load";
    ingest(series, 0, 240, hour -> 10 + hour % 5);
    var recorded = RecordPredictionsRequest.newBuilder();
    for (int origin = 0; origin < 240; origin += 24) {
      recorded.addPredictions(prediction(series, "1.0.0", origin, 2));
      recorded.addPredictions(prediction(series, "1.1.0", origin, 1));
    }
    LedgerServiceGrpc.newBlockingStub(standalone.client().monitor().channel())
        .recordPredictions(recorded.build());
    String[] words = {"monitor", "compare", "compared", "1.0.0", "1.1.0", "--series", series};
    JsonNode compared =
        Eventually.get(
            "all truths are taken",
            () -> shell.json(words),
            answer -> answer.get("pairs").asInt() == 240);
    assertThat(compared.get("baseline").get("mae").asDouble()).isBetween(1.5, 2.5);
    assertThat(compared.get("candidate").get("mae").asDouble()).isBetween(0.5, 1.5);
    assertThat(compared.get("p_value").asDouble()).isLessThan(0.001);
    assertThat(shell.shown(words))
        .contains("MAE", "1.0.0", "1.1.0", "240 steps; errors of 1.1.0 are smaller (p ");
    assertThat(shell.run("monitor", "compare", "compared", "1.0.0", "9.9.9").code()).isEqualTo(7);
  }

  /** Of a day, off by about as much. */
  private static Prediction prediction(String series, String version, int origin, double error) {
    var prediction =
        Prediction.newBuilder()
            .setSeries(series)
            .setModel("compared")
            .setVersion(version)
            .setOrigin(ProtoTimes.timestamp(Instant.ofEpochSecond(START_SECONDS + 3_600L * origin)))
            .setGrid(
                Grid.newBuilder()
                    .setStep(ProtoTimes.duration(Duration.ofHours(1)))
                    .setAggregation(Aggregation.AGGREGATION_MEAN)
                    .setFill(Fill.FILL_NONE));
    for (int hour = origin; hour < origin + 24; hour++) {
      double noise = new SplittableRandom(hour).nextDouble(-0.2, 0.2);
      prediction.addMeans(10 + hour % 5 + error + noise);
    }
    return prediction.build();
  }

  private String champion() throws IOException {
    return shell.json("models", "show", "again").get("version").asText();
  }

  @Test
  void energyIsCountedComparedAndWrittenToFiles() throws Exception {
    for (String device : List.of("one", "two")) {
      shell.json(
          "series", "create", "energy/" + device + "/power", "--unit", "kW", "--interval", "1h");
    }
    ingest("energy/one/power", 0, 24 * 28 + 1, hour -> hour % 24 == 12 ? 5 : 2);
    ingest("energy/two/power", 0, 24 * 28 + 1, hour -> hour % 24 == 13 ? 10 : 4);
    String[] month = {"--from", "2025-01-01", "--to", "2025-01-29"};
    JsonNode consumption = shell.json(words(month, "analytics", "consumption", "energy/one/power"));
    assertThat(consumption.get("buckets")).hasSize(28);
    assertThat(consumption.get("total_kwh").asDouble()).isEqualTo(28 * (23 * 2 + 5));
    Path csv = folder.resolve("days.csv");
    shell.json(words(month, "analytics", "consumption", "energy/one/power", "-o", csv.toString()));
    assertThat(Files.readAllLines(csv))
        .hasSize(29)
        .startsWith("start,kwh,completeness", "2025-01-01T00:00:00Z,51.0,1.0");
    Path lines = folder.resolve("peak.jsonl");
    shell.json(words(month, "analytics", "demand", "energy/one/power", "-o", lines.toString()));
    assertThat(Files.readString(lines)).startsWith("{\"peak_kw\":4.625,");
    assertThat(shell.shown(words(month, "analytics", "demand", "energy/one/power")))
        .contains("Peak         4.625 kW at 2025-01-01T11:45:00Z", "Load factor  0.459");
    assertThat(
            shell.shown(words(month, "analytics", "run-time", "energy/one/power", "--above", "3")))
        .contains("Ran      28 h", "Starts   28", "Longest  1 h");
    JsonNode together =
        shell
            .json(
                words(
                    month,
                    "analytics",
                    "correlation",
                    "energy/one/power",
                    "energy/two/power",
                    "--step",
                    "1h",
                    "--lag-max",
                    "3h"))
            .get(0);
    assertThat(together.get("coefficient").asDouble()).isGreaterThan(0.99);
    assertThat(together.get("lag").asInt()).isEqualTo(3_600);
    JsonNode ranks = shell.json(words(month, "analytics", "devices", "energy/one", "energy/two"));
    assertThat(ranks.findValuesAsText("device"))
        .containsExactlyInAnyOrder("energy/two", "energy/one");
    assertThat(
            shell.shown(
                "analytics",
                "efficiency",
                "energy/one/power",
                "--from",
                "2025-01-22",
                "--to",
                "2025-01-29"))
        .contains("Score     50", "Measured  357 kWh");
  }

  private static String[] words(String[] last, String... first) {
    var all = new String[first.length + last.length];
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(last, 0, all, first.length, last.length);
    return all;
  }
}
