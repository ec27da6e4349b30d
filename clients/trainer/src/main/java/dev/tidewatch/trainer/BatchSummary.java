package dev.tidewatch.trainer;

import dev.tidewatch.timeseries.QuantileSketch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a batch made, in a few kilobytes however many models it had. Not thread-safe while it grows.
 */
public final class BatchSummary {
  private static final int FAILURES_KEPT_MAX = 100;

  private int trained;
  private int present;
  private int tooShort;
  private int failed;
  private int better;
  private int worse;
  private long readings;
  private final List<String> failures = new ArrayList<>();
  private final TreeMap<String, QuantileSketch> metrics = new TreeMap<>();

  BatchSummary() {}

  void add(BatchOutcome outcome) {
    TrainingReport report = outcome.report();
    if (report == null) {
      tooShort += outcome.tooShort() ? 1 : 0;
      failed += outcome.tooShort() ? 0 : 1;
      if (failures.size() < FAILURES_KEPT_MAX) {
        failures.add(outcome.series().getFirst() + ": " + outcome.failure());
      }
      return;
    }
    trained += report.isNew() ? 1 : 0;
    present += report.isNew() ? 0 : 1;
    readings += report.readings();
    if (report.comparison() != null) {
      better += report.comparison().verdict() == ChampionComparison.Verdict.BETTER ? 1 : 0;
      worse += report.comparison().verdict() == ChampionComparison.Verdict.WORSE ? 1 : 0;
    }
    report
        .metrics()
        .forEach(
            (name, value) -> metrics.computeIfAbsent(name, n -> new QuantileSketch()).add(value));
  }

  /** Models that were trained. */
  public int trained() {
    return trained;
  }

  /** Models that were there already, from the same readings by the same recipe. */
  public int present() {
    return present;
  }

  /** Models that have too little history. */
  public int tooShort() {
    return tooShort;
  }

  /** Models that failed for another reason. */
  public int failed() {
    return failed;
  }

  /** Models significantly better than their champion. */
  public int better() {
    return better;
  }

  /** Models significantly worse than their champion. */
  public int worse() {
    return worse;
  }

  public int models() {
    return trained + present + tooShort + failed;
  }

  public long readings() {
    return readings;
  }

  /** The first hundred failures, with the first series of each. */
  public List<String> failures() {
    return Collections.unmodifiableList(failures);
  }

  /** Distribution of each metric over the models. */
  public SortedMap<String, QuantileSketch> metrics() {
    return Collections.unmodifiableSortedMap(metrics);
  }

  /**
   * Median and 90 % quantile of a metric over the models, by {@code name.p50}, {@code name.p90}.
   */
  public Map<String, Double> quantiles(String metric) {
    QuantileSketch sketch = metrics.get(metric);
    return sketch == null || sketch.count() == 0
        ? Map.of()
        : Map.of(metric + ".p50", sketch.quantile(0.5), metric + ".p90", sketch.quantile(0.9));
  }
}
