package dev.tidewatch.models.tensorflow;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.bundle.Role;
import dev.tidewatch.models.bundle.Task;
import dev.tidewatch.models.bundle.TrainingWindow;
import dev.tidewatch.models.forecast.BatchForecaster;
import dev.tidewatch.models.forecast.ForecastFamily;
import dev.tidewatch.models.forecast.ForecastTraining;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.ParameterSpace;
import dev.tidewatch.timeseries.ConformalQuantiles;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Two LSTM layers with one head for the mean and one per quantile at each step, beside a linear map
 * on a longer window; one network for all series. Windows go in as distances from their newest
 * value, so that levels do not matter.
 *
 * <p>The newest 15 % of each series calibrate the intervals (conformalised quantile regression),
 * the 15 % before stop the training, the rest is trained on. The bundle holds the network twice, as
 * a frozen SavedModel and as ONNX; {@code engine} says which of them serves.
 *
 * <p>Training runs on one thread with seeded draws, so that the same input gives the same bytes on
 * the same kind of processor; TensorFlow chooses its kernels by the processor's instruction set, so
 * another kind may round differently.
 */
public final class LstmFamily implements ForecastFamily {
  public static final String ID = "lstm";

  static final String SAVED_MODEL = "saved_model/" + FrozenSavedModel.FILE_NAME;
  static final String ONNX = "network.onnx";

  private static final double DEFAULT_LEVEL = 0.9;
  private static final int TRAINING_WINDOWS_MIN = 32;
  private static final int STOPPING_WINDOWS_MAX = 2_000;
  private static final int PROBE_WINDOWS = 4;

  /** Scores kept in a bundle over all levels and steps. */
  private static final int SCORES_MAX = 100_000;

  @Override
  public String id() {
    return ID;
  }

  @Override
  public boolean runsNativeCode() {
    return true;
  }

  @Override
  public SortedMap<String, ParameterSpace> parameterSpaces() {
    return new TreeMap<>(
        Map.of(
            "learning_rate", new ParameterSpace.Real(0.0003, 0.005, true),
            "dropout", new ParameterSpace.Real(0, 0.5, false),
            "units", new ParameterSpace.Whole(16, 100, true),
            "window", new ParameterSpace.Whole(12, 168, true)));
  }

  @Override
  public Bundle fit(ForecastTraining training) {
    List<WindowSet.History> histories =
        training.series().values().stream()
            .map(WindowSet.History::of)
            .filter(history -> history.closed().length > 0)
            .toList();
    int longest = histories.stream().mapToInt(h -> h.closed().length).max().orElse(0);
    LstmSettings settings = LstmSettings.of(training.parameters(), training.grid(), longest);
    List<Double> levels = training.levels().isEmpty() ? List.of(DEFAULT_LEVEL) : training.levels();
    double[] quantiles = LstmModel.quantilesOf(levels);
    var shape =
        new LstmShape(
            settings.window(),
            settings.linearWindow(),
            settings.units(),
            settings.dense(),
            training.horizon(),
            1 + quantiles.length);
    var parts = WindowSet.Parts.of(histories, shape.inputs(), shape.horizon());
    if (parts.training().size() < TRAINING_WINDOWS_MIN
        || parts.stopping().isEmpty()
        || parts.calibration().isEmpty()) {
      throw new InsufficientHistoryException(
          "the longest history has %d intervals; a window of %d and a horizon of %d need more, in three parts"
              .formatted(longest, shape.inputs(), shape.horizon()));
    }
    List<WindowSet.Origin> trained = WindowSet.thinned(parts.training(), settings.windowsMax());
    WindowScaling scaling = scaling(settings, trained, shape.inputs());
    WindowSet calibration =
        WindowSet.of(
            WindowSet.thinned(
                parts.calibration(),
                Math.clamp(SCORES_MAX / ((long) shape.horizon() * levels.size()), 20, 1_000)),
            shape.inputs(),
            shape.horizon(),
            scaling);
    LstmLearning.Learnt learnt =
        LstmLearning.learn(
            shape,
            settings,
            quantiles,
            WindowSet.of(trained, shape.inputs(), shape.horizon(), scaling),
            WindowSet.of(
                WindowSet.thinned(parts.stopping(), STOPPING_WINDOWS_MAX),
                shape.inputs(),
                shape.horizon(),
                scaling),
            calibration,
            training.provenance().seed(),
            training.progress());
    training.progress().at("save", 0);
    return bundle(training, settings, levels, shape, scaling, quantiles, calibration, learnt);
  }

