package dev.tidewatch.monitor.analytics;

import dev.tidewatch.timeseries.Grid;
import java.util.List;
import java.util.Optional;

/**
 * The catalogue and the readings that analytics ask. All methods throw {@link
 * dev.tidewatch.serverkit.errors.Unavailable}, INGEST_UNAVAILABLE, while ingest is away.
 * Thread-safe.
 */
public interface MeasuredSeries {
  /** Gets readings one by one, in the order of times. */
  @FunctionalInterface
  interface ReadingSink {
    void reading(long timeMicros, double value);
  }

  /**
   * One series of the catalogue.
   *
   * @throws dev.tidewatch.serverkit.errors.NotFound SERIES_UNKNOWN
   */
  SeriesDescription describe(String series);

  /** The series of a device, in the order of names; none for a device that does not exist. */
  List<SeriesDescription> ofDevice(String device);

  /**
   * Reads a span, and with it the newest reading before it and the oldest from its end on, so that
   * what lies between can be joined. Readings that are known to be wrong are left out. Nothing is
   * held but one message at a time.
   *
   * @param toMicros exclusive
   */
  void read(String series, long fromMicros, long toMicros, ReadingSink sink);

  /**
   * Median distance between the first thousand readings from a time on, in microseconds; empty for
   * fewer than two.
   */
  Optional<Long> medianDistanceMicros(String series, long fromMicros, long toMicros);

  /**
   * Means of consecutive intervals, {@code NaN} where there is no reading.
   *
   * @param grid of means; divides a day
   */
  double[] means(String series, Grid grid, long firstIndex, int count);
}
