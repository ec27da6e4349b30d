package dev.tidewatch.ingest.intake;

import org.jspecify.annotations.Nullable;

/**
 * Readings of one series in columns as they were sent: row {@code i} is (times[i], values[i],
 * qualities[i]). The arrays are owned by the batch and not changed after construction.
 */
public final class SeriesColumn {
  final String series;
  final long[] timesMicros;
  final double[] values;
  final short @Nullable [] qualities;
  final byte @Nullable [] faults;

  /**
   * @param series as sent, even if it is not a name
   * @param qualities null: all 0
   * @param faults number of the {@link RejectReason} that decoding found for each row, 0 for none;
   *     null: none at all
   */
  public SeriesColumn(
      String series,
      long[] timesMicros,
      double[] values,
      short @Nullable [] qualities,
      byte @Nullable [] faults) {
    if (timesMicros.length != values.length
        || (qualities != null && qualities.length != values.length)
        || (faults != null && faults.length != values.length)) {
      throw new IllegalArgumentException("columns of unequal length");
    }
    this.series = series;
    this.timesMicros = timesMicros;
    this.values = values;
    this.qualities = qualities;
    this.faults = faults;
  }

  public String series() {
    return series;
  }

  public int size() {
    return values.length;
  }

  public long timeMicros(int row) {
    return timesMicros[row];
  }

  public double value(int row) {
    return values[row];
  }

  public short quality(int row) {
    return qualities == null ? 0 : qualities[row];
  }

  int fault(int row) {
    return faults == null ? 0 : faults[row];
  }
}
