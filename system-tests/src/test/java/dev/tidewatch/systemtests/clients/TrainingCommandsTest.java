package dev.tidewatch.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidewatch.cli.Main;
import dev.tidewatch.proto.registry.v1.ListRunsRequest;
import dev.tidewatch.proto.registry.v1.Run;
import dev.tidewatch.proto.registry.v1.RunServiceGrpc;
import dev.tidewatch.proto.registry.v1.RunStatus;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.systemtests.clients.CommandShell.Ran;
import dev.tidewatch.systemtests.fixture.Eventually;
import dev.tidewatch.systemtests.fixture.SharedStandalone;
import dev.tidewatch.systemtests.fixture.StandaloneExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** From readings to a model that was tried, tuned, compared and reported, against real servers. */
@ExtendWith(StandaloneExtension.class)
class TrainingCommandsTest {
  private static final long START_SECONDS = 1_735_689_600; // 2025-01-01

  @SuppressWarnings("NullAway.Init") // set by JUnit
  @TempDir
  private Path folder;

  private static Ran run(SharedStandalone standalone, String... words) {
    return new CommandShell(standalone).run(words);
  }

  private static JsonNode json(SharedStandalone standalone, int code, String... words)
      throws IOException {
    return new CommandShell(standalone).json(code, words);
  }

  /** A day's swing, a week's, and noise; series {@code short} has too little of it. */
  private void ingest(SharedStandalone standalone, String prefix, int series, int hours)
      throws IOException {
    var random = new SplittableRandom(5);
    var text = new StringBuilder("unique_id,ds,y\n");
    for (int number = 0; number < series; number++) {
      int length = number == 3 ? 5 : hours;
      for (int hour = 0; hour < length; hour++) {
        double value =
            100
                + 20 * Math.sin(hour * Math.PI / 12)
                + (hour / 24 % 7 < 5 ? 15 : 0)
                + random.nextGaussian();
        text.append("meter%02d,%d,%.3f\n".formatted(number, START_SECONDS + 3_600L * hour, value));
      }
    }
    Path file = Files.writeString(folder.resolve("meters.csv"), text);
    json(standalone, 0, "ingest", "csv", file.toString(), "--series-prefix", prefix);
  }

  /** The back-test of each candidate is told, and the winner can be done without. */
  @Test
  void autoTellsItsCandidatesAndDoesWithoutTheWinner(SharedStandalone standalone)
      throws IOException {
    ingest(standalone, "auto", 1, 24 * 35);
    List<String> words =
        List.of("backtest", "auto/meter00", "--folds", "1", "--no-baselines", "--family", "auto");
    JsonNode first = json(standalone, 0, words.toArray(String[]::new)).get(0);
    assertThat(first.get("metrics").has("adaptive_coverage_90")).isTrue();
    JsonNode reasons = first.get("explanation");
    assertThat(reasons.get("model").asText()).isEqualTo("ridge");
    List<String> tried = candidates(reasons);
    assertThat(tried).contains("ridge", "seasonal-naive", "mstl", "ensemble");

    List<String> less = new ArrayList<>(words);
    less.addAll(List.of("--without", "ridge,naive"));
    JsonNode second = json(standalone, 0, less.toArray(String[]::new)).get(0);
    reasons = second.get("explanation");
    assertThat(reasons.get("model").asText()).isNotEqualTo("ridge").isIn(tried);
    assertThat(candidates(reasons)).doesNotContain("ridge").contains("seasonal-naive", "mstl");
    assertThat(reasons.get("candidate.skipped.ridge").asText()).isEqualTo("left out as asked");

    Ran shown = run(standalone, less.toArray(String[]::new));
    assertThat(shown.code()).isZero();
    assertThat(shown.out()).contains("ADAPTED", "candidate.01.", "origins", ": chosen");

    less.addAll(List.of("--without", "rigde"));
    Ran wrong = run(standalone, less.toArray(String[]::new));
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("--without: 'rigde' is none of");
  }

  /** Those that were back-tested, best first. */
  private static List<String> candidates(JsonNode explanation) {
    List<String> ids = new ArrayList<>();
    explanation
        .fieldNames()
        .forEachRemaining(name -> {
          if (name.matches("candidate\\.\\d\\d\\..*")) {
            ids.add(name.substring("candidate.00.".length()));
            assertThat(explanation.get(name).asText()).contains("loss ", "mae ", "origins");
          }
        });
    return ids;
  }

