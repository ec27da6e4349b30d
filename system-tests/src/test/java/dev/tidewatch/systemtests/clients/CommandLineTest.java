package dev.tidewatch.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.serverkit.testing.RequiresEnvironment;
import dev.tidewatch.systemtests.clients.CommandShell.Ran;
import dev.tidewatch.systemtests.fixture.Eventually;
import dev.tidewatch.systemtests.fixture.SharedStandalone;
import dev.tidewatch.systemtests.fixture.StandaloneExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The command line against real servers, on public data and on files of its own. */
@ExtendWith(StandaloneExtension.class)
class CommandLineTest {
  @SuppressWarnings("NullAway.Init") // set by JUnit
  @TempDir
  private Path folder;

  private static Ran run(SharedStandalone standalone, String... words) {
    return new CommandShell(standalone).run(words);
  }

  private static JsonNode ok(SharedStandalone standalone, String... words) throws IOException {
    return new CommandShell(standalone).json(words);
  }

  @Test
  void statusNamesTheFourServers(SharedStandalone standalone) throws IOException {
    JsonNode servers = ok(standalone, "status");
    assertThat(servers)
        .hasSize(4)
        .allSatisfy(s -> assertThat(s.get("state").asText()).isEqualTo("serving"));
  }

  @Test
  @RequiresEnvironment(RequiresEnvironment.DATA)
  void aDayOfARegionsLoadIsForecastWithIntervals(SharedStandalone standalone) throws IOException {
    String file = Path.of(System.getenv("TIDEWATCH_DATA"), "energy", "pjm_load.csv.gz").toString();
    JsonNode taken = ok(standalone, "ingest", "csv", file, "--series-prefix", "cli/pjm").get(0);
    assertThat(taken.get("accepted").asInt()).isEqualTo(17_568);
    JsonNode again = ok(standalone, "ingest", "csv", file, "--series-prefix", "cli/pjm").get(0);
    assertThat(again.get("rows").asInt()).isZero();

    ok(
        standalone,
        "train",
        "cli/pjm/AP-AP",
        "--model",
        "cli-load",
        "--family",
        "seasonal-naive",
        "--horizon",
        "24h");
    JsonNode forecast = ok(standalone, "forecast", "cli/pjm/AP-AP", "--horizon", "24h").get(0);
    assertThat(forecast.get("answered_by").get("model").asText()).isEqualTo("cli-load");
    assertThat(forecast.get("steps")).hasSize(24);
    assertThat(forecast.get("steps"))
        .allSatisfy(step -> {
          JsonNode interval = step.get("intervals").get(0);
          double mean = step.get("mean").asDouble();
          assertThat(interval.get("level").asDouble()).isEqualTo(0.9);
          assertThat(interval.get("lower").asDouble()).isLessThan(mean);
          assertThat(interval.get("upper").asDouble()).isGreaterThan(mean);
          assertThat(mean).isBetween(2_000.0, 10_000.0); // megawatts, as all year
        });
    Ran table = run(standalone, "forecast", "cli/pjm/AP-AP", "--horizon", "24h");
    assertThat(table.out()).contains("LOW 90%", "2024-10-01T04:00:00Z", "░", "●");
  }

  @Test
  @RequiresEnvironment(RequiresEnvironment.DATA)
  void anomaliesOfThePublicBenchmarkAreListed(SharedStandalone standalone) throws Exception {
    Path nab = Path.of(System.getenv("TIDEWATCH_DATA"), "nab", "data");
    List<String> calm = files(nab.resolve("realAWSCloudwatch"));
    ingest(standalone, calm, "cli/nab");
    ok(
        standalone,
        "train",
        "cli/nab/realAWSCloudwatch/*",
        "--task",
        "detect",
        "--model",
        "cli-spikes",
        "--no-assign");
    ok(standalone, "models", "assign", "cli-spikes", "cli/nab/realAdExchange/*");
    Eventually.get(
        "the assignment reaches the inference server",
        () ->
            ok(
                standalone,
                "detect",
                "--model",
                "cli-spikes",
                "cli/nab/realAWSCloudwatch/ec2_cpu_utilization_24ae8d"),
        found -> found.get("values_scored").asInt() == 4_032);
    ingest(standalone, files(nab.resolve("realAdExchange")), "cli/nab");
    JsonNode anomalies =
        Eventually.get(
            "anomalies",
            () -> ok(standalone, "anomalies", "list", "--series", "cli/nab/realAdExchange/*"),
            found -> !found.isEmpty());
    JsonNode first = anomalies.get(0);
    assertThat(first.get("detector").asText()).isEqualTo("cli-spikes");
    String id = first.get("id").asText();
    JsonNode seen = ok(standalone, "anomalies", "ack", id, "--as", "tester").get(0);
    assertThat(seen.get("status").asText()).isEqualTo("ACKNOWLEDGED");
    assertThat(seen.get("actor").asText()).isEqualTo("tester");
  }

