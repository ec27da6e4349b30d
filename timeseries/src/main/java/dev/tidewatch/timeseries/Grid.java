package dev.tidewatch.timeseries;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A regular grid over irregular readings, shared by training, serving and truth.
 *
 * <p>Intervals are numbered without gaps; interval {@code k} is half-open and named by its start:
 *
 * <ul>
 *   <li>A step shorter than a day that divides a day has fixed width: interval {@code k} covers
 *       {@code [k * step, (k + 1) * step)} of elapsed time since local midnight of 1970-01-01 in
 *       {@code zone}. A day with a clock change has 23 or 25 hourly intervals, none of them empty
 *       or double.
 *   <li>A step of exactly one day follows local days: interval {@code k} is the local date {@code
 *       1970-01-01 + k days}, which lasts 23 to 25 hours where clocks change.
 *   <li>Every other step (7 hours, 7 days) has fixed width since 1970-01-01T00:00Z, whatever the
 *       zone.
 * </ul>
 *
 * @param step width of an interval; whole seconds, 1 s to 7 days
 * @param zone decides where days start
 * @param aggregation how the readings of an interval become one value
 * @param fill what stands in an interval without readings
 * @param fillIntervalsMax longest run of missing intervals that is filled, 0 to 100,000; 0 means no
 *     limit
 * @param lateness how long after its end an interval may still receive readings; 0 to 7 days
 */
public record Grid(
    Duration step,
    ZoneId zone,
    Aggregation aggregation,
    Fill fill,
    int fillIntervalsMax,
    Duration lateness) {
  public static final Duration STEP_MAX = Duration.ofDays(7);
  public static final Duration LATENESS_MAX = Duration.ofDays(7);
  public static final int FILL_INTERVALS_MAX = 100_000;

  private static final Duration DAY = Duration.ofDays(1);

  public Grid {
    if (step.isZero()
        || step.isNegative()
        || step.toNanosPart() != 0
        || step.compareTo(STEP_MAX) > 0) {
      throw new IllegalArgumentException(
          "grid step is %s; it must be whole seconds, 1 s to 7 days".formatted(step));
    }
    if (fillIntervalsMax < 0 || fillIntervalsMax > FILL_INTERVALS_MAX) {
      throw new IllegalArgumentException(
          "grid fill_intervals_max is %d; it must be 0 (no limit) to %d"
              .formatted(fillIntervalsMax, FILL_INTERVALS_MAX));
    }
    if (lateness.isNegative() || lateness.compareTo(LATENESS_MAX) > 0) {
      throw new IllegalArgumentException(
          "grid lateness is %s; it must be 0 s to 7 days".formatted(lateness));
    }
  }

  /** Means in UTC, gaps left missing, nothing late. */
  public static Grid ofStep(Duration step) {
    return new Grid(step, ZoneOffset.UTC, Aggregation.MEAN, Fill.NONE, 0, Duration.ZERO);
  }

  public Grid withZone(ZoneId newZone) {
    return new Grid(step, newZone, aggregation, fill, fillIntervalsMax, lateness);
  }

  public Grid withAggregation(Aggregation newAggregation) {
    return new Grid(step, zone, newAggregation, fill, fillIntervalsMax, lateness);
  }

  public Grid withFill(Fill newFill, int newFillIntervalsMax) {
    return new Grid(step, zone, aggregation, newFill, newFillIntervalsMax, lateness);
  }

  public Grid withLateness(Duration newLateness) {
    return new Grid(step, zone, aggregation, fill, fillIntervalsMax, newLateness);
  }

  /** The interval that holds the time. */
  public long indexAt(long timeMicros) {
    if (followsLocalDays()) {
      return Times.toInstant(timeMicros).atZone(zone).toLocalDate().toEpochDay();
    }
    return Math.floorDiv(timeMicros - anchorMicros(), stepMicros());
  }

  /** The first interval that starts at or after the time. */
  public long indexAtOrAfter(long timeMicros) {
    long index = indexAt(timeMicros);
    return startMicros(index) == timeMicros ? index : index + 1;
  }

  /** First instant of the interval. */
  public long startMicros(long index) {
    if (followsLocalDays()) {
      return Times.toMicros(LocalDate.ofEpochDay(index).atStartOfDay(zone).toInstant());
    }
    return Math.addExact(anchorMicros(), Math.multiplyExact(index, stepMicros()));
  }

  /** First instant after the interval; equal to the start of the next. */
  public long endMicros(long index) {
    return startMicros(index + 1);
  }

  /** From this moment the interval's value counts as known: its end plus the lateness. */
  public long knownAtMicros(long index) {
    return endMicros(index) + lateness.toSeconds() * Times.MICROS_PER_SECOND;
  }

  /** The newest interval whose value counts as known at the time. */
  public long newestKnownIndex(long timeMicros) {
    long index = indexAt(timeMicros - lateness.toSeconds() * Times.MICROS_PER_SECOND);
    return index - 1;
  }

  /** Nominal width of an interval; a local day of 23 or 25 hours counts as 24. */
  public long stepMicros() {
    return step.toSeconds() * Times.MICROS_PER_SECOND;
  }

  /** True for a step of exactly one day, whose intervals are local days. */
  public boolean followsLocalDays() {
    return step.equals(DAY);
  }

  /** How many steps make 24 hours; 0 if the step does not divide a day. */
  public int stepsPerDay() {
    return dividesDay() ? (int) (DAY.toSeconds() / step.toSeconds()) : 0;
  }

  private boolean dividesDay() {
    return DAY.toSeconds() % step.toSeconds() == 0;
  }

  private long anchorMicros() {
    if (!dividesDay()) {
      return 0;
    }
    return LocalDate.EPOCH.atStartOfDay(zone).toEpochSecond() * Times.MICROS_PER_SECOND;
  }
}