  @Test
  void aModelIsTriedComparedAndReported(SharedStandalone standalone) throws IOException {
    ingest(standalone, "life", 1, 24 * 42);
    String series = "life/meter00";
    Path page = folder.resolve("backtest.html");
    JsonNode tried =
        json(
            standalone,
            0,
            "backtest",
            series,
            "--family",
            "seasonal-naive",
            "--set",
            "seasons=168",
            "--folds",
            "3",
            "--gap",
            "6h",
            "--html",
            page.toString());
    assertThat(tried.findValuesAsText("family")).containsExactly("seasonal-naive", "naive");
    assertThat(tried.get(1).get("p_best_is_better").asDouble()).isLessThan(0.001);
    assertThat(tried.get(0).get("mae_by_step")).hasSize(24);
    assertThat(Files.readString(page)).contains("Fan chart", "<svg").doesNotContain("<script");

    String model = "life-model";
    json(standalone, 0, "train", series, "--model", model, "--family", "naive");
    JsonNode better =
        json(
                standalone,
                0,
                "train",
                series,
                "--model",
                model,
                "--family",
                "seasonal-naive",
                "--tune",
                "random",
                "--trials",
                "6",
                "--tune-space",
                "seasons=5|24|168")
            .get(0);
    assertThat(better.get("comparison").asText()).isEqualTo("BETTER");
    assertThat(better.get("promoted").asBoolean()).isTrue();
    assertThat(better.get("trials")).hasSize(6);
    JsonNode worse =
        json(standalone, 0, "train", series, "--model", model, "--family", "naive").get(0);
    assertThat(worse.get("comparison").asText()).isEqualTo("WORSE");
    assertThat(worse.get("promoted").asBoolean()).isFalse();
    assertThat(json(standalone, 0, "models", "show", model).get("family").asText())
        .isEqualTo("seasonal-naive");

    JsonNode compared =
        json(
            standalone,
            0,
            "models",
            "compare",
            model + "@champion",
            model + "@1.0.0",
            "--backtest");
    assertThat(compared.get("versions")).hasSize(2);
    assertThat(compared.get("differences")).isNotEmpty();
    assertThat(compared.get("backtests").get(1).get("p_first_better").asDouble()).isLessThan(0.001);

    Path report = folder.resolve("report.html");
    JsonNode told = json(standalone, 0, "report", model, "--html", report.toString());
    assertThat(told.get("curves").get("fold.mase").size()).isGreaterThan(1);
    assertThat(told.get("curves").get("trial.mase")).hasSize(6);
    assertThat(told.get("run").get("status").asText()).isEqualTo("SUCCEEDED");
    assertThat(Files.readString(report)).contains("Curves of its run", "Anomaly scatter");

    String asOf = better.get("as_of_epoch").asText() + ":" + better.get("as_of_position").asText();
    ingest(standalone, "life", 1, 24 * 45);
    String seasons = better.get("settings").path("seasons").asText();
    JsonNode again =
        json(
                standalone,
                0,
                "train",
                series,
                "--model",
                "life-again",
                "--family",
                "seasonal-naive",
                seasons.isEmpty() ? "--seed=1" : "--set=seasons=" + seasons,
                "--as-of",
                asOf,
                "--no-promote")
            .get(0);
    assertThat(again.get("sha256").asText())
        .as("the same readings, settings and seed")
        .isEqualTo(better.get("sha256").asText());
  }

  @Test
  void allSeriesAreOneJobThatGoesOn(SharedStandalone standalone) throws IOException {
    ingest(standalone, "bulk", 12, 24 * 21);
    Path lines = folder.resolve("models.csv");
    String[] job = {
      "train", "bulk/*", "--all", "--step", "1h", "--jobs", "2", "--summary", lines.toString()
    };
    JsonNode first = json(standalone, 7, job);
    assertThat(first.get("trained").asInt()).isEqualTo(11);
    assertThat(first.get("too_short").asInt()).isEqualTo(1);
    assertThat(first.get("failed").asInt()).isZero();
    assertThat(Files.readAllLines(lines)).hasSize(13);
    JsonNode second = json(standalone, 7, job);
    assertThat(second.get("trained").asInt()).isZero();
    assertThat(second.get("present").asInt()).isEqualTo(11);
    JsonNode forecast = json(standalone, 0, "forecast", "bulk/meter07", "--horizon", "24h").get(0);
    assertThat(forecast.get("answered_by").get("model").asText())
        .isEqualTo("bulk.meter07-seasonal-naive");

    JsonNode grouped =
        json(
            standalone,
            0,
            "train",
            "bulk/meter0*",
            "--all",
            "--group-depth",
            "1",
            "--step",
            "1h",
            "--no-promote",
            "--model",
            "shared");
    assertThat(grouped.get("models").asInt()).isEqualTo(1);
  }