  /** Training: the root mean square of windows about their newest values. */
  private static WindowScaling scaling(
      LstmSettings settings, List<WindowSet.Origin> origins, int inputs) {
    var deviations = new double[origins.size()];
    double squares = 0;
    for (int i = 0; i < deviations.length; i++) {
      double[] values = origins.get(i).history().closed();
      int at = origins.get(i).at();
      deviations[i] = WindowScaling.deviation(values, at - inputs, inputs);
      for (int t = at - inputs; t < at; t++) {
        double distance = values[t] - values[at - 1];
        squares += distance * distance / inputs;
      }
    }
    boolean perWindow = settings.scaler() == LstmSettings.Scaler.WINDOW;
    double fixed =
        perWindow
            ? Arrays.stream(deviations).filter(d -> d > 0).average().orElse(1)
            : Math.sqrt(squares / deviations.length);
    return new WindowScaling(perWindow, fixed > 0 ? fixed : 1);
  }

  private Bundle bundle(
      ForecastTraining training,
      LstmSettings settings,
      List<Double> levels,
      LstmShape shape,
      WindowScaling scaling,
      double[] quantiles,
      WindowSet calibration,
      LstmLearning.Learnt learnt) {
    int probes = Math.min(PROBE_WINDOWS, calibration.count());
    var model =
        new LstmModel(
            shape,
            scaling,
            quantiles,
            calibrated(shape, levels, quantiles, calibration, learnt.calibrationAnswers()),
            Arrays.copyOf(calibration.inputs(), probes * shape.inputs()),
            Arrays.copyOf(learnt.calibrationAnswers(), probes * shape.outputs()));
    Grid grid = training.grid();
    long first =
        training.series().values().stream().mapToLong(GridWindow::firstIndex).min().orElseThrow();
    long end =
        training.series().values().stream().mapToLong(GridWindow::endIndex).max().orElseThrow();
    Parameters parameters =
        settings
            .addedTo(training.parameters())
            .with("epochs", Integer.toString(learnt.epochs()))
            .with("best_epoch", Integer.toString(learnt.bestEpoch()))
            .with("best_loss", Double.toString(learnt.bestLoss()));
    return Bundle.of(
        new BundleManifest(
            ID,
            Task.FORECAST,
            List.of(Role.TARGET),
            grid,
            List.of(),
            shape.inputs(),
            shape.inputs(),
            shape.horizon(),
            levels,
            Optional.empty(),
            parameters,
            new TrainingWindow(
                List.copyOf(training.series().keySet()),
                grid.startMicros(first),
                grid.startMicros(end),
                training.provenance().fingerprint()),
            training.provenance().seed(),
            training.provenance().codeVersion(),
            new TreeMap<>()),
        Map.of(
            SAVED_MODEL,
            FrozenSavedModel.write(shape, learnt.weights()),
            ONNX,
            LstmOnnx.write(shape, learnt.weights()),
            LstmModel.FILE_NAME,
            model.toBytes()));
  }

  private static ConformalQuantiles calibrated(
      LstmShape shape,
      List<Double> levels,
      double[] quantiles,
      WindowSet calibration,
      float[] rawAnswers) {
    float[] answers = rawAnswers.clone();
    LstmModel.rearrange(shape, answers);
    var scores = new double[levels.size()][shape.horizon()][];
    for (int level = 0; level < levels.size(); level++) {
      int lower = 1 + Arrays.binarySearch(quantiles, (1 - levels.get(level)) / 2);
      int upper = 1 + Arrays.binarySearch(quantiles, (1 + levels.get(level)) / 2);
      for (int step = 0; step < shape.horizon(); step++) {
        var own = new ArrayList<Double>();
        for (int row = 0; row < calibration.count(); row++) {
          int at = row * shape.horizon() + step;
          float actual = calibration.targets()[at];
          if (!Float.isNaN(actual)) {
            own.add(
                ConformalQuantiles.score(
                    answers[at * shape.heads() + lower],
                    answers[at * shape.heads() + upper],
                    actual));
          }
        }
        // A step that never came: the band as it is.
        scores[level][step] =
            own.isEmpty()
                ? new double[] {0}
                : own.stream().mapToDouble(Double::doubleValue).toArray();
      }
    }
    return ConformalQuantiles.of(levels, scores);
  }

  @Override
  public BatchForecaster load(Bundle bundle) {
    try {
      LstmModel model = LstmModel.read(bundle.file(LstmModel.FILE_NAME));
      BundleManifest manifest = bundle.manifest();
      if (manifest.horizon() != model.shape().horizon()
          || manifest.historyIntervals() != model.shape().inputs()) {
        throw new IllegalArgumentException("the network has another shape than the manifest says");
      }
      Network network =
          manifest.parameters().choice(LstmSettings.ENGINE, LstmSettings.Engine.TENSORFLOW)
                  == LstmSettings.Engine.ONNX
              ? Network.ofOnnx(bundle.file(ONNX))
              : Network.ofSavedModel(bundle.file(SAVED_MODEL));
      return LstmForecaster.checked(manifest, model, network);
    } catch (IllegalArgumentException e) {
      throw BundleException.unloadable(ID, e);
    }
  }
}
