package dev.tidewatch.timeseries.drift;

import java.util.Arrays;
import java.util.Optional;

/**
 * The default test of whether the residuals of a model have changed: in their mean, up or down, or
 * in their size. Made to be let loose on thousands of streams unattended, so it reports late rather
 * than wrongly; a change of the mean by one deviation is found within some hundred values.
 *
 * <ol>
 *   <li>The first {@value #BASELINE_VALUES} values give mean, deviation and the correlation phi of
 *       neighbours (0 to 0.9).
 *   <li>Each value from then on is scaled by mean and deviation, bound to four deviations so that
 *       one stray value decides nothing, and freed of what its predecessor told: e = (z - phi z') /
 *       sqrt(1 - phi^2). Without that, residuals of several steps ahead, which go together, would
 *       look like drift.
 *   <li>On e run {@link PageHinkley} for a rise, for a fall and for a rise of |e|, nothing
 *       forgotten, and {@link Adwin} for changes that are slow or small.
 * </ol>
 *
 * <p>The first of them that reports decides; then everything begins anew with a new baseline. Not
 * thread-safe.
 */
public final class ResidualDrift implements ChangeDetector {
  /** Values that the baseline is taken from. */
  public static final int BASELINE_VALUES = 300;

  private static final double BOUND_DEVIATIONS = 4;
  private static final double CORRELATION_MAX = 0.9;
  private static final double MEAN_DELTA = 0.3;
  private static final double MEAN_THRESHOLD = 35;
  private static final double SIZE_DELTA = 0.3;
  private static final double SIZE_THRESHOLD = 50;
  private static final double ADWIN_DELTA = 1e-5;

  /** Values of e are spread over twelve deviations, which ADWIN takes as its unit. */
  private static final double ADWIN_UNIT = 12;

  /** Weight of a value in the recent mean: a memory of some thirty values. */
  private static final double RECENT_WEIGHT = 1.0 / 30;

  private static final int HEAD_NUMBERS = 9;

  private final double[] baseline = new double[BASELINE_VALUES];
  private int gathered;

  private double mean;
  private double deviation = 1;
  private double correlation;
  private double sizeDeviation = 1;
  private double before = Double.NaN;
  private double recentMean;
  private double recentSize;
  private long tested;
  private PageHinkley rise = meanTest();
  private PageHinkley fall = meanTest();
  private PageHinkley size = sizeTest();
  private Adwin window = new Adwin(ADWIN_DELTA);

  /** Which test reported. */
  public enum Test {
    PAGE_HINKLEY("page-hinkley"),
    ADWIN("adwin");

    private final String code;

    Test(String code) {
      this.code = code;
    }

    /** As it is written in answers. */
    public String code() {
      return code;
    }
  }

  /**
   * A change.
   *
   * @param before mean of the values of the baseline
   * @param after mean of the newest values, some thirty
   * @param meanShift their distance in deviations of the baseline
   * @param sizeRatio mean size of the newest scaled values over that of the baseline's
   */
  public record Change(
      Test test, double before, double after, double meanShift, double sizeRatio) {}

  private static PageHinkley meanTest() {
    return new PageHinkley(1, MEAN_DELTA, MEAN_THRESHOLD, 1);
  }

  private static PageHinkley sizeTest() {
    return new PageHinkley(1, SIZE_DELTA, SIZE_THRESHOLD, 1);
  }

  @Override
  public boolean add(double value) {
    return next(value).isPresent();
  }

  /** As {@link #add}, and tells what changed. */
  public Optional<Change> next(double value) {
    Checks.finite(value);
    if (gathered < BASELINE_VALUES) {
      baseline[gathered++] = value;
      if (gathered == BASELINE_VALUES) {
        begin();
      }
      return Optional.empty();
    }
    double z = (value - mean) / deviation;
    recentMean += (z - recentMean) * RECENT_WEIGHT;
    recentSize += (Math.min(Math.abs(z), BOUND_DEVIATIONS) - recentSize) * RECENT_WEIGHT;
    tested++;
    double e = innovation(value);
    boolean isCut = window.add(unit(e));
    boolean hasRisen = rise.add(e);
    boolean hasFallen = fall.add(-e);
    boolean hasGrown = size.add(Math.abs(e) / sizeDeviation);
    boolean isShift = hasRisen || hasFallen || hasGrown;
    if (!isCut && !isShift) {
      return Optional.empty();
    }
    var change =
        new Change(
            isShift ? Test.PAGE_HINKLEY : Test.ADWIN,
            mean,
            mean + recentMean * deviation,
            recentMean,
            recentSize / sizeOfBaseline());
    reset();
    return Optional.of(change);
  }