  @Test
  void controlCLeavesACancelledRunAndNothingElse(SharedStandalone standalone) throws Exception {
    ingest(standalone, "stopped", 1, 24 * 60);
    // What was started in the background ignores the signal of Control-C, and so would its
    // children.
    List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(
        new CommandShell(standalone)
            .words(
                "train",
                "stopped/meter00",
                "--model",
                "stopped",
                "--family",
                "seasonal-naive",
                "--tune",
                "random",
                "--trials",
                "10000",
                "--tune-space",
                "seasons=1|5|24|168"));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    Tidewatch client = standalone.client();
    try {
      Eventually.get(
          "the run shows progress",
          () -> runs(client, "stopped"),
          runs -> !runs.isEmpty() && runs.getFirst().getProgress() > 0);
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(130);
      assertThat(runs(client, "stopped"))
          .singleElement()
          .satisfies(run -> assertThat(run.getStatus()).isEqualTo(RunStatus.RUN_STATUS_CANCELLED));
      assertThat(client.registry().listVersions("stopped").toList()).isEmpty();
      assertThat(client.registry().listAliases("stopped").toList()).isEmpty();
    } finally {
      process.destroyForcibly();
    }
  }

  private static List<Run> runs(Tidewatch client, String model) {
    return RunServiceGrpc.newBlockingStub(client.registry().channel())
        .listRuns(ListRunsRequest.newBuilder().setModel(model).build())
        .getRunsList();
  }

  @Test
  void aGuardedAliasTakesWhatItsGatesLetPass(SharedStandalone standalone) throws IOException {
    ingest(standalone, "guarded", 1, 24 * 42);
    String series = "guarded/meter00";
    String model = "guarded-model";
    json(standalone, 0, "train", series, "--model", model, "--family", "naive");
    JsonNode protection =
        json(
            standalone,
            0,
            "models",
            "protect",
            model,
            "--better",
            "--pairs-min",
            "5",
            "--coverage",
            "0.3",
            "--rows-min",
            "900",
            "--evidence-age",
            "1d");
    assertThat(protection.get("protected").asBoolean()).isTrue();

    // Its own comparison would let it pass; the gate asks for more.
    JsonNode same =
        json(
                standalone,
                0,
                "train",
                series,
                "--model",
                model,
                "--family",
                "naive",
                "--seed",
                "2",
                "--promote-if",
                "always")
            .get(0);
    assertThat(same.get("promoted").asBoolean()).isFalse();
    assertThat(run(standalone, "models", "gates", model + "@1.1.0").out())
        .contains("paired_test", "refused", "coverage", "passed");
    assertThat(json(standalone, 7, "models", "gates", model + "@1.1.0").get("passed").asBoolean())
        .isFalse();
    assertThat(json(standalone, 0, "models", "evidence", model + "@1.1.0")).hasSize(6);
    assertThat(run(standalone, "models", "promote", model + "@1.1.0").err())
        .contains("GATE_REFUSED", "paired_test");

    JsonNode better =
        json(
                standalone,
                0,
                "train",
                series,
                "--model",
                model,
                "--family",
                "seasonal-naive",
                "--set",
                "seasons=168")
            .get(0);
    assertThat(better.get("promoted").asBoolean()).isTrue();
    JsonNode moves = json(standalone, 0, "models", "history", model);
    assertThat(moves.get(0).get("to_version").asText()).isEqualTo("1.2.0");
    assertThat(moves.get(0).get("verdicts")).hasSize(5);

    JsonNode forced =
        json(
            standalone,
            0,
            "models",
            "promote",
            model + "@1.1.0",
            "--also",
            "previous=1.2.0",
            "--force",
            "--reason",
            "the meter was replaced");
    assertThat(forced.get("aliases")).hasSize(2);
    json(standalone, 0, "models", "rollback", model);
    assertThat(run(standalone, "models", "live", model).out()).contains("was 1.2.0 at");
    JsonNode audit = json(standalone, 0, "audit", "--model", model, "--limit", "2");
    assertThat(audit.get(1).get("reason").asText()).isEqualTo("the meter was replaced");
    assertThat(audit.get(0).get("action").asText()).isEqualTo("RollBackAlias");
    assertThat(json(standalone, 0, "models", "lineage", model).get("nodes")).hasSize(1);
  }
}
