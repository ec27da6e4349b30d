package dev.tidewatch.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.standalone.figures.Figures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the benches as small as they get: not for their figures, but for whether there are any. */
class BenchSmokeTest {
  @TempDir private Path folder;

  @Test
  @Timeout(600)
  void ingestMeasuresEverything() throws Exception {
    Figures found = run(new IngestBench());
    assertThat(found.asMap())
        .containsKeys(
            "in_order_ratio_to_copy",
            "out_of_order_ratio_to_staging",
            "readings_per_second",
            "row_form_readings_per_second",
            "unary_readings_per_second",
            "ack_ms_p50",
            "ack_ms_p99",
            "ack_ms_p999",
            "row_form_ack_ms_p99",
            "row_form_paced_ack_ms_p99",
            "server_heap_mb_max");
    double limit = figure(found, "copy_rows_per_second");
    assertThat(figure(found, "in_order_ratio_to_copy"))
        .isCloseTo(
            figure(found, "readings_per_second") / limit,
            org.assertj.core.data.Percentage.withPercentage(.1))
        .isBetween(.01, 3.);
    assertThat(limit)
        .isEqualTo(
            Math.max(
                figure(found, "copy_1_rows_per_second"), figure(found, "copy_2_rows_per_second")));
    assertThat(figure(found, "out_of_order_ratio_to_staging")).isBetween(.01, 5.);
    assertThat(figure(found, "durable")).isEqualTo(1);
    assertThat(figure(found, "counts")).isEqualTo(limit >= 450_000 ? 1 : 0);
    assertThat(figure(found, "ack_ms_p50")).isPositive();
    assertThat(figure(found, "ack_ms_p99"))
        .isBetween(figure(found, "ack_ms_p50"), figure(found, "ack_ms_p999"));
    // Eight bytes each of time and value, and little else; a message of its own costs more.
    assertThat(figure(found, "wire_bytes_per_reading")).isBetween(16., 20.);
    assertThat(figure(found, "row_form_wire_bytes_per_reading")).isBetween(30., 200.);
    // At least a row of 52 bytes with its line pointer, and an entry of the key's index.
    assertThat(figure(found, "disk_bytes_per_reading")).isBetween(70., 200.);
    assertThat(figure(found, "feed_bytes_per_reading")).isBetween(10., 60.);
    for (String process : List.of("client", "server", "database")) {
      assertThat(figure(found, process + "_cpu_us_per_reading")).isBetween(.01, 100.);
    }
    assertThat(figure(found, "many_streams_served")).isEqualTo(100);
    assertThat(figure(found, "stuck_subscriber_connected")).isEqualTo(1);
    assertThat(figure(found, "server_heap_mb_max")).isBetween(10., 512.);
  }

  @Test
  @Timeout(600)
  void detectMeasuresEverything() throws Exception {
    Figures found = run(new DetectBench());
    assertThat(figure(found, "readings_per_second")).isPositive();
    assertThat(figure(found, "restore_seconds")).isBetween(0., 60.);
    assertThat(figure(found, "states")).isEqualTo(figure(found, "series"));
  }

  @Test
  @Timeout(600)
  void ledgerMeasuresEverythingAndLosesNothing() throws Exception {
    Figures found = run(new LedgerBench(), Set.of("live", "history"));
    assertThat(figure(found, "rows_per_second")).isPositive();
    // 20 series, 4 steps; forecast in 2 measured seconds and the 5 before.
    assertThat(figure(found, "joined")).isEqualTo(20 * 4 * (2 + 5));
    assertThat(figure(found, "lost")).isZero();
    assertThat(figure(found, "wrong")).isZero();
    assertThat(figure(found, "heap_mb_max")).isBetween(10., 512.);
    // Three days of 5 series and 24 steps an hour, of which those are summed up whose day is over:
    // how many they are depends on the time of day.
    assertThat(figure(found, "history_steps")).isBetween(5. * 24 * 24, 3 * 5. * 24 * 24);
    assertThat(figure(found, "history_all_of_30_days_ms")).isPositive();
  }

  @Test
  @Timeout(600)
  void queryMeasuresEverything() throws Exception {
    Figures found = run(new QueryBench());
    assertThat(found.asMap())
        .containsKeys(
            "latest_1000_ms_p99", "range_readings_per_second", "list_labels_ms_p50", "durable");
    assertThat(figure(found, "latest_1000_ms_p99"))
        .isGreaterThanOrEqualTo(figure(found, "latest_1000_ms_p50"));
    assertThat(figure(found, "range_readings_per_second")).isGreaterThan(1_000);
    assertThat(figure(found, "range_bytes_per_reading")).isBetween(16., 20.);
    assertThat(figure(found, "series")).isEqualTo(5_000);
  }

  /** The checksum would be worth nothing if it did not notice. */
  @Test
  @Timeout(600)
  void aRangeThatIsNotWhatWasSentFailsTheBench() throws Exception {
    try (var database = BenchDatabase.open(folder.resolve("postgres"), InstantSource.system());
        var server =
            ServerProcess.start(
                ServerProcess.Kind.INGEST,
                database.url(),
                folder.resolve("server.log"),
                List.of());
        var client = LoadProcess.start()) {
      var request =
          LoadRequest.of("range-write")
              .with("port", server.port())
              .with("part", 1)
              .with("rows", 100_000)
              .with("seed", 1);
      client.run(request);
      assertThat(client.run(request.as("range-read")).get("readings")).hasValue(100_000);
      database.execute(
          "UPDATE ingest.reading SET value = value + 1e-9 WHERE ctid = (SELECT min(ctid) FROM ingest.reading)");
      assertThatThrownBy(() -> client.run(request.as("range-read")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("range-read");
    }
  }

  private Figures run(Bench bench) throws Exception {
    return run(bench, Set.of());
  }

  private Figures run(Bench bench, Set<String> scenarios) throws Exception {
    var printed = new ByteArrayOutputStream();
    Path results = folder.resolve("results.jsonl");
    bench.run(
        new BenchOptions(1, 1, 1, scenarios, true, List.of()),
        new PrintStream(printed, true, StandardCharsets.UTF_8),
        results);
    List<String> lines = printed.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(Files.readAllLines(results)).containsExactly(lines.getLast());
    return Figures.fromJsonLine(lines.getLast());
  }

  private static double figure(Figures figures, String key) {
    return figures.get(key).orElseThrow();
  }
}
