package dev.tidewatch.models.detection.online;

import dev.tidewatch.models.detection.Cause;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.Severity;
import dev.tidewatch.models.detection.StateReader;
import dev.tidewatch.models.detection.StateWriter;
import dev.tidewatch.models.detection.Verdict;
import dev.tidewatch.timeseries.LocalCalendar;

/**
 * Three views of a reading, each ranked by its own tail ({@link TailRank}):
 *
 * <ol>
 *   <li>distance from the usual value at this time of a weekday or weekend ({@link DayProfile});
 *   <li>distance from the local level in its usual distances ({@link LocalLevel});
 *   <li>distance of the last readings' course from all courses in memory ({@link ShapeMemory}).
 * </ol>
 *
 * The highest rank counts, and only if none as high was seen in the newest ninth of the series: a
 * fault speaks once, and a restless series is not heard all the time. Score = rank / {@value
 * TailRank#RANK_MAX}. Values are taken relative to the first. Not thread-safe.
 */
final class OnlineDetector implements Detector {
  private static final char KIND = 'O';
  private static final int VERSION = 1;

  /** Larger readings count as this; sums of their distances stay finite in single precision. */
  private static final double READING_MAX = 1e30;

  private static final double QUIET_SHARE = 0.11;
  private static final double QUIET_ROWS_MAX = 1_000;

  /** High ranks so close to each other are of one anomaly. */
  private static final long ANOMALY_ROWS = 12;

  /** Distances below this share of the reading are rounding. */
  private static final double ROUNDING = 1e-12;

  private final OnlineSettings settings;
  private final DayProfile profile;
  private final LocalLevel local;
  private final ShapeMemory shapes;
  private final TailRank profileTail;
  private final TailRank localTail;
  private final TailRank shapeTail;
  private final RecentRanks recent;

  private long newestMicros = Long.MIN_VALUE;
  private long count;
  private double first;
  private long anomalyRow = Long.MIN_VALUE;

  OnlineDetector(OnlineSettings settings) {
    this.settings = settings;
    profile = new DayProfile(new LocalCalendar(settings.zone()));
    local = new LocalLevel();
    shapes = new ShapeMemory();
    profileTail = new TailRank();
    localTail = new TailRank();
    shapeTail = new TailRank();
    recent = new RecentRanks();
  }

  OnlineDetector(OnlineSettings settings, byte[] state) {
    var in = new StateReader(state, KIND, VERSION);
    this.settings = settings;
    newestMicros = in.getLong();
    count = in.getLong();
    first = in.getDouble();
    anomalyRow = in.getLong();
    profile = new DayProfile(new LocalCalendar(settings.zone()), in);
    local = new LocalLevel(in);
    shapes = new ShapeMemory(in);
    profileTail = new TailRank(in);
    localTail = new TailRank(in);
    shapeTail = new TailRank(in);
    recent = new RecentRanks(in);
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
    local.save(out);
    shapes.save(out);
    profileTail.save(out);
    localTail.save(out);
    shapeTail.save(out);
    recent.save(out);
    return out.toBytes();
  }

  static int stateBytesMax() {
    return 60
        + DayProfile.stateBytesMax()
        + LocalLevel.stateBytesMax()
        + ShapeMemory.stateBytesMax()
        + 3 * TailRank.stateBytesMax()
        + RecentRanks.stateBytesMax();
  }

  @Override
  public long newestMicros() {
    return newestMicros;
  }

  @Override
  public Verdict score(long timeMicros, double reading) {
    if (!Double.isFinite(reading)) {
      throw new IllegalArgumentException("value %s of a reading is not finite".formatted(reading));
    }
    double bounded = Math.clamp(reading, -READING_MAX, READING_MAX);
    boolean isNew = timeMicros > newestMicros;
    if (count == 0) {
      first = bounded;
    }
    double value = bounded - first;
    double rounding = ROUNDING * (Math.abs(value) + Math.abs(bounded));
    double usual = profile.expected(timeMicros);
    double fromProfile = aboveRounding(Math.abs(value - usual), rounding);
    double fromLocal = local.isKnown() ? local.distance(value, rounding) : Double.NaN;
    double fromShapes = aboveRounding(shapes.distance((float) value), rounding);
    double rank =
        Math.max(
            profileTail.rank(fromProfile),
            Math.max(localTail.rank(fromLocal), shapeTail.rank(fromShapes)));
    double quietRows = Math.min(QUIET_ROWS_MAX, QUIET_SHARE * count);
    boolean record = rank > 0 && recent.isRecord(rank, count - quietRows);
    Verdict verdict = verdict(reading, usual, record ? rank : 0, isNew);
    if (isNew) {
      double learnt = local.withinReach(value);
      profile.learn(timeMicros, learnt);
      local.learn(learnt);
      shapes.learn((float) learnt);
      learn(profileTail, fromProfile);
      learn(localTail, fromLocal);
      learn(shapeTail, fromShapes);
      recent.learn(count, rank);
      newestMicros = timeMicros;
      count++;
    }
    return verdict;
  }

  private static double aboveRounding(double distance, double rounding) {
    return distance <= rounding ? 0 : distance;
  }

  private static void learn(TailRank tail, double distance) {
    if (!Double.isNaN(distance)) {
      tail.learn(distance);
    }
  }

  private Verdict verdict(double reading, double usual, double rank, boolean isNew) {
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
