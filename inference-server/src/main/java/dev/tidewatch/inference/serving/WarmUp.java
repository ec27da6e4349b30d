package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.serving.RecordedInputs.ForecastCall;
import dev.tidewatch.inference.serving.RecordedInputs.TensorCall;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.DetectorModel;
import dev.tidewatch.models.detection.multivariate.MultivariateDetector;
import dev.tidewatch.models.detection.multivariate.MultivariateDetectorModel;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.models.forecast.Forecaster;
import dev.tidewatch.models.forecast.UntrainedSeriesException;
import dev.tidewatch.models.tensor.ElementType;
import dev.tidewatch.models.tensor.Shape;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.models.tensor.TensorMismatchException;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.models.tensor.TensorSpec;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Asks a model before anybody else does: first what fits its description, then what callers lately
 * asked the version before it. A model that fails the former is not served; one that has no answer
 * to the latter may differ from its predecessor on purpose.
 */
final class WarmUp {
  private static final SeriesName WARM_UP = new SeriesName("warm-up");
  private static final int READINGS = 64;
  private static final int REPLAYS = 3;
  private static final long REPLAY_NANOS_MAX = Duration.ofMillis(500).toNanos();

  private WarmUp() {}

  /**
   * @throws RuntimeException whatever the model throws when it is asked
   */
  static void run(LoadedModel model, RecordedInputs recorded) {
    if (model.forecaster() != null) {
      Forecaster forecaster = model.forecaster();
      ask(forecaster);
      List<ForecastCall> calls = recorded.forecasts();
      repeat(() -> calls.forEach(call -> replay(forecaster, call)));
    }
    if (model.detector() != null) {
      ask(model.detector());
    }
    if (model.rows() != null) {
      ask(model.rows());
    }
    if (model.tensors() != null) {
      TensorModel tensors = model.tensors();
      ask(tensors);
      List<TensorCall> calls = recorded.tensors();
      repeat(() -> calls.forEach(call -> replay(tensors, call)));
    }
  }

  private static void repeat(Runnable calls) {
    long until = System.nanoTime() + REPLAY_NANOS_MAX;
    for (int i = 0; i < REPLAYS && System.nanoTime() - until < 0; i++) {
      calls.run();
    }
  }

  private static void ask(Forecaster forecaster) {
    BundleManifest manifest = forecaster.manifest();
    var values = new double[Math.max(1, manifest.historyIntervals())];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1 + i % 7;
    }
    GridWindow window = GridWindow.of(manifest.grid(), 0, values);
    var input = new ForecastInput(Collections.nCopies(manifest.roles().size(), window));
    var _ = forecaster.forecast(input, manifest.horizon(), List.of(0.9));
  }

  private static void replay(Forecaster forecaster, ForecastCall call) {
    BundleManifest manifest = forecaster.manifest();
    boolean fits =
        call.input().target().grid().equals(manifest.grid())
            && call.input().windows().size() == manifest.roles().size()
            && call.horizon() <= manifest.horizon();
    if (!fits) {
      return;
    }
    try {
      var _ = forecaster.forecast(call.input(), call.horizon(), call.levels());
    } catch (InsufficientHistoryException | UntrainedSeriesException | IllegalArgumentException e) {
      // The version before took this question; this one says why it does not.
    }
  }

  private static void ask(DetectorModel model) {
    Detector detector = model.start(WARM_UP);
    long stepMicros = model.manifest().grid().stepMicros();
    for (int i = 0; i < READINGS; i++) {
      var _ = detector.score(i * stepMicros, 1 + i % 7);
    }
    var _ = detector.save();
  }

  private static void ask(MultivariateDetectorModel model) {
    MultivariateDetector detector = model.start();
    var row = new double[model.inputs()];
    for (int i = 0; i < READINGS; i++) {
      Arrays.fill(row, 1 + i % 7);
      var _ = detector.score(detector.newestIndex() + 1, row);
    }
    var _ = detector.save();
  }

  private static void ask(TensorModel model) {
    ask(model, 1);
    if (model.batches() && model.batchRowsMax() > 1) {
      ask(model, model.batchRowsMax());
    }
  }

  /** Zeros of the least sizes; where those are a guess, a model may refuse them. */
  private static void ask(TensorModel model, int rows) {
    var inputs = new HashMap<String, Tensor>();
    boolean isGuess = false;
    for (TensorSpec spec : model.signature().inputs()) {
      var sizes = new long[spec.shape().size()];
      for (int i = 0; i < sizes.length; i++) {
        long size = spec.shape().get(i);
        isGuess |= size == TensorSpec.ANY && i > 0;
        sizes[i] = size == TensorSpec.ANY ? (i == 0 ? rows : 1) : size;
      }
      isGuess |= spec.type() == ElementType.BYTES;
      Shape shape = Shape.of(sizes);
      int elementBytes = spec.type() == ElementType.BYTES ? Integer.BYTES : spec.type().bytes();
      ByteBuffer zeros =
          ByteBuffer.allocate(Math.toIntExact(Math.multiplyExact(shape.elements(), elementBytes)));
      inputs.put(spec.name(), new Tensor(spec.type(), shape, zeros));
    }
    try {
      var _ = model.infer(inputs, Set.of());
    } catch (TensorMismatchException | IllegalStateException e) {
      if (!isGuess) {
        throw e;
      }
    }
  }

  private static void replay(TensorModel model, TensorCall call) {
    try {
      Map<String, Tensor> inputs = call.inputs();
      model.signature().requireInputs(inputs);
      model.signature().requireOutputs(call.wanted());
      var _ = model.infer(inputs, call.wanted());
    } catch (TensorMismatchException | IllegalStateException e) {
      // The version before took this question; this one need not.
    }
  }
}