  private static List<String> files(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(Path::toString).sorted().toList();
    }
  }

  private static void ingest(SharedStandalone standalone, List<String> files, String prefix)
      throws IOException {
    List<String> args = new ArrayList<>(List.of("ingest", "csv", "--series-prefix", prefix));
    args.addAll(files);
    assertThat(ok(standalone, args.toArray(String[]::new))).hasSize(files.size());
  }

  @Test
  void whatIsExportedGoesInAgain(SharedStandalone standalone) throws IOException {
    var text = new StringBuilder("time;inside;outside\n");
    for (int hour = 0; hour < 48; hour++) {
      text.append(
          "%d;%.1f;%s\n"
              .formatted(1_700_000_000 + hour * 3600, 20 + hour * 0.1, hour % 3 == 0 ? "" : "5"));
    }
    Path file = Files.writeString(folder.resolve("house.csv"), text);
    JsonNode taken =
        ok(standalone, "ingest", "csv", file.toString(), "--series", "cli/house/{column}").get(0);
    assertThat(taken.get("accepted").asInt()).isEqualTo(48 + 32);
    assertThat(taken.get("missing_values").asInt()).isEqualTo(16);

    Path exported = folder.resolve("all.csv.gz");
    JsonNode written = ok(standalone, "export", "cli/house/*", "-o", exported.toString());
    assertThat(written.get("readings").asInt()).isEqualTo(80);
    JsonNode again = ok(standalone, "ingest", "csv", exported.toString()).get(0);
    assertThat(again.get("unchanged").asInt()).isEqualTo(80);
  }

  @Test
  void rejectedReadingsAreNamedAndCounted(SharedStandalone standalone) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("odd.csv"), "time,value\n2024-01-01,1\nnever,2\n2190-01-01,3\n");
    Ran ran = run(standalone, "ingest", "csv", file.toString(), "--series", "cli/odd", "--json");
    assertThat(ran.code()).isEqualTo(5);
    assertThat(ran.json().get(0).get("accepted").asInt()).isEqualTo(1);
    assertThat(ran.json().get(0).get("bad").asInt()).isEqualTo(1);
    assertThat(ran.json().get(0).get("rejected").asInt()).isEqualTo(1);
    assertThat(ran.err()).contains("odd.csv:3: ").contains("TIME_IN_FUTURE");
  }

  @Test
  void gapsRejectsAndChangesAreToldAndPutRight(SharedStandalone standalone) throws IOException {
    ok(standalone, "series", "create", "cli/boiler/flow", "--max", "30", "--interval", "1h");
    var text = new StringBuilder("time,value\n");
    for (int hour = 0; hour < 24; hour++) {
      if (hour != 5 && hour != 6) {
        text.append("%d,%d\n".formatted(1_700_006_400 + hour * 3600, hour == 20 ? 50 : hour));
      }
    }
    Path file = Files.writeString(folder.resolve("flow.csv"), text);
    Ran taken =
        run(standalone, "ingest", "csv", file.toString(), "--series", "cli/boiler/flow", "--json");
    assertThat(taken.code()).isEqualTo(5);

    JsonNode report = ok(standalone, "quality", "cli/boiler/flow").get(0);
    assertThat(report.get("reading_count").asInt()).isEqualTo(21);
    assertThat(report.get("gaps").get(0).get("interval_count").asInt()).isEqualTo(2);
    assertThat(report.get("rejects").get(0).get("reason").asText()).isEqualTo("VALUE_OUT_OF_RANGE");
    assertThat(run(standalone, "quality", "cli/boiler/flow").out())
        .contains("1 VALUE_OUT_OF_RANGE");

    Path exported = folder.resolve("flow.jsonl");
    String position =
        ok(standalone, "export", "cli/boiler/flow", "-o", exported.toString())
            .get("feed_position")
            .asText();
    assertThat(Files.readAllLines(exported)).hasSize(21);
    ok(standalone, "series", "set", "cli/boiler/flow", "--max", "60", "--stale-after", "6h");
    assertThat(ok(standalone, "quarantine", "list", "--series", "cli/boiler/")).hasSize(1);
    JsonNode replayed = ok(standalone, "quarantine", "replay", "--series", "cli/boiler/");
    assertThat(replayed.get("stored").asInt()).isEqualTo(1);
    assertThat(ok(standalone, "quarantine", "list", "--series", "cli/boiler/")).isEmpty();

    Ran changes = run(standalone, "changes", "cli/boiler/flow", "--after", position);
    assertThat(changes.code()).as(changes.err()).isZero();
    assertThat(changes.out()).contains("series updated", "new", "2023-11-15T20:00:00Z");
    assertThat(ok(standalone, "devices", "cli/boiler").get(0).get("series_count").asInt())
        .isEqualTo(1);
    assertThat(ok(standalone, "writers"))
        .anySatisfy(writer ->
            assertThat(writer.get("counts").get("rejected").asInt()).isGreaterThanOrEqualTo(1));
  }

  @Test
  void aFileThatGrowsIsReadOnFromItsEnd(SharedStandalone standalone) throws IOException {
    Path file = Files.writeString(folder.resolve("grow.csv"), "time,value\n1000,1\n2000,2\n");
    String[] command = {"ingest", "csv", file.toString(), "--series", "cli/grow"};
    assertThat(ok(standalone, command).get(0).get("accepted").asInt()).isEqualTo(2);
    Files.writeString(file, Files.readString(file) + "3000,3\n");
    JsonNode second = ok(standalone, command).get(0);
    assertThat(second.get("resumed_after_row").asInt()).isEqualTo(3);
    assertThat(second.get("accepted").asInt()).isEqualTo(1);
    assertThat(second.get("rows").asInt()).isEqualTo(1);
  }

  @Test
  void aModelTravelsThroughAFile(SharedStandalone standalone) throws IOException {
    var text = new StringBuilder("time,value\n");
    for (int hour = 0; hour < 24 * 40; hour++) {
      text.append(
          "%d,%.3f\n"
              .formatted(
                  1_700_000_000 + hour * 3600, 10 + 3 * Math.sin(hour / 24.0 * 2 * Math.PI)));
    }
    Path file = Files.writeString(folder.resolve("tide.csv"), text);
    ok(standalone, "ingest", "csv", file.toString(), "--series", "cli/tide");
    JsonNode trained =
        ok(
                standalone,
                "train",
                "cli/tide",
                "--model",
                "cli-tide",
                "--family",
                "seasonal-naive",
                "--no-promote")
            .get(0);
    ok(standalone, "models", "promote", "cli-tide@" + trained.get("version").asText());
    Path bundle = folder.resolve("tide.zip");
    JsonNode got = ok(standalone, "models", "download", "cli-tide", "-o", bundle.toString());
    assertThat(got.get("sha256").asText()).isEqualTo(trained.get("sha256").asText());
    JsonNode copy =
        ok(
            standalone,
            "models",
            "upload",
            bundle.toString(),
            "--model",
            "cli-tide-copy",
            "--alias",
            "champion");
    assertThat(copy.get("artifact").get("sha256").asText())
        .isEqualTo(trained.get("sha256").asText());
    assertThat(run(standalone, "models", "show", "cli-nothing").code()).isEqualTo(4);
  }

  @Test
  void versionsAreListedRoutedAssignedApprovedAndArchived(SharedStandalone standalone)
      throws IOException {
    var shell = new CommandShell(standalone);
    Path bundle = folder.resolve("tidy.zip");
    ingestHours(shell, "cli/tidy/load", 24 * 20);
    String[] training = {
      "train", "cli/tidy/load", "--model", "cli-tidy", "--family", "naive", "--horizon", "6h"
    };
    shell.json(training);
    shell.json("models", "download", "cli-tidy", "-o", bundle.toString());
    for (int copy = 1; copy <= 2; copy++) {
      shell.json("models", "upload", bundle.toString(), "--model", "cli-tidy");
    }
    assertThat(shell.shown("models", "list", "cli-tidy")).contains("cli-tidy", "1.2.0", "1.0.0");
    assertThat(shell.json("models", "versions", "cli-tidy").findValuesAsText("version"))
        .contains("1.2.0", "1.1.0", "1.0.0");
    assertThat(shell.shown("models", "aliases", "cli-tidy")).contains("champion", "1.0.0");

    assertThat(shell.shown("models", "route", "cli-tidy", "--canary", "5", "--reason", "a try"))
        .isEqualTo("cli-tidy: canary 5.00 %, shadows none\n");
    assertThat(shell.json("models", "route", "cli-tidy").get("canary_basis_points").asInt())
        .isEqualTo(500);
    String assignment =
        shell.json("models", "assignments", "cli-tidy").get(0).get("assignment").asText();
    assertThat(shell.shown("models", "assignments", "cli-tidy"))
        .contains(assignment, "cli/tidy/load", "cli-tidy@champion", "running");
    shell.json("models", "unassign", assignment);
    assertThat(shell.json("models", "assignments", "cli-tidy")).isEmpty();

    shell.json("models", "approve", "cli-tidy@1.1.0", "--comment", "looked at it");
    assertThat(shell.shown("models", "approvals", "cli-tidy")).contains("1.1.0", "looked at it");
    shell.json("models", "approve", "cli-tidy@1.1.0", "--withdraw");
    assertThat(shell.json("models", "approvals", "cli-tidy")).isEmpty();

    String[] rule = {"models", "retention", "--model", "cli-tidy", "--versions-min", "1"};
    assertThat(shell.shown(rule)).contains("1.1.0", "1 versions would be archived", "Nothing was");
    assertThat(shell.json("models", "search", "--model", "cli-tidy", "--state", "archived"))
        .isEmpty();
    JsonNode applied =
        shell.json("models", "retention", "--model", "cli-tidy", "--versions-min", "1", "--apply");
    assertThat(applied.get("versions_archived").asInt()).isEqualTo(1);
    assertThat(shell.shown("models", "search", "--model", "cli-tidy", "--state", "archived"))
        .contains("1.1.0")
        .doesNotContain("1.2.0");
    Path table = folder.resolve("versions.csv");
    shell.json("models", "export", "--model", "cli-tidy", "-o", table.toString());
    assertThat(Files.readAllLines(table)).hasSize(4);
    Path array = folder.resolve("versions.json");
    shell.json(
        "models", "export", "--model", "cli-tidy", "--state", "ready", "-o", array.toString());
    assertThat(new ObjectMapper().readTree(array.toFile())).hasSize(2);
  }

  @Test
  void readingsAreLookedAtExplainedAndDeleted(SharedStandalone standalone) throws IOException {
    var shell = new CommandShell(standalone);
    String series = "cli/look/load";
    shell.json("series", "create", series, "--unit", "kW", "--label", "floor=3");
    ingestHours(shell, series, 24 * 20);
    assertThat(shell.shown("series", "list", "cli/look/", "--labels", "floor=3"))
        .contains(series, "kW", "floor=3");
    assertThat(shell.shown("series", "get", series)).contains("kW");
    assertThat(shell.shown("query", series, "--summary")).contains(series, "480");
    assertThat(shell.shown("query", series, "--limit", "2").lines()).hasSize(3);
    assertThat(shell.json("latest", series).get(0).get("series").asText()).isEqualTo(series);
    assertThat(
            shell.shown(
                "aggregate",
                series,
                "--from",
                "2023-11-16",
                "--to",
                "2023-11-18",
                "--bucket",
                "1d",
                "--functions",
                "count,max"))
        .contains("COUNT", "MAX", "24", "13");
    shell.json("train", series, "--model", "cli-look", "--family", "seasonal-naive");
    assertThat(shell.shown("explain", series, "--method", "parts", "--model", "cli-look"))
        .contains("PART", "forecast");

    String[] deleting = {"delete", "readings", series, "--to", "2023-11-16"};
    Ran unsure = shell.run(deleting);
    assertThat(unsure.code()).isEqualTo(2);
    assertThat(unsure.err()).contains("would delete 25 readings");
    assertThat(shell.shown("delete", "readings", series, "--to", "2023-11-16", "--yes"))
        .isEqualTo("Deleted 25 readings of 1 series.\n");
    assertThat(shell.run("delete", "series", series).code()).isEqualTo(2);
    shell.json("delete", "series", series, "--yes");
    assertThat(shell.run("series", "get", series).code()).isEqualTo(4);
  }

  /** A day's swing of 10 plus or minus 3, from the evening of 2023-11-14. */
  private void ingestHours(CommandShell shell, String series, int hours) throws IOException {
    var text = new StringBuilder("time,value\n");
    for (int hour = 0; hour < hours; hour++) {
      text.append(
          "%d,%.3f\n"
              .formatted(
                  1_700_002_800 + hour * 3600, 10 + 3 * Math.sin(hour / 24.0 * 2 * Math.PI)));
    }
    Path file = Files.writeString(folder.resolve(series.replace('/', '-') + ".csv"), text);
    shell.json("ingest", "csv", file.toString(), "--series", series);
  }
}
