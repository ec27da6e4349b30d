package dev.tidewatch.timeseries;

import java.util.Arrays;

/**
 * Running aggregates of a fixed number of intervals: 16 bytes each. Batch resampling and the
 * rolling window both add readings here, which is why they agree to the last bit for the same order
 * of readings.
 */
final class IntervalCells {
  private final Aggregation aggregation;

  /** Sum for mean and sum, else the chosen reading. */
  private final double[] values;

  /**
   * Number of readings; for {@link Aggregation#LAST} the chosen reading's time, {@code MIN_VALUE}
   * if there is none.
   */
  private final long[] marks;

  private final long emptyMark;

  IntervalCells(Aggregation aggregation, int count) {
    this.aggregation = aggregation;
    this.values = new double[count];
    this.marks = new long[count];
    this.emptyMark = aggregation == Aggregation.LAST ? Long.MIN_VALUE : 0;
    Arrays.fill(marks, emptyMark);
  }

  void add(int cell, long timeMicros, double value) {
    switch (aggregation) {
      case MEAN, SUM -> {
        values[cell] += value;
        marks[cell]++;
      }
      case MAX -> {
        values[cell] = marks[cell] == 0 ? value : Math.max(values[cell], value);
        marks[cell]++;
      }
      case MIN -> {
        values[cell] = marks[cell] == 0 ? value : Math.min(values[cell], value);
        marks[cell]++;
      }
      case LAST -> {
        if (timeMicros >= marks[cell]) {
          values[cell] = value;
          marks[cell] = timeMicros;
        }
      }
    }
  }

  void clear(int cell) {
    values[cell] = 0;
    marks[cell] = emptyMark;
  }

  double value(int cell) {
    if (marks[cell] == emptyMark) {
      return Double.NaN;
    }
    return aggregation == Aggregation.MEAN ? values[cell] / marks[cell] : values[cell];
  }
}
