package dev.tidewatch.models.detection;

import dev.tidewatch.timeseries.LocalCalendar;
import dev.tidewatch.timeseries.Times;
import java.util.List;

/**
 * Scores a reading on several time scales against what the series usually does at this time of the
 * week.
 *
 * <ol>
 *   <li>Deviation: distance from the expected value (profile plus short-term level), and from the
 *       profile alone, each in its slot's standard deviations.
 *   <li>Shift and drift: moving averages of the distance from the profile over half an hour, 3 and
 *       12 hours, against their slow average, in units of their usual size.
 *   <li>Stuck: length of the run of equal values.
 * </ol>
 *
 * Each is calibrated by the series' own daily extremes so that an ordinary series reaches 3 once in
 * {@code return_period_days}. The largest is the score. Learning pauses while an anomaly lasts; one
 * that lasts two days is the new normal. Not thread-safe.
 */
final class SeasonalDetector implements Detector {
  /** Larger readings count as this. */
  private static final double READING_MAX = 1e100;

  private static final char KIND = 'W';
  private static final int VERSION = 1;

  private static final double HOUR = Times.MICROS_PER_HOUR;
  private static final double[] CONSTANTS_MICROS = {HOUR / 2, 3 * HOUR, 12 * HOUR};
  private static final Cause[] CONSTANT_CAUSES = {Cause.SHIFT, Cause.SHIFT, Cause.DRIFT};
  private static final double BASELINE_CONSTANT_MICROS = 5 * 24 * HOUR;

  /** A residual counts as at most so many spreads in averages. */
  private static final double RESIDUAL_BOUND = 8;

  /** Verdicts begin after two days and so many readings. */
  private static final long LEARNING_MICROS = 2 * Times.MICROS_PER_DAY;

  private static final int LEARNING_READINGS = 50;

  /** A part of the week seen fewer times is learnt whatever is thought of it. */
  private static final int YOUNG_VISITS = 3;

  private static final long FAULT_MICROS_MAX = 2 * Times.MICROS_PER_DAY;
  private static final long RECOVERY_MICROS_MAX = 3 * Times.MICROS_PER_DAY;
  private static final long QUIET_MICROS = 6 * Times.MICROS_PER_HOUR;
  private static final long BETWEEN_ANOMALIES_MICROS = 3 * Times.MICROS_PER_HOUR;

  private final DetectorSettings settings;
  private final SeasonalProfile profile;
  private final ShortTermLevel level;
  private final DailyExtremes surpriseExtremes;
  private final DailyExtremes spreadExtremes;
  private final List<SmoothedResidual> averages;
  private final RunLengths runs;
  private final AlarmLatch[] latches;

  private long firstMicros = Long.MIN_VALUE;
  private long newestMicros = Long.MIN_VALUE;
  private long count;
  private double usualGapMicros;
  private double baseline;
  private double offset;
  private double newestResidual;
  private double plainMean;
  private double recentMean;
  private long anomalyMicros = Long.MIN_VALUE;
  private long highSinceMicros = Long.MIN_VALUE;
  private boolean stuck;

  SeasonalDetector(DetectorSettings settings) {
    this.settings = settings;
    this.profile = new SeasonalProfile(new LocalCalendar(settings.zone()), settings.slotsPerDay());
    this.level = new ShortTermLevel();
    this.surpriseExtremes = DailyExtremes.ofNormalNoise();
    this.spreadExtremes = DailyExtremes.ofNormalNoise();
    this.averages =
        List.of(
            new SmoothedResidual(CONSTANTS_MICROS[0]),
            new SmoothedResidual(CONSTANTS_MICROS[1]),
            new SmoothedResidual(CONSTANTS_MICROS[2]));
    this.runs = new RunLengths();
    this.latches = new AlarmLatch[averages.size() + 3];
    for (int i = 0; i < latches.length; i++) {
      latches[i] = new AlarmLatch(QUIET_MICROS);
    }
  }

  SeasonalDetector(DetectorSettings settings, byte[] state) {
    var in = new StateReader(state, KIND, VERSION);
    this.settings = settings;
    profile = new SeasonalProfile(new LocalCalendar(settings.zone()), settings.slotsPerDay(), in);
    level = new ShortTermLevel(in);
    surpriseExtremes = new DailyExtremes(in);
    spreadExtremes = new DailyExtremes(in);
    averages =
        List.of(
            new SmoothedResidual(CONSTANTS_MICROS[0], in),
            new SmoothedResidual(CONSTANTS_MICROS[1], in),
            new SmoothedResidual(CONSTANTS_MICROS[2], in));
    runs = new RunLengths(in);
    latches = new AlarmLatch[averages.size() + 3];
    for (int i = 0; i < latches.length; i++) {
      latches[i] = new AlarmLatch(QUIET_MICROS, in);
    }
    firstMicros = in.getLong();
    newestMicros = in.getLong();
    count = in.getLong();
    usualGapMicros = in.getDouble();
    baseline = in.getDouble();
    offset = in.getDouble();
    newestResidual = in.getDouble();
    plainMean = in.getDouble();
    recentMean = in.getDouble();
    anomalyMicros = in.getLong();
    highSinceMicros = in.getLong();
    stuck = in.getBoolean();
    in.requireEnd();
  }

