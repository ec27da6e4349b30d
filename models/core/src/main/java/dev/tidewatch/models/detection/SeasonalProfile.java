package dev.tidewatch.models.detection;

import dev.tidewatch.timeseries.LocalCalendar;
import dev.tidewatch.timeseries.Times;

/**
 * What the series usually does at this time of a weekday or weekend day: level, spread around it,
 * and size of surprises, for each slot of the day. A slot learns once per visit, so that what
 * counts is days, not readings; slots never visited fall back to the other kind of day. Levels are
 * joined by straight lines between slot centres. Not thread-safe.
 */
final class SeasonalProfile {
  /** A level remembers about so many days of its kind. */
  private static final int VISITS_REMEMBERED = 12;

  /** A visit moves a slot by at most so many of its spreads, once the slot is known. */
  private static final double PULL_MAX = 4;

  /** Mean absolute deviation to standard deviation, for normal values. */
  static final double MEAN_DEVIATION_TO_SIGMA = 1.2533141373155003;

  private final LocalCalendar calendar;
  private final int slots;
  private final double[] level;
  private final float[] spread;
  private final float[] surprise;
  private final int[] visits;

  private double typicalSpread;
  private double typicalSurprise;
  private long visitsTotal;

  private int openSlot = -1;
  private int openCount;
  private double openValues;
  private double openSpread;
  private double openSurprise;

  SeasonalProfile(LocalCalendar calendar, int slotsPerDay) {
    this.calendar = calendar;
    this.slots = slotsPerDay;
    this.level = new double[2 * slotsPerDay];
    this.spread = new float[2 * slotsPerDay];
    this.surprise = new float[2 * slotsPerDay];
    this.visits = new int[2 * slotsPerDay];
  }

  SeasonalProfile(LocalCalendar calendar, int slotsPerDay, StateReader in) {
    this(calendar, slotsPerDay);
    for (int i = 0; i < level.length; i++) {
      visits[i] = in.getInt();
      if (visits[i] > 0) {
        level[i] = in.getDouble();
        spread[i] = in.getFloat();
        surprise[i] = in.getFloat();
      }
    }
    typicalSpread = in.getDouble();
    typicalSurprise = in.getDouble();
    visitsTotal = in.getLong();
    openSlot = in.getInt();
    openCount = in.getInt();
    openValues = in.getDouble();
    openSpread = in.getDouble();
    openSurprise = in.getDouble();
    if (openSlot < -1 || openSlot >= level.length) {
      throw StateReader.damaged("slot %d does not exist".formatted(openSlot));
    }
  }

  void save(StateWriter out) {
    for (int i = 0; i < level.length; i++) {
      out.putLong(visits[i]);
      if (visits[i] > 0) {
        out.putDouble(level[i]).putFloat(spread[i]).putFloat(surprise[i]);
      }
    }
    out.putDouble(typicalSpread).putDouble(typicalSurprise).putLong(visitsTotal);
    out.putLong(openSlot)
        .putLong(openCount)
        .putDouble(openValues)
        .putDouble(openSpread)
        .putDouble(openSurprise);
  }

  static int stateBytesMax(int slotsPerDay) {
    return 2 * slotsPerDay * (5 + Double.BYTES + 2 * Float.BYTES) + 5 * Double.BYTES + 20;
  }

  private int slotAt(long timeMicros) {
    int ofDay = calendar.slotOfDay(timeMicros, slots);
    return calendar.isWeekend(timeMicros) ? slots + ofDay : ofDay;
  }

  /** The slot itself, or the same part of the other kind of day, or -1. */
  private int known(int slot) {
    if (visits[slot] > 0) {
      return slot;
    }
    int other = slot < slots ? slot + slots : slot - slots;
    return visits[other] > 0 ? other : -1;
  }

