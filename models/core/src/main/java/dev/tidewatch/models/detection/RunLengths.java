package dev.tidewatch.models.detection;

/**
 * Tells whether a value repeats for longer than this series ever does. Three things make a run
 * ordinary: repeats are common anyway (coarse sensors), long runs happen (daily extremes), or this
 * very value is one that the series likes to rest at, such as a closed valve. Not thread-safe.
 */
final class RunLengths {
  /** A run of repeats this improbable is suspicious. */
  private static final double RUN_PROBABILITY_LOG10 = -6;

  private static final double REPEAT_PROBABILITY_MIN = 1e-3;
  private static final double REPEAT_PROBABILITY_MAX = 0.99;
  private static final double RATE_MIN = 1.0 / 5_000;
  private static final double MARGIN = 1.3;

  private static final int RESTS_MAX = 6;

  /** A value is one to rest at after so many long runs. */
  private static final int REST_RUNS_MIN = 3;

  private static final int LONG_RUN = 5;

  private final DailyExtremes extremes;
  private final double[] restValue = new double[RESTS_MAX];
  private final int[] restRuns = new int[RESTS_MAX];
  private final double[] restLongest = new double[RESTS_MAX];
  private double newest = Double.NaN;
  private long run;
  private double repeatProbability = 0.01;
  private long count;

  RunLengths() {
    extremes = new DailyExtremes(1, 0.5);
  }

  RunLengths(StateReader in) {
    extremes = new DailyExtremes(in);
    for (int i = 0; i < RESTS_MAX; i++) {
      restValue[i] = in.getDouble();
      restRuns[i] = in.getInt();
      restLongest[i] = in.getDouble();
    }
    newest = in.getDouble();
    run = in.getLong();
    repeatProbability = in.getDouble();
    count = in.getLong();
  }

  void save(StateWriter out) {
    extremes.save(out);
    for (int i = 0; i < RESTS_MAX; i++) {
      out.putDouble(restValue[i]).putLong(restRuns[i]).putDouble(restLongest[i]);
    }
    out.putDouble(newest).putLong(run).putDouble(repeatProbability).putLong(count);
  }

  static int stateBytesMax() {
    return DailyExtremes.stateBytesMax()
        + RESTS_MAX * (2 * Double.BYTES + 5)
        + 2 * Double.BYTES
        + 20;
  }

  /** How often the value would have been repeated with this reading: 1 if it is new. */
  private long runWith(double value) {
    return value == newest ? run + 1 : 1;
  }

  /**
   * Length of the run with this reading relative to the longest that is still ordinary: 1 and more
   * is stuck.
   */
  double ratio(double value, double returnPeriodDays) {
    long length = runWith(value);
    return length < 2 ? 0 : length / allowed(value, returnPeriodDays);
  }

  private double allowed(double value, double returnPeriodDays) {
    double byChance = 3 + Math.ceil(RUN_PROBABILITY_LOG10 / Math.log10(repeatProbability));
    int rest = rest(value);
    if (isRest(rest)) {
      return Math.max(byChance, 1.5 * restLongest[rest]);
    }
    return Math.max(byChance, MARGIN * extremes.returnLevel(returnPeriodDays));
  }

  private boolean isRest(int rest) {
    return rest >= 0 && restRuns[rest] >= REST_RUNS_MIN;
  }

  private int rest(double value) {
    for (int i = 0; i < RESTS_MAX; i++) {
      if (restRuns[i] > 0 && restValue[i] == value) {
        return i;
      }
    }
    return -1;
  }

  /**
   * @param stuck true while an anomaly for this run is known: such a run teaches nothing
   */
  void learn(long day, double value, boolean stuck) {
    boolean repeats = value == newest;
    if (!stuck) {
      learnRepeat(value, repeats);
      if (!repeats && !Double.isNaN(newest)) {
        learnRun(day);
      }
    }
    run = runWith(value);
    newest = value;
  }

  private void learnRepeat(double value, boolean repeats) {
    if (repeats && isRest(rest(value))) {
      return;
    }
    double rate = Math.max(RATE_MIN, 1.0 / (count + 2));
    repeatProbability =
        Math.clamp(
            repeatProbability + rate * ((repeats ? 1 : 0) - repeatProbability),
            REPEAT_PROBABILITY_MIN,
            REPEAT_PROBABILITY_MAX);
    count++;
  }

  private void learnRun(long day) {
    int rest = rest(newest);
    if (!isRest(rest)) {
      extremes.learn(day, (double) run);
    }
    if (run >= LONG_RUN) {
      noteRest(rest);
    }
  }

  private void noteRest(int known) {
    int at = known;
    if (at < 0) {
      at = 0;
      for (int i = 1; i < RESTS_MAX; i++) {
        if (restRuns[i] < restRuns[at]) {
          at = i;
        }
      }
      if (restRuns[at] > 1) {
        restRuns[at]--; // A value often rested at gives way only after as many newcomers.
        return;
      }
      restValue[at] = newest;
      restRuns[at] = 0;
      restLongest[at] = 0;
    }
    restRuns[at] = Math.min(restRuns[at] + 1, 30);
    restLongest[at] = Math.max(0.97 * restLongest[at], (double) run);
  }

  /** Length of the run so far. */
  long run() {
    return run;
  }
}