  @Override
  public byte[] save() {
    var out = new StateWriter(KIND, VERSION);
    profile.save(out);
    level.save(out);
    surpriseExtremes.save(out);
    spreadExtremes.save(out);
    averages.forEach(average -> average.save(out));
    runs.save(out);
    for (AlarmLatch latch : latches) {
      latch.save(out);
    }
    return out.putLong(firstMicros)
        .putLong(newestMicros)
        .putLong(count)
        .putDouble(usualGapMicros)
        .putDouble(baseline)
        .putDouble(offset)
        .putDouble(newestResidual)
        .putDouble(plainMean)
        .putDouble(recentMean)
        .putLong(anomalyMicros)
        .putLong(highSinceMicros)
        .putBoolean(stuck)
        .toBytes();
  }

  static int stateBytesMax(int slotsPerDay) {
    return SeasonalProfile.stateBytesMax(slotsPerDay)
        + ShortTermLevel.stateBytesMax()
        + 2 * DailyExtremes.stateBytesMax()
        + CONSTANTS_MICROS.length * SmoothedResidual.stateBytesMax()
        + RunLengths.stateBytesMax()
        + (CONSTANTS_MICROS.length + 3) * 10
        + 120;
  }

  @Override
  public long newestMicros() {
    return newestMicros;
  }

  /**
   * The reading, within the range whose squares and sums are finite.
   *
   * @throws IllegalArgumentException if it is not finite
   */
  static double bounded(double reading) {
    return Detector.bounded(reading, READING_MAX);
  }

  @Override
  public Verdict score(long timeMicros, double reading) {
    double value = bounded(reading);
    boolean isNew = timeMicros > newestMicros;
    if (count == 0) {
      firstMicros = timeMicros;
      plainMean = value;
    }
    double elapsed = isNew && count > 0 ? timeMicros - newestMicros : 0;
    if (isNew && usualGapMicros > 0 && elapsed > 5 * usualGapMicros) {
      level.fade(Math.pow(0.5, elapsed / (6 * HOUR)));
    }
    double usual = profile.expected(timeMicros);
    double center = (Double.isNaN(usual) ? plainMean : usual) + offset;
    var look = new Look(timeMicros, value, center);
    Verdict verdict = verdict(look, isNew);
    if (isNew) {
      learn(look, elapsed);
    }
    return verdict;
  }

  /** A reading and what is known when it comes. */
  private final class Look {
    final long timeMicros;
    final double value;
    final int visits;
    final double residual;
    final double expected;
    final double surprise;
    final double surpriseSigma;
    final double spreadSigma;
    final long day;

    Look(long timeMicros, double value, double center) {
      this.timeMicros = timeMicros;
      this.value = value;
      visits = profile.visits(timeMicros);
      residual = value - center;
      expected = center + level.level();
      surprise = Math.abs(value - expected);
      surpriseSigma = profile.surpriseSigma(timeMicros);
      spreadSigma = profile.spreadSigma(timeMicros);
      day = Math.floorDiv(timeMicros, Times.MICROS_PER_DAY);
    }

    /** Residual as averages see it. */
    double boundedResidual() {
      double bound = RESIDUAL_BOUND * spreadSigma;
      return bound > 0 ? Math.clamp(residual, -bound, bound) : residual;
    }
  }

  private static double ratio(double distance, double sigma) {
    return distance == 0 ? 0 : Math.min(distance / sigma, Verdict.SCORE_MAX);
  }

  private static double gain(DailyExtremes extremes, double returnPeriodDays) {
    return Math.max(1, extremes.returnLevel(returnPeriodDays) / 3);
  }

  private boolean isLearning(long timeMicros) {
    return count < LEARNING_READINGS || timeMicros - firstMicros < LEARNING_MICROS;
  }

  private Verdict verdict(Look look, boolean isNew) {
    if (isLearning(look.timeMicros)) {
      return Verdict.learning(look.value);
    }
    double period = settings.returnPeriodDays();
    var scores = new double[latches.length];
    double surpriseGain = gain(surpriseExtremes, period);
    if (settings.watch().contains(Cause.DEVIATION) && look.visits > 0) {
      scores[0] = ratio(look.surprise, look.surpriseSigma) / surpriseGain;
      scores[1] = ratio(Math.abs(look.residual), look.spreadSigma) / gain(spreadExtremes, period);
    }
    if (settings.watch().contains(Cause.STUCK)) {
      scores[2] = 3 * runs.ratio(look.value, period);
    }
    for (int i = 0; i < averages.size(); i++) {
      SmoothedResidual average = averages.get(i);
      if (settings.watch().contains(CONSTANT_CAUSES[i]) && average.isKnown() && look.visits > 0) {
        scores[3 + i] = average.sigmas(baseline) / average.gain(period);
      }
    }
    int top = 0;
    for (int i = 1; i < scores.length; i++) {
      top = scores[i] > scores[top] ? i : top;
    }
    double score = Math.min(scores[top], Verdict.SCORE_MAX);
    double reach = settings.threshold() * surpriseGain * look.surpriseSigma;
    return new Verdict(
        score,
        Severity.ofScore(score),
        look.expected,
        look.expected - reach,
        look.expected + reach,
        score < Math.min(3, settings.threshold()) ? Cause.NONE : cause(top),
        isNew && opensAnomaly(look, scores));
  }

