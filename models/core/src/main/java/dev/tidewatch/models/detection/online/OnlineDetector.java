package dev.tidewatch.models.detection.online;

import dev.tidewatch.models.detection.Cause;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.Severity;
import dev.tidewatch.models.detection.StateReader;
import dev.tidewatch.models.detection.StateWriter;
import dev.tidewatch.models.detection.Verdict;
import dev.tidewatch.timeseries.LocalCalendar;

/**
 * Three views of a reading:
 *
 * <ol>
 *   <li>distance from the usual value at this time of a weekday or weekend ({@link DayProfile}),
 *       strictly and with a quarter of an hour's grace;
 *   <li>distance from the local level in its usual distances ({@link LocalLevel}), with three
 *       memories;
 *   <li>distance of the last readings' course from all courses in memory ({@link ShapeMemory}), at
 *       two lengths.
 * </ol>
 *
 * Each distance is ranked by its own tail ({@link TailRank}). The variants of a view are averaged,
 * which steadies it; of the views the highest rank counts, since a fault need not show in all. It
 * is given out only if none as high was seen in the newest eighth of the series: a fault speaks
 * once, and a restless series is not heard all the time. Score = rank / {@value TailRank#RANK_MAX}.
 * Values are taken relative to the first. Not thread-safe.
 */
final class OnlineDetector implements Detector {
  private static final char KIND = 'O';
  private static final int VERSION = 1;

  /** Larger readings count as this; sums of their distances stay finite in single precision. */
  private static final double READING_MAX = 1e30;

  private static final double QUIET_SHARE = 0.12;

  /** High ranks so close to each other are of one anomaly. */
  private static final long ANOMALY_ROWS = 12;

  /** Distances below this share of the reading are rounding. */
  private static final double ROUNDING = 1e-12;

  /** The same for distances from values kept in single precision. */
  private static final double SINGLE_ROUNDING = 1e-6;

  private static final int SLOTS_PER_DAY = 96;

  /** Readings that a local level and its usual distance remember. */
  private static final double[][] LOCAL_READINGS = {{50, 50}, {100, 100}, {100, 333}};

  /** The one that gives expected values where the profile knows none, and bounds. */
  private static final int MAIN_LOCAL = 0;

  /** Index of each view's first distance; profile, local levels, shapes. */
  private static final int PROFILE = 0;

  private static final int LOCAL = 2;
  private static final int SHAPE = LOCAL + 3;
  private static final int DISTANCES = SHAPE + 2;

  private final OnlineSettings settings;
  private final DayProfile profile;
  private final LocalLevel[] locals = new LocalLevel[LOCAL_READINGS.length];
  private final ShapeMemory shapes;
  private final TailRank[] tails = new TailRank[DISTANCES];
  private final RecentRanks recent;

  private long newestMicros = Long.MIN_VALUE;
  private long count;
  private double first;
  private long anomalyRow = Long.MIN_VALUE;

  /** Scratch: distances of the reading under judgement. */
  private final double[] distances = new double[DISTANCES];

  /** Scratch: their logarithms. */
  private final double[] logs = new double[DISTANCES];

  OnlineDetector(OnlineSettings settings) {
    this.settings = settings;
    profile = new DayProfile(new LocalCalendar(settings.zone()), SLOTS_PER_DAY);
    for (int i = 0; i < locals.length; i++) {
      locals[i] = new LocalLevel(LOCAL_READINGS[i][0], LOCAL_READINGS[i][1]);
    }
    shapes = new ShapeMemory();
    for (int i = 0; i < tails.length; i++) {
      tails[i] = new TailRank();
    }
    recent = new RecentRanks();
  }

  OnlineDetector(OnlineSettings settings, byte[] state) {
    var in = new StateReader(state, KIND, VERSION);
    this.settings = settings;
    newestMicros = in.getLong();
    count = in.getLong();
    first = in.getDouble();
    anomalyRow = in.getLong();
    profile = new DayProfile(new LocalCalendar(settings.zone()), SLOTS_PER_DAY, in);
    for (int i = 0; i < locals.length; i++) {
      locals[i] = new LocalLevel(LOCAL_READINGS[i][0], LOCAL_READINGS[i][1], in);
    }
    shapes = new ShapeMemory(in);
    for (int i = 0; i < tails.length; i++) {
      tails[i] = new TailRank(in);
    }
    recent = new RecentRanks(count, in);
    in.requireEnd();
  }

  @Override
  public byte[] save() {
    var out =
        new StateWriter(KIND, VERSION)
            .putLong(newestMicros)
            .putLong(count)
            .putDouble(first)
            .putLong(anomalyRow);
    profile.save(out);
    for (LocalLevel local : locals) {
      local.save(out);
    }
    shapes.save(out);
    for (TailRank tail : tails) {
      tail.save(out);
    }
    recent.save(count, out);
    return out.toBytes();
  }

