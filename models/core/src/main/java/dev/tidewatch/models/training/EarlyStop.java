package dev.tidewatch.models.training;

/**
 * Says when a loss has not got better for long enough: what ends an iterative fit, or a search. Not
 * thread-safe.
 */
public final class EarlyStop {
  private final int patience;
  private final double improvementMin;
  private double best = Double.POSITIVE_INFINITY;
  private int bestStep = -1;
  private int step = -1;

  /**
   * @param patience steps without improvement after which to stop, at least 1
   * @param improvementMin share of the best loss by which a new one must be lower to count, 0 or
   *     more
   */
  public EarlyStop(int patience, double improvementMin) {
    if (patience < 1 || !(improvementMin >= 0)) {
      throw new IllegalArgumentException(
          "patience %d, improvement %s: want at least 1 and 0".formatted(patience, improvementMin));
    }
    this.patience = patience;
    this.improvementMin = improvementMin;
  }

  /**
   * Takes the loss of the next step.
   *
   * @param loss less is better; {@code NaN} counts as no improvement
   * @return true: stop, the best was {@link #bestStep()}
   */
  public boolean shouldStop(double loss) {
    step++;
    if (bestStep < 0 ? !Double.isNaN(loss) : loss < best - improvementMin * Math.abs(best)) {
      best = loss;
      bestStep = step;
    }
    return step - bestStep >= patience;
  }

  /** Step of the lowest loss, the first being 0; -1 before there was any. */
  public int bestStep() {
    return bestStep;
  }

  public double best() {
    return best;
  }
}
