package dev.tidewatch.benchmarks;

import dev.tidewatch.standalone.ChildJvm;
import dev.tidewatch.standalone.DemoMain;
import dev.tidewatch.standalone.figures.Figures;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the demo promises, for seed after seed: at least 80 % of the planted faults found, no more
 * false alarms than faults, and the electricity meter forecast within 10 % on the mean. Each run is
 * {@code tidewatch demo --once} in a process of its own.
 */
final class DemoBench implements Bench {
  private static final double FOUND_SHARE_MIN = 0.8;
  private static final double FALSE_ALARMS_PER_FAULT_MAX = 1;
  private static final double ENERGY_MAPE_MAX = 10;

  @Override
  public String name() {
    return "demo";
  }

  @Override
  public String purpose() {
    return "faults found, false alarms and forecast error of the demo, seed after seed";
  }

  @Override
  public void run(BenchOptions options, PrintStream out, Path results) throws Exception {
    int seeds = options.small() ? 1 : options.rounds();
    var runs = new ArrayList<Figures>();
    for (int i = 0; i < seeds; i++) {
      long seed = options.seed() + i;
      System.err.printf("seed %d (%d of %d) …%n", seed, i + 1, seeds);
      runs.add(
          Figures.fromJsonLine(
              ChildJvm.lastLineOf(
                  ChildJvm.of(
                      DemoMain.class,
                      List.of("-Xmx2g"),
                      List.of("--once", "--json", "--seed", Long.toString(seed))))));
    }
    Figures summary = summary(runs);
    var report = new Report(name(), summary);
    for (int i = 0; i < runs.size(); i++) {
      Figures run = runs.get(i);
      report.row(
          "seed %d: found, false alarms, MAPE".formatted(options.seed() + i),
          "%.0f of %.0f".formatted(figure(run, "faults_found"), figure(run, "faults_planted")),
          "%.0f".formatted(figure(run, "false_alarms")),
          String.format(Locale.ROOT, "%.1f %%", figure(run, "energy_mape")));
    }
    report.print(out, results);
    if (figure(summary, "seeds_missed") > 0) {
      throw new IllegalStateException(
          "%.0f of %d seeds missed a bar".formatted(figure(summary, "seeds_missed"), runs.size()));
    }
  }

  /** Worst figures over the runs, and how many runs missed a bar. */
  static Figures summary(List<Figures> runs) {
    double foundShareMin = 1;
    double falseAlarmsMax = 0;
    double mapeMax = 0;
    double planted = 0;
    double found = 0;
    double falseAlarms = 0;
    int missed = 0;
    for (Figures run : runs) {
      double share = figure(run, "faults_found") / figure(run, "faults_planted");
      double alarms = figure(run, "false_alarms") / figure(run, "faults_planted");
      double mape = figure(run, "energy_mape");
      boolean holds =
          share >= FOUND_SHARE_MIN
              && alarms <= FALSE_ALARMS_PER_FAULT_MAX
              && mape <= ENERGY_MAPE_MAX;
      missed += holds ? 0 : 1;
      foundShareMin = Math.min(foundShareMin, share);
      falseAlarmsMax = Math.max(falseAlarmsMax, alarms);
      mapeMax = Math.max(mapeMax, mape);
      planted += figure(run, "faults_planted");
      found += figure(run, "faults_found");
      falseAlarms += figure(run, "false_alarms");
    }
    return new Figures()
        .put("seeds", runs.size())
        .put("seeds_missed", missed)
        .put("faults_planted", planted)
        .put("faults_found", found)
        .put("false_alarms", falseAlarms)
        .put("found_share_min", foundShareMin)
        .put("false_alarms_per_fault_max", falseAlarmsMax)
        .put("energy_mape_max", mapeMax);
  }

  private static double figure(Figures figures, String name) {
    return figures.get(name).orElseThrow();
  }
}
