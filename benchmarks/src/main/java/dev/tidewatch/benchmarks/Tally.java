package dev.tidewatch.benchmarks;

import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.standalone.figures.Samples;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Samples by name over the rounds of a bench: their medians are its figures. Not thread-safe. */
final class Tally {
  private final Map<String, Samples> samples = new LinkedHashMap<>();

  void add(String key, double value) {
    samples.computeIfAbsent(key, _ -> new Samples()).add(value);
  }

  boolean has(String key) {
    return samples.containsKey(key);
  }

  /**
   * The median of one.
   *
   * @throws IllegalArgumentException if there is none
   */
  double median(String key) {
    return of(key).median();
  }

  /** All medians, in the order in which they first came. */
  Figures medians() {
    var figures = new Figures();
    samples.forEach((key, values) -> figures.put(key, values.median()));
    return figures;
  }

  /** A row of the table for one: median and spread; none if there are no samples of it. */
  void row(Report report, String what, String key, String ratio) {
    if (has(key)) {
      Samples values = of(key);
      report.row(
          what,
          number(values.median()),
          values.count() == 1 ? "" : number(values.min()) + " to " + number(values.max()),
          ratio);
    }
  }

  void row(Report report, String what, String key) {
    row(report, what, key, "");
  }

  /** With as many digits as a person wants to see. */
  static String number(double value) {
    double size = Math.abs(value);
    String form = size >= 1000 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, form, value);
  }

  private Samples of(String key) {
    Samples values = samples.get(key);
    if (values == null) {
      throw new IllegalArgumentException("nothing was measured of " + key);
    }
    return values;
  }
}
