package dev.tidewatch.models.tensorflow;

/**
 * Sizes of the network.
 *
 * @param steps newest values that the LSTM reads, one after the other
 * @param linearInputs newest values that the linear map reads at once; 0 for none
 * @param units of each of the two LSTM layers
 * @param dense units of the layer behind them
 * @param horizon steps forecast
 * @param heads outputs per step: the mean, then one per quantile
 */
record LstmShape(int steps, int linearInputs, int units, int dense, int horizon, int heads) {
  LstmShape {
    if (steps < 2 || linearInputs < 0 || units < 1 || dense < 1 || horizon < 1 || heads < 1) {
      throw new IllegalArgumentException("a network of such sizes is not possible");
    }
  }

  /** What the LSTM sees of a step: the value, and its change since the step before. */
  static final int CHANNELS = 2;

  /**
   * Values in a window: what the longer-sighted of the two parts reads. The LSTM's first change
   * needs a value more than it has steps.
   */
  int inputs() {
    return Math.max(steps + 1, linearInputs);
  }

  int outputs() {
    return Math.multiplyExact(horizon, heads);
  }
}
