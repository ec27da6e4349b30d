package dev.tidewatch.timeseries.energy;

import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.Times;
import dev.tidewatch.timeseries.energy.EnergyUnit.Quantity;

/**
 * Energy per interval of a grid from irregular readings, which come one by one in the order of
 * times. Constant memory. Not thread-safe.
 *
 * <p>Readings of power are joined by straight lines (trapezoidal rule), cut exactly where intervals
 * begin; between neighbours farther apart than the gap limit nothing is known and nothing is
 * counted. Readings of energy are those of a meter: what it rose by between two neighbours was used
 * there, at an even rate, however far apart they are; a meter that fell began again from zero and
 * used what it shows. Time between neighbours farther apart than the gap limit never counts as
 * covered.
 */
public final class EnergyIntegral {
  private static final double MICROS_PER_HOUR = Times.MICROS_PER_HOUR;

  /** Gets each interval once, in order, those without energy too. */
  @FunctionalInterface
  public interface IntervalSink {
    /**
     * @param startMicros first instant of the interval within the span
     * @param widthMicros how much of the interval lies within the span
     * @param kwh energy of the counted time
     * @param countedMicros time whose energy is known
     * @param coveredMicros time that lies between neighbours within the gap limit
     */
    void interval(
        long startMicros, long widthMicros, double kwh, long countedMicros, long coveredMicros);
  }

  private final EnergyUnit unit;
  private final Grid grid;
  private final long fromMicros;
  private final long toMicros;
  private final long gapMicros;
  private final IntervalSink sink;

  private long index;
  private long startMicros;
  private long endMicros;
  private double kwh;
  private long countedMicros;
  private long coveredMicros;

  private boolean begun;
  private long previousMicros;
  private double previous;

  /**
   * @param fromMicros inclusive
   * @param toMicros exclusive, not before {@code fromMicros}
   * @param gapMicros largest distance of neighbours between which readings count as gapless
   */
  public EnergyIntegral(
      EnergyUnit unit,
      Grid grid,
      long fromMicros,
      long toMicros,
      long gapMicros,
      IntervalSink sink) {
    if (toMicros < fromMicros || gapMicros <= 0) {
      throw new IllegalArgumentException(
          "span of %d microseconds, gap limit of %d; expected at least 0 and above 0"
              .formatted(toMicros - fromMicros, gapMicros));
    }
    this.unit = unit;
    this.grid = grid;
    this.fromMicros = fromMicros;
    this.toMicros = toMicros;
    this.gapMicros = gapMicros;
    this.sink = sink;
    open(grid.indexAt(fromMicros));
  }

  private void open(long newIndex) {
    index = newIndex;
    startMicros = Math.max(fromMicros, grid.startMicros(newIndex));
    endMicros = Math.min(toMicros, grid.endMicros(newIndex));
    kwh = 0;
    countedMicros = 0;
    coveredMicros = 0;
  }

  /** The next reading; those outside the span serve to cut the lines at its ends. */
  public void add(long timeMicros, double value) {
    if (begun) {
      if (timeMicros <= previousMicros) {
        throw new IllegalArgumentException(
            "a reading at %s comes behind one at %s"
                .formatted(Times.toInstant(timeMicros), Times.toInstant(previousMicros)));
      }
      join(timeMicros, value);
    }
    begun = true;
    previousMicros = timeMicros;
    previous = value;
  }

  private void join(long timeMicros, double value) {
    boolean gapless = timeMicros - previousMicros <= gapMicros;
    boolean metered = unit.quantity() == Quantity.ENERGY;
    long at = Math.max(previousMicros, fromMicros);
    long end = Math.min(timeMicros, toMicros);
    if (at >= end || !(gapless || metered)) {
      return;
    }
    double span = timeMicros - previousMicros;
    double slope = (value - previous) / span;
    double used = value >= previous ? value - previous : Math.max(value, 0);
    while (at < end) {
      while (at >= endMicros) {
        close();
      }
      long to = Math.min(end, endMicros);
      double middle = previous + slope * ((at - previousMicros) + (to - at) / 2.0);
      kwh +=
          unit.toKilowatts()
              * (metered ? used * ((to - at) / span) : middle * ((to - at) / MICROS_PER_HOUR));
      countedMicros += to - at;
      coveredMicros += gapless ? to - at : 0;
      at = to;
    }
  }

  private void close() {
    sink.interval(startMicros, endMicros - startMicros, kwh, countedMicros, coveredMicros);
    open(index + 1);
  }

  /** Tells the intervals that are left, to the end of the span. No reading may follow. */
  public void finish() {
    while (startMicros < toMicros) {
      close();
    }
  }
}
