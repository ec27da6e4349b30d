package dev.tidewatch.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Searching 100,000 versions by tags, text, metrics and series, in pages of 50. */
final class SearchBench implements Bench {
  private static final int VERSIONS = 100_000;
  private static final double MILLIS_P99_MAX = 50;

  @Override
  public String name() {
    return "search";
  }

  @Override
  public String purpose() {
    return "searching 100,000 versions by tags, text, metrics and series";
  }

  private static ServerProcess registry(BenchDatabase database, Path folder, List<String> flags)
      throws IOException, InterruptedException {
    var settings =
        new ArrayList<>(
            List.of(
                "--registry.telemetry.enabled=false",
                "--registry.artifacts.folder=" + folder.resolve("artifacts")));
    settings.addAll(flags);
    return ServerProcess.start(
        ServerProcess.Kind.REGISTRY, database.url(), folder.resolve("server.log"), settings);
  }

  @Override
  public void run(BenchOptions options, PrintStream out, Path results) throws Exception {
    int versions = options.small() ? 4_000 : VERSIONS;
    Path folder = Files.createTempDirectory("tidewatch-bench-");
    var tally = new Tally();
    String kind;
    try (var database = BenchDatabase.open(folder.resolve("postgres"), InstantSource.system());
        var server = registry(database, folder, options.serverFlags());
        var client = LoadProcess.start()) {
      kind = database.kind();
      System.err.printf("making %,d versions …%n", versions);
      long started = System.nanoTime();
      ManyVersions.load(database, versions);
      tally.add("versions", versions);
      tally.add("load_seconds", (System.nanoTime() - started) / 1e9);
      var request =
          LoadRequest.of("search")
              .with("port", server.port())
              .with("versions", versions)
              .with("seconds", options.seconds())
              .with("seed", options.seed());
      // Once for the compilers.
      client.run(request.with("seconds", options.small() ? 1 : 5));
      for (int round = 0; round < options.rounds(); round++) {
        System.err.printf("round %d of %d …%n", round + 1, options.rounds());
        client.run(request.with("seed", options.seed() + round + 1)).asMap().forEach(tally::add);
      }
    } finally {
      TemporaryFolder.delete(folder);
    }
    var report = new Report(name(), tally.medians());
    tally.row(report, "versions", "versions");
    tally.row(report, "searches", "searches");
    tally.row(report, "p50, ms", "ms_p50");
    tally.row(
        report,
        "p99, ms",
        "ms_p99",
        "%.2f of %.0f".formatted(tally.median("ms_p99") / MILLIS_P99_MAX, MILLIS_P99_MAX));
    tally.row(report, "  by two tags, p99", "tags_ms_p99");
    tally.row(report, "  by three words, p99", "text_ms_p99");
    tally.row(report, "  by family and a metric's bound, p99", "metric_ms_p99");
    tally.row(report, "  best of a tag by a metric, p99", "best_ms_p99");
    tally.row(report, "  by series, p99", "series_ms_p99");
    tally.row(report, "  nearly all, p99", "broad_ms_p99");
    tally.row(report, "  words that never meet, p99", "nothing_ms_p99");
    tally.row(report, kind + ": versions written and indexed, s", "load_seconds");
    report.print(out, results);
  }
}