  /** The usual level at the time; {@code NaN} where nothing is known yet. */
  double expected(long timeMicros) {
    int slot = known(slotAt(timeMicros));
    if (slot < 0) {
      return Double.NaN;
    }
    long widthMicros = Times.MICROS_PER_DAY / slots;
    double within =
        Math.floorMod(calendar.secondOfDay(timeMicros) * (long) slots, 86_400L) / 86_400.0 - 0.5;
    int neighbour = known(slotAt(timeMicros + (within < 0 ? -widthMicros : widthMicros)));
    double weight = neighbour < 0 ? 0 : Math.abs(within);
    return weight == 0 ? level[slot] : (1 - weight) * level[slot] + weight * level[neighbour];
  }

  /** How many visits the time's own slot has had, at most {@value #VISITS_REMEMBERED}. */
  int visits(long timeMicros) {
    return visits[slotAt(timeMicros)];
  }

  /** Standard deviation of values around the level at the time. */
  double spreadSigma(long timeMicros) {
    return sigma(spread, typicalSpread, timeMicros);
  }

  /** Standard deviation of one-step surprises at the time. */
  double surpriseSigma(long timeMicros) {
    return sigma(surprise, typicalSurprise, timeMicros);
  }

  /**
   * A slot's own figure, drawn towards that of all slots while it has few visits, and never far
   * below it.
   */
  private double sigma(float[] own, double typical, long timeMicros) {
    int slot = known(slotAt(timeMicros));
    double mixed =
        slot < 0
            ? typical
            : (own[slot] * (double) visits[slot] + 3 * typical) / (visits[slot] + 3.0);
    return MEAN_DEVIATION_TO_SIGMA * Math.max(mixed, 0.3 * typical);
  }

  /**
   * Takes part in the visit of the reading's slot.
   *
   * @param deviation of the value from the level
   * @param surpriseSize distance of the value from what was expected of it
   */
  void learn(long timeMicros, double value, double deviation, double surpriseSize) {
    int slot = slotAt(timeMicros);
    if (slot != openSlot) {
      closeVisit();
      openSlot = slot;
    }
    openCount++;
    openValues += value;
    openSpread += Math.abs(deviation);
    openSurprise += surpriseSize;
  }

  private void closeVisit() {
    if (openCount > 0) {
      double rate = 1.0 / Math.min(visits[openSlot] + 1, VISITS_REMEMBERED);
      double typicalRate = 1.0 / Math.min(visitsTotal + 1, VISITS_REMEMBERED * (long) slots);
      double value = openValues / openCount;
      if (visits[openSlot] > 0) {
        double own = Math.max(spread[openSlot], typicalSpread);
        double pull = Math.clamp(value - level[openSlot], -PULL_MAX * own, PULL_MAX * own);
        boolean young = visits[openSlot] < 3;
        level[openSlot] += rate * (young ? value - level[openSlot] : pull);
      } else {
        level[openSlot] = value;
      }
      spread[openSlot] =
          toFloat(step(spread[openSlot], openSpread / openCount, rate, visits[openSlot]));
      surprise[openSlot] =
          toFloat(step(surprise[openSlot], openSurprise / openCount, rate, visits[openSlot]));
      typicalSpread = step(typicalSpread, openSpread / openCount, typicalRate, visitsTotal);
      typicalSurprise = step(typicalSurprise, openSurprise / openCount, typicalRate, visitsTotal);
      visits[openSlot] = Math.min(visits[openSlot] + 1, VISITS_REMEMBERED);
      visitsTotal++;
    }
    openCount = 0;
    openValues = 0;
    openSpread = 0;
    openSurprise = 0;
  }

  private static float toFloat(double value) {
    return (float) Math.min(value, Float.MAX_VALUE);
  }

  /**
   * One step of a mean that forgets; a wild value counts as {@value #PULL_MAX} times the mean at
   * most.
   */
  private static double step(double mean, double value, double rate, long seen) {
    double bounded = seen < 3 || mean == 0 ? value : Math.min(value, PULL_MAX * mean);
    return mean + rate * (bounded - mean);
  }
}