  private static Cause cause(int score) {
    return switch (score) {
      case 0, 1 -> Cause.DEVIATION;
      case 2 -> Cause.STUCK;
      default -> CONSTANT_CAUSES[score - 3];
    };
  }

  private boolean opensAnomaly(Look look, double[] scores) {
    boolean opens = false;
    boolean high = false;
    for (int i = 0; i < scores.length; i++) {
      boolean scoreIsHigh = scores[i] >= settings.threshold();
      high |= scoreIsHigh;
      if (latches[i].opens(look.timeMicros, scoreIsHigh) && !isAftermath(i, look)) {
        opens = true;
      }
    }
    stuck = scores[2] >= settings.threshold();
    if (!high) {
      highSinceMicros = Long.MIN_VALUE;
    } else if (highSinceMicros == Long.MIN_VALUE) {
      highSinceMicros = look.timeMicros;
    }
    if (opens) {
      anomalyMicros = look.timeMicros;
    }
    return opens;
  }

  /**
   * True for a high score that only echoes an anomaly already reported, or the way back from it.
   */
  private boolean isAftermath(int score, Look look) {
    if (score < 2 && runs.run() >= 5 && stuck) {
      return true; // The sensor came loose.
    }
    if (anomalyMicros == Long.MIN_VALUE) {
      return false;
    }
    long since = look.timeMicros - anomalyMicros;
    if (since < BETWEEN_ANOMALIES_MICROS) {
      return true;
    }
    if (score >= 3) {
      return since < 4 * CONSTANTS_MICROS[score - 3];
    }
    boolean homewards = Math.abs(look.residual) < 0.5 * Math.abs(newestResidual);
    return score < 2 && since < RECOVERY_MICROS_MAX && homewards;
  }

  private void learn(Look look, double elapsed) {
    boolean high = highSinceMicros != Long.MIN_VALUE;
    boolean lasting = high && look.timeMicros - highSinceMicros > FAULT_MICROS_MAX;
    double bounded = look.boundedResidual();
    if (look.visits > 0) {
      for (SmoothedResidual average : averages) {
        average.add(bounded, elapsed);
      }
    }
    recentMean += -Math.expm1(-elapsed / CONSTANTS_MICROS[2]) * (look.residual - recentMean);
    if (lasting) {
      acceptNewLevel(look);
    }
    if (!high || lasting || look.visits < YOUNG_VISITS || isLearning(look.timeMicros)) {
      learnOrdinary(look, bounded, elapsed);
    }
    level.learn(
        look.residual, look.surpriseSigma > 0 ? 6 * look.surpriseSigma : Double.POSITIVE_INFINITY);
    runs.learn(look.day, look.value, stuck);
    plainMean += (look.value - plainMean) / Math.min(count + 1.0, 1_000);
    if (elapsed > 0) {
      usualGapMicros =
          usualGapMicros == 0
              ? elapsed
              : usualGapMicros + 0.02 * (Math.min(elapsed, 5 * usualGapMicros) - usualGapMicros);
    }
    newestResidual = look.residual;
    newestMicros = look.timeMicros;
    count++;
  }

  private void learnOrdinary(Look look, double bounded, double elapsed) {
    profile.learn(look.timeMicros, look.value - offset, look.residual, look.surprise);
    baseline += -Math.expm1(-elapsed / BASELINE_CONSTANT_MICROS) * (bounded - baseline);
    if (look.visits == 0 || look.timeMicros - firstMicros < LEARNING_MICROS) {
      return;
    }
    surpriseExtremes.learn(look.day, ratio(look.surprise, look.surpriseSigma));
    spreadExtremes.learn(look.day, ratio(Math.abs(look.residual), look.spreadSigma));
    for (SmoothedResidual average : averages) {
      average.learn(look.day, baseline, elapsed);
    }
  }

  /** What has lasted so long is no fault: the profile moves to where the series now is. */
  private void acceptNewLevel(Look look) {
    offset += recentMean;
    recentMean = 0;
    averages.forEach(average -> average.reset(baseline));
    level.fade(0);
    highSinceMicros = Long.MIN_VALUE;
    anomalyMicros = look.timeMicros;
  }
}
