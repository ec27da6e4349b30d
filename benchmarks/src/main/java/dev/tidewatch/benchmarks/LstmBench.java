package dev.tidewatch.benchmarks;

import dev.tidewatch.inference.serving.TrialMain;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.standalone.ChildJvm;
import dev.tidewatch.standalone.figures.Figures;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How long an LSTM takes to learn 2,000 windows until it stops by itself, and how long its bundle
 * takes from the file to the first answer, in either engine. Training and each round of loads are a
 * process of their own.
 */
final class LstmBench implements Bench {
  private static final double TRAINING_SECONDS_MAX = 60;
  private static final double LOADING_SECONDS_MAX = 1;
  private static final int LOADS = 20;

  @Override
  public String name() {
    return "lstm";
  }

  @Override
  public String purpose() {
    return "an LSTM: training to its early stop; loading, verifying and warming its bundle";
  }

  @Override
  public void run(BenchOptions options, PrintStream out, Path results) throws Exception {
    Path folder = Files.createTempDirectory("tidewatch-bench-");
    var tally = new Tally();
    try {
      for (int round = 0; round < options.rounds(); round++) {
        System.err.printf("round %d of %d …%n", round + 1, options.rounds());
        measure(options, options.seed() + round, folder, tally);
      }
    } finally {
      TemporaryFolder.delete(folder);
    }
    var report = new Report(name(), tally.medians());
    tally.row(report, "windows", "windows");
    tally.row(report, "epochs to the early stop", "epochs");
    tally.row(report, "training, s", "training_seconds", "of %.0f".formatted(TRAINING_SECONDS_MAX));
    tally.row(report, "  CPU, compiler and collector included, s", "training_cpu_seconds");
    for (String engine : LstmProcess.ENGINES) {
      String bar = "of %.0f".formatted(LOADING_SECONDS_MAX);
      tally.row(report, engine + ": file to first answer, s", engine + "_load_seconds", bar);
      tally.row(report, "  read and verified", engine + "_read_seconds");
      tally.row(report, "  loaded, held against the training's answers", engine + "_open_seconds");
      tally.row(report, "  first forecast", engine + "_answer_seconds");
      tally.row(report, "  CPU", engine + "_load_cpu_seconds");
      tally.row(report, "  first of its process", engine + "_first_load_seconds");
      tally.row(report, "  trial in a process of its own, once", engine + "_trial_seconds");
    }
    report.print(out, results);
  }

  private static void measure(BenchOptions options, long seed, Path folder, Tally tally)
      throws IOException, InterruptedException {
    child(
            List.of(
                LstmProcess.TRAIN,
                Long.toString(seed),
                options.small() ? "small" : "whole",
                folder.toString()))
        .asMap()
        .forEach(tally::add);
    for (String engine : LstmProcess.ENGINES) {
      Path file = LstmProcess.file(folder, engine);
      // Once before, for the machine's file cache.
      double _ = trialSeconds(file);
      tally.add(engine + "_trial_seconds", trialSeconds(file));
      child(
              List.of(
                  LstmProcess.LOAD, file.toString(), Integer.toString(options.small() ? 2 : LOADS)))
          .asMap()
          .forEach((key, value) -> tally.add(engine + "_" + key, value));
    }
  }

  private static Figures child(List<String> arguments) throws IOException, InterruptedException {
    return Figures.fromJsonLine(
        ChildJvm.lastLineOf(ChildJvm.of(LstmProcess.class, List.of("-Xmx512m"), arguments)));
  }

  /** What the inference server has done once for each file that runs native code. */
  private static double trialSeconds(Path file) throws IOException, InterruptedException {
    String sha256 = Bundle.read(file, BundleLimits.DEFAULT).sha256();
    Path verdict = file.resolveSibling("verdict");
    long started = System.nanoTime();
    Process process =
        ChildJvm.of(
                TrialMain.class,
                List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                List.of(file.toString(), sha256, "BUNDLE", verdict.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      int code = process.waitFor();
      if (code != 0) {
        throw new IOException("the trial of %s ended with %d".formatted(file, code));
      }
      return (System.nanoTime() - started) / 1e9;
    } finally {
      process.destroyForcibly();
    }
  }
}