  static int stateBytesMax() {
    return 60
        + DayProfile.stateBytesMax(SLOTS_PER_DAY)
        + LOCAL_READINGS.length * LocalLevel.stateBytesMax()
        + ShapeMemory.stateBytesMax()
        + DISTANCES * TailRank.stateBytesMax()
        + RecentRanks.stateBytesMax();
  }

  @Override
  public long newestMicros() {
    return newestMicros;
  }

  @Override
  public Verdict score(long timeMicros, double reading) {
    double bounded = Detector.bounded(reading, READING_MAX);
    boolean isNew = timeMicros > newestMicros;
    if (count == 0) {
      first = bounded;
    }
    double value = bounded - first;
    double usual = profile.expected(timeMicros);
    measure(timeMicros, value, usual, ROUNDING * (Math.abs(value) + Math.abs(bounded)));
    double rank =
        Math.max(rank(PROFILE, LOCAL), Math.max(rank(LOCAL, SHAPE), rank(SHAPE, DISTANCES)));
    double quietRows = Math.min(RecentRanks.ROWS_MAX, QUIET_SHARE * count);
    boolean record = rank > 0 && recent.isRecord(rank, count - quietRows);
    Verdict verdict = verdict(reading, usual, record ? rank : 0, isNew);
    if (isNew) {
      learn(timeMicros, value);
      recent.learn(count, rank);
      newestMicros = timeMicros;
      count++;
    }
    return verdict;
  }

  private void measure(long timeMicros, double value, double usual, double rounding) {
    double single = rounding + SINGLE_ROUNDING * Math.abs(value);
    distances[PROFILE] = aboveRounding(Math.abs(value - usual), single);
    distances[PROFILE + 1] =
        aboveRounding(profile.distanceFromNeighbours(timeMicros, value), single);
    for (int i = 0; i < locals.length; i++) {
      distances[LOCAL + i] = locals[i].isKnown() ? locals[i].distance(value, rounding) : Double.NaN;
    }
    shapes.measure((float) value);
    distances[SHAPE] = aboveRounding(shapes.shortDistance(), rounding);
    distances[SHAPE + 1] = aboveRounding(shapes.longDistance(), rounding);
    for (int i = 0; i < DISTANCES; i++) {
      logs[i] = TailRank.log(distances[i]);
    }
  }

  private static double aboveRounding(double distance, double rounding) {
    return distance <= rounding ? 0 : distance;
  }

  /** Mean rank of the distances of one view. */
  private double rank(int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += tails[i].rank(distances[i], logs[i]);
    }
    return sum / (to - from);
  }

  private void learn(long timeMicros, double value) {
    for (int i = 0; i < DISTANCES; i++) {
      if (!Double.isNaN(distances[i])) {
        tails[i].learn(distances[i], logs[i]);
      }
    }
    double learnt = locals[MAIN_LOCAL].withinReach(value);
    profile.learn(timeMicros, learnt);
    for (LocalLevel local : locals) {
      local.learn(learnt);
    }
    shapes.learn((float) learnt);
  }

  private Verdict verdict(double reading, double usual, double rank, boolean isNew) {
    LocalLevel local = locals[MAIN_LOCAL];
    TailRank localTail = tails[LOCAL + MAIN_LOCAL];
    TailRank profileTail = tails[PROFILE];
    if (!localTail.isKnown()) {
      return Verdict.learning(reading);
    }
    boolean high = rank >= settings.threshold() * TailRank.RANK_MAX;
    boolean opens = high && isNew && (anomalyRow < 0 || count - anomalyRow > ANOMALY_ROWS);
    if (high && isNew) {
      anomalyRow = count;
    }
    double thresholdRank = settings.threshold() * TailRank.RANK_MAX;
    double reach = localTail.valueAt(thresholdRank) * local.deviation();
    double lower = local.level() - reach;
    double upper = local.level() + reach;
    double expected = local.level();
    if (!Double.isNaN(usual) && profileTail.isKnown()) {
      double profileReach = profileTail.valueAt(thresholdRank);
      expected = usual;
      boolean disjoint = usual - profileReach > upper || usual + profileReach < lower;
      lower = disjoint ? usual - profileReach : Math.max(lower, usual - profileReach);
      upper = disjoint ? usual + profileReach : Math.min(upper, usual + profileReach);
      expected = Math.clamp(expected, lower, upper);
    }
    return new Verdict(
        rank / TailRank.RANK_MAX,
        Severity.ofScore(rank),
        first + expected,
        first + lower,
        first + upper,
        high ? Cause.DEVIATION : Cause.NONE,
        opens);
  }
}