  private void begin() {
    mean = Arrays.stream(baseline).average().orElseThrow();
    double squares = 0;
    for (double value : baseline) {
      squares += (value - mean) * (value - mean);
    }
    deviation = Math.sqrt(squares / (BASELINE_VALUES - 1));
    if (!(deviation > 0)) {
      // Nothing moves: any size of change is a change, so let the values' own size be the unit.
      deviation = Math.max(Math.abs(mean) * 1e-3, 1e-9);
    }
    double products = 0;
    for (int i = 1; i < BASELINE_VALUES; i++) {
      products += (baseline[i] - mean) * (baseline[i - 1] - mean);
    }
    correlation = squares > 0 ? Math.clamp(products / squares, 0, CORRELATION_MAX) : 0;
    var innovations = new double[BASELINE_VALUES];
    double sizes = 0;
    for (int i = 0; i < BASELINE_VALUES; i++) {
      innovations[i] = innovation(baseline[i]);
      sizes += Math.abs(innovations[i]);
    }
    double meanSize = sizes / BASELINE_VALUES;
    double sizeSquares = 0;
    for (double e : innovations) {
      sizeSquares += (Math.abs(e) - meanSize) * (Math.abs(e) - meanSize);
    }
    sizeDeviation = Math.max(Math.sqrt(sizeSquares / (BASELINE_VALUES - 1)), 0.2);
    recentMean = 0;
    recentSize = sizeOfBaseline();
    for (double e : innovations) {
      rise.learn(e);
      fall.learn(-e);
      size.learn(Math.abs(e) / sizeDeviation);
      window.add(unit(e));
    }
  }

  /** Mean size of a scaled value under the baseline; that of a normal one, about which most are. */
  private static double sizeOfBaseline() {
    return Math.sqrt(2 / Math.PI);
  }

  private double innovation(double value) {
    double z = Math.clamp((value - mean) / deviation, -BOUND_DEVIATIONS, BOUND_DEVIATIONS);
    double e =
        Double.isNaN(before)
            ? z
            : (z - correlation * before) / Math.sqrt(1 - correlation * correlation);
    before = z;
    return e;
  }

  private static double unit(double e) {
    return Math.clamp(e / ADWIN_UNIT + 0.5, 0.0, 1.0);
  }

  private void reset() {
    gathered = 0;
    mean = 0;
    deviation = 1;
    correlation = 0;
    sizeDeviation = 1;
    before = Double.NaN;
    recentMean = 0;
    recentSize = 0;
    tested = 0;
    rise = meanTest();
    fall = meanTest();
    size = sizeTest();
    window = new Adwin(ADWIN_DELTA);
  }

  /** Whether the baseline is complete, so that changes can be found. */
  public boolean isArmed() {
    return gathered == BASELINE_VALUES;
  }

  /** Values since the baseline was complete. */
  public long tested() {
    return tested;
  }

  @Override
  public double[] state() {
    if (!isArmed()) {
      var state = new double[1 + gathered];
      state[0] = gathered;
      System.arraycopy(baseline, 0, state, 1, gathered);
      return state;
    }
    double[] head = {
      gathered, mean, deviation, correlation, sizeDeviation, before, recentMean, recentSize, tested
    };
    double[][] parts = {head, rise.state(), fall.state(), size.state(), window.state()};
    var state = new double[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
    int at = 0;
    for (double[] part : parts) {
      System.arraycopy(part, 0, state, at, part.length);
      at += part.length;
    }
    return state;
  }

  @Override
  public void restore(double[] state) {
    Checks.state(
        state.length >= 1 && state[0] >= 0 && state[0] <= BASELINE_VALUES, "residual drift", state);
    reset();
    int values = (int) state[0];
    if (values < BASELINE_VALUES) {
      Checks.state(state.length == 1 + values, "residual drift", state);
      System.arraycopy(state, 1, baseline, 0, values);
      gathered = values;
      return;
    }
    Checks.state(
        state.length > HEAD_NUMBERS + 9
            && state[2] > 0
            && Math.abs(state[3]) <= CORRELATION_MAX
            && state[4] > 0,
        "residual drift",
        state);
    mean = state[1];
    deviation = state[2];
    correlation = state[3];
    sizeDeviation = state[4];
    before = state[5];
    recentMean = state[6];
    recentSize = state[7];
    tested = (long) state[8];
    rise.restore(Arrays.copyOfRange(state, HEAD_NUMBERS, HEAD_NUMBERS + 3));
    fall.restore(Arrays.copyOfRange(state, HEAD_NUMBERS + 3, HEAD_NUMBERS + 6));
    size.restore(Arrays.copyOfRange(state, HEAD_NUMBERS + 6, HEAD_NUMBERS + 9));
    window.restore(Arrays.copyOfRange(state, HEAD_NUMBERS + 9, state.length));
    gathered = values;
  }
}
