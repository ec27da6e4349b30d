package dev.tidewatch.models.tensorflow;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.AdaptiveIntervals;
import dev.tidewatch.timeseries.Grid;
import java.util.Set;
import java.util.TreeSet;

/**
 * The family's parameters, defaults written out.
 *
 * @param window newest values that the LSTM reads
 * @param linearWindow newest values that the linear map reads; 0 for no linear map
 * @param units of each LSTM layer
 * @param dense units behind them
 * @param dropout share of values dropped while training
 * @param learningRate of Adam
 * @param batch windows per step of training
 * @param epochsMax passes over the training windows at most
 * @param patience passes without a better result before training stops
 * @param windowsMax training windows used at most, the rest thinned out evenly
 * @param scaler what a window is measured in
 * @param engine what serves the network
 */
record LstmSettings(
    int window,
    int linearWindow,
    int units,
    int dense,
    double dropout,
    double learningRate,
    int batch,
    int epochsMax,
    int patience,
    int windowsMax,
    Scaler scaler,
    Engine engine) {
  static final String ENGINE = "engine";

  private static final String WINDOW = "window";
  private static final String LINEAR_WINDOW = "linear_window";
  private static final String UNITS = "units";
  private static final String DENSE = "dense";
  private static final String DROPOUT = "dropout";
  private static final String LEARNING_RATE = "learning_rate";
  private static final String BATCH = "batch";
  private static final String EPOCHS_MAX = "epochs_max";
  private static final String PATIENCE = "patience";
  private static final String WINDOWS_MAX = "windows_max";
  private static final String SCALER = "scaler";

  static final Set<String> NAMES =
      Set.of(
          WINDOW,
          LINEAR_WINDOW,
          UNITS,
          DENSE,
          DROPOUT,
          LEARNING_RATE,
          BATCH,
          EPOCHS_MAX,
          PATIENCE,
          WINDOWS_MAX,
          SCALER,
          ENGINE);

  private static final int STEPS_MAX = 2_000;

  /** What distances from a window's newest value are measured in. */
  enum Scaler {
    /**
     * The window's own standard deviation: one model serves series of any size, and intervals
     * follow the recent size of changes.
     */
    WINDOW,
    /** One number for all windows, found in training: for one series, or series of one size. */
    TRAINING
  }

  /** What serves the network. */
  enum Engine {
    /** DJL's TensorFlow engine. */
    TENSORFLOW,
    /** ONNX Runtime. */
    ONNX
  }

  /**
   * @param historyIntervals of the longest series; default windows are no longer than a share of it
   * @throws IllegalArgumentException if a parameter is unknown or out of bounds
   */
  static LstmSettings of(Parameters parameters, Grid grid, int historyIntervals) {
    var known = new TreeSet<>(NAMES);
    known.addAll(AdaptiveIntervals.PARAMETERS);
    parameters.requireKnown(known);
    int day = grid.stepsPerDay();
    int shownMax = Math.max(8, historyIntervals / 6);
    int window =
        parameters.integer(
            WINDOW, Math.min(day > 1 ? Math.clamp(2L * day, 24, 168) : 30, shownMax), 2, STEPS_MAX);
    int linearWindow =
        parameters.integer(
            LINEAR_WINDOW,
            Math.min(day > 1 ? Math.clamp(14L * day, window, 336) : 60, shownMax),
            0,
            STEPS_MAX);
    return new LstmSettings(
        window,
        linearWindow,
        parameters.integer(UNITS, 50, 1, 512),
        parameters.integer(DENSE, 25, 1, 512),
        parameters.number(DROPOUT, 0.2, 0, 0.9),
        parameters.number(LEARNING_RATE, 0.001, 1e-6, 1),
        parameters.integer(BATCH, 64, 1, 4_096),
        parameters.integer(EPOCHS_MAX, 60, 1, 10_000),
        parameters.integer(PATIENCE, 6, 1, 1_000),
        parameters.integer(WINDOWS_MAX, 10_000, 32, 1_000_000),
        parameters.choice(SCALER, Scaler.WINDOW),
        parameters.choice(ENGINE, Engine.TENSORFLOW));
  }

  /** As a bundle records them. */
  Parameters addedTo(Parameters parameters) {
    return AdaptiveIntervals.recorded(parameters)
        .with(WINDOW, Integer.toString(window))
        .with(LINEAR_WINDOW, Integer.toString(linearWindow))
        .with(UNITS, Integer.toString(units))
        .with(DENSE, Integer.toString(dense))
        .with(DROPOUT, Double.toString(dropout))
        .with(LEARNING_RATE, Double.toString(learningRate))
        .with(BATCH, Integer.toString(batch))
        .with(EPOCHS_MAX, Integer.toString(epochsMax))
        .with(PATIENCE, Integer.toString(patience))
        .with(WINDOWS_MAX, Integer.toString(windowsMax))
        .with(SCALER, scaler == Scaler.WINDOW ? "window" : "training")
        .with(ENGINE, engine == Engine.ONNX ? "onnx" : "tensorflow");
  }
}
