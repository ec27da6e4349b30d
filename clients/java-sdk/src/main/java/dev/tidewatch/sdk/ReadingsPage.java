package dev.tidewatch.sdk;

import java.util.List;

/**
 * One message of a stream of readings, decoded into arrays.
 *
 * @param feedPosition the snapshot: exactly the commits up to it are included
 * @param columns a series may continue in the next page
 * @param resumeToken a stream that breaks after this page goes on with it
 */
public record ReadingsPage(FeedPosition feedPosition, List<Column> columns, String resumeToken) {
  public ReadingsPage {
    columns = List.copyOf(columns);
  }

  /** Readings of one series in the order of times. */
  public static final class Column {
    private final String series;
    private final long[] timesMicros;
    private final double[] values;
    private final int[] qualities;

    Column(String series, long[] timesMicros, double[] values, int[] qualities) {
      if (values.length != timesMicros.length
          || (qualities.length != timesMicros.length && qualities.length != 0)) {
        throw new IllegalArgumentException(
            "%s: columns of unequal length: %d times, %d values, %d qualities"
                .formatted(series, timesMicros.length, values.length, qualities.length));
      }
      this.series = series;
      this.timesMicros = timesMicros;
      this.values = values;
      this.qualities = qualities;
    }

    public String series() {
      return series;
    }

    public int size() {
      return timesMicros.length;
    }

    /** Microseconds since 1970-01-01T00:00Z. */
    public long timeMicros(int row) {
      return timesMicros[row];
    }

    public double value(int row) {
      return values[row];
    }

    /** Sum of {@code QualityFlag} bits; 0 unless qualities were asked for. */
    public int quality(int row) {
      return qualities.length == 0 ? 0 : qualities[row];
    }

    /** Not a copy: not to be changed. */
    public long[] timesMicros() {
      return timesMicros;
    }

    /** Not a copy: not to be changed. */
    public double[] values() {
      return values;
    }
  }
}
