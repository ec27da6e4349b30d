package dev.tidewatch.models.tensorflow;

import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.forecast.BatchForecaster;
import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.models.forecast.Gaps;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.timeseries.ConformalQuantiles;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A loaded network with its scaling and its intervals. The native part is let go of when the
 * forecaster is closed, at the latest when it is not reachable any more.
 */
final class LstmForecaster implements BatchForecaster {
  private static final Cleaner CLEANER = Cleaner.create();

  /** Rows in one call of the network: beyond, a row does not get cheaper. */
  private static final int BATCH_MAX = 64;

  private static final float PROBE_TOLERANCE = 1e-4f;

  private final BundleManifest manifest;
  private final LstmModel model;
  private final Network network;
  private final Cleaner.Cleanable closing;

  private LstmForecaster(BundleManifest manifest, LstmModel model, Network network) {
    this.manifest = manifest;
    this.model = model;
    this.network = network;
    this.closing = CLEANER.register(this, network::close);
  }

  /**
   * Warms the network and holds its answers against the training graph's.
   *
   * @throws IllegalArgumentException if they differ
   */
  static LstmForecaster checked(BundleManifest manifest, LstmModel model, Network network) {
    boolean isSound = false;
    try {
      float[] answers = network.answers(model.probeWindows(), model.probeRows());
      float[] expected = model.probeAnswers();
      if (answers.length != expected.length) {
        throw new IllegalArgumentException(
            "the network gives %d numbers, not %d".formatted(answers.length, expected.length));
      }
      for (int i = 0; i < answers.length; i++) {
        float tolerance = PROBE_TOLERANCE * (1 + Math.abs(expected[i]));
        if (!(Math.abs(answers[i] - expected[i]) <= tolerance)) {
          throw new IllegalArgumentException(
              "the network answers %s where it answered %s in training"
                  .formatted(answers[i], expected[i]));
        }
      }
      isSound = true;
    } finally {
      if (!isSound) {
        network.close();
      }
    }
    return new LstmForecaster(manifest, model, network);
  }

  @Override
  public BundleManifest manifest() {
    return manifest;
  }

  @Override
  public Optional<TensorModel> tensors() {
    return Optional.of(network.tensors());
  }

  @Override
  public Forecast forecast(ForecastInput input, int horizon, List<Double> levels) {
    return forecastAll(List.of(input), horizon, levels).getFirst();
  }

  @Override
  public List<Forecast> forecastAll(List<ForecastInput> inputs, int horizon, List<Double> levels) {
    manifest.requireHorizon(horizon);
    try {
      var forecasts = new ArrayList<Forecast>(inputs.size());
      for (int from = 0; from < inputs.size(); from += BATCH_MAX) {
        List<ForecastInput> batch = inputs.subList(from, Math.min(from + BATCH_MAX, inputs.size()));
        forecasts.addAll(forecastBatch(batch, horizon, levels));
      }
      return forecasts;
    } finally {
      // Else the network could be closed while it runs on behalf of an unreachable forecaster.
      Reference.reachabilityFence(this);
    }
  }

  private List<Forecast> forecastBatch(
      List<ForecastInput> inputs, int horizon, List<Double> levels) {
    int size = model.shape().inputs();
    var windows = new float[inputs.size() * size];
    var newest = new double[inputs.size()];
    var scales = new double[inputs.size()];
    for (int row = 0; row < inputs.size(); row++) {
      double[] values = window(inputs.get(row).target());
      newest[row] = values[size - 1];
      scales[row] = model.scaling().scale(values, 0, size);
      WindowScaling.scaled(values, 0, size, scales[row], windows, row * size);
    }
    float[] answers = network.answers(windows, inputs.size());
    LstmModel.rearrange(model.shape(), answers);
    var forecasts = new ArrayList<Forecast>(inputs.size());
    for (int row = 0; row < inputs.size(); row++) {
      forecasts.add(
          forecast(
              inputs.get(row).target().endIndex(),
              answers,
              row * model.shape().outputs(),
              newest[row],
              scales[row],
              horizon,
              levels));
    }
    return forecasts;
  }

  private double[] window(GridWindow window) {
    manifest.requireGrid(window);
    GridWindow closed = Gaps.close(window.last(manifest.historyIntervals()));
    if (closed.size() < manifest.historyIntervalsMin()) {
      throw new InsufficientHistoryException(
          "the window has %d intervals from its first value on; the model needs %d"
              .formatted(closed.size(), manifest.historyIntervalsMin()));
    }
    return closed.values();
  }

  /**
   * @param at offset of the window's answers
   */
  private Forecast forecast(
      long firstIndex,
      float[] answers,
      int at,
      double newest,
      double scale,
      int horizon,
      List<Double> levels) {
    int heads = model.shape().heads();
    var mean = new double[horizon];
    for (int step = 0; step < horizon; step++) {
      mean[step] = newest + scale * answers[at + step * heads];
    }
    var lower = new double[levels.size()][horizon];
    var upper = new double[levels.size()][horizon];
    ConformalQuantiles conformal = model.conformal();
    for (int i = 0; i < levels.size(); i++) {
      int band = conformal.bandFor(levels.get(i));
      int lowerHead = model.lowerHead(band);
      int upperHead = model.upperHead(band);
      for (int step = 0; step < horizon; step++) {
        double offset = conformal.offset(band, step, levels.get(i));
        // A band narrowed past itself still holds the mean.
        lower[i][step] =
            Math.min(
                mean[step], newest + scale * (answers[at + step * heads + lowerHead] - offset));
        upper[i][step] =
            Math.max(
                mean[step], newest + scale * (answers[at + step * heads + upperHead] + offset));
      }
    }
    return new Forecast(firstIndex, mean, levels, lower, upper);
  }

  @Override
  public SortedMap<String, String> explanation(SeriesName series) {
    var explanation = new TreeMap<String, String>();
    for (String name : Arrays.asList("window", "linear_window", "epochs", "best_epoch", "engine")) {
      explanation.put(name, manifest.parameters().text(name, ""));
    }
    return explanation;
  }

  @Override
  public void close() {
    closing.clean();
  }
}
