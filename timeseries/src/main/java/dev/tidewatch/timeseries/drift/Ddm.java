package dev.tidewatch.timeseries.drift;

/**
 * The drift detection method for streams of errors (Gama, Medas, Castillo and Rodrigues 2004,
 * "Learning with Drift Detection"): with the error rate p and its standard deviation s = sqrt(p (1
 * - p) / n), a change where p + s exceeds by {@code changeLevel} deviations the least p + s so far.
 * After a change it begins anew. Not thread-safe.
 */
public final class Ddm implements ChangeDetector {
  private final double warningLevel;
  private final double changeLevel;
  private final int valuesMin;

  private long count;
  private double rate;
  private double rateAtLeast;
  private double deviationAtLeast;
  private boolean isWarning;

  /** As in the paper: warning from 2, change from 3 deviations on, after 30 values. */
  public Ddm() {
    this(2, 3, 30);
  }

  /**
   * @param warningLevel in standard deviations
   * @param changeLevel in standard deviations, above the warning level
   * @param valuesMin no change is reported before so many values
   */
  public Ddm(double warningLevel, double changeLevel, int valuesMin) {
    Checks.positive("warningLevel", warningLevel);
    if (!(changeLevel > warningLevel) || Double.isInfinite(changeLevel)) {
      throw new IllegalArgumentException(
          "changeLevel is %s; it must exceed the warning level %s"
              .formatted(changeLevel, warningLevel));
    }
    if (valuesMin < 1) {
      throw new IllegalArgumentException("valuesMin is %d; 1 is the least".formatted(valuesMin));
    }
    this.warningLevel = warningLevel;
    this.changeLevel = changeLevel;
    this.valuesMin = valuesMin;
    reset();
  }

  private void reset() {
    count = 0;
    rate = 1;
    rateAtLeast = Double.POSITIVE_INFINITY;
    deviationAtLeast = Double.POSITIVE_INFINITY;
  }

  /**
   * @param error 1 for an error, 0 for none
   */
  @Override
  public boolean add(double error) {
    if (error != 0 && error != 1) {
      throw new IllegalArgumentException("value is %s; it must be 0 or 1".formatted(error));
    }
    isWarning = false;
    count++;
    rate += (error - rate) / count;
    double deviation = Math.sqrt(rate * (1 - rate) / count);
    if (count + 1 < valuesMin) {
      return false;
    }
    if (rate + deviation <= rateAtLeast + deviationAtLeast) {
      rateAtLeast = rate;
      deviationAtLeast = deviation;
    }
    if (rate + deviation > rateAtLeast + changeLevel * deviationAtLeast) {
      reset();
      return true;
    }
    isWarning = rate + deviation > rateAtLeast + warningLevel * deviationAtLeast;
    return false;
  }

  /** Whether the last value left it between the warning level and the change level. */
  public boolean isWarning() {
    return isWarning;
  }

  @Override
  public double[] state() {
    return new double[] {count, rate, rateAtLeast, deviationAtLeast, isWarning ? 1 : 0};
  }

  @Override
  public void restore(double[] state) {
    Checks.state(
        state.length == 5
            && state[0] >= 0
            && state[1] >= 0
            && state[1] <= 1
            && state[2] >= 0
            && state[3] >= 0,
        "DDM",
        state);
    count = (long) state[0];
    rate = state[1];
    rateAtLeast = state[2];
    deviationAtLeast = state[3];
    isWarning = state[4] == 1;
  }
}
