package dev.tidewatch.trainer;

import dev.tidewatch.models.detection.Verdict;
import dev.tidewatch.timeseries.SeriesName;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a detector says of the newest part of a history that it was not fitted on.
 *
 * @param series judged readings of each, in time order
 */
public record DetectionReport(SortedMap<SeriesName, List<Judged>> series) {
  private static final double MICROS_PER_WEEK = 7 * 86_400e6;

  public DetectionReport {
    series = Collections.unmodifiableSortedMap(new TreeMap<>(series));
  }

  /** A reading and its verdict. */
  public record Judged(long timeMicros, double value, Verdict verdict) {}

  public long readings() {
    return series.values().stream().mapToLong(List::size).sum();
  }

  public long anomalies() {
    return series.values().stream()
        .flatMap(List::stream)
        .filter(judged -> judged.verdict().anomaly())
        .count();
  }

  /** Anomalies a week and series; {@code NaN} where no time passed. */
  public double anomaliesPerSeriesWeek() {
    double weeks = 0;
    for (List<Judged> judged : series.values()) {
      if (judged.size() > 1) {
        weeks += (judged.getLast().timeMicros() - judged.getFirst().timeMicros()) / MICROS_PER_WEEK;
      }
    }
    return weeks > 0 ? anomalies() / weeks : Double.NaN;
  }
}
