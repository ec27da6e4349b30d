package dev.tidewatch.models.tensorflow;

import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.timeseries.ConformalQuantiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a bundle keeps beside the network: how windows are scaled, what the heads are, how intervals
 * are calibrated, and some windows with the training graph's answers, by which a loaded network is
 * checked and warmed.
 */
final class LstmModel {
  static final String FILE_NAME = "lstm.bin";

  private final LstmShape shape;
  private final WindowScaling scaling;
  private final double[] quantiles;
  private final ConformalQuantiles conformal;
  private final float[] probeWindows;
  private final float[] probeAnswers;

  /**
   * @param quantiles of the heads after the first, ascending
   * @param conformal in the network's units; its bands are pairs of quantiles
   * @param probeWindows [rows, inputs]
   * @param probeAnswers [rows, horizon, heads]
   */
  LstmModel(
      LstmShape shape,
      WindowScaling scaling,
      double[] quantiles,
      ConformalQuantiles conformal,
      float[] probeWindows,
      float[] probeAnswers) {
    if (quantiles.length != shape.heads() - 1
        || conformal.steps() != shape.horizon()
        || probeWindows.length == 0
        || probeWindows.length % shape.inputs() != 0
        || probeAnswers.length != probeWindows.length / shape.inputs() * shape.outputs()) {
      throw new IllegalArgumentException("the parts of the LSTM's model do not fit together");
    }
    this.shape = shape;
    this.scaling = scaling;
    this.quantiles = quantiles;
    this.conformal = conformal;
    this.probeWindows = probeWindows;
    this.probeAnswers = probeAnswers;
  }

  LstmShape shape() {
    return shape;
  }

  WindowScaling scaling() {
    return scaling;
  }

  ConformalQuantiles conformal() {
    return conformal;
  }

  float[] probeWindows() {
    return probeWindows;
  }

  float[] probeAnswers() {
    return probeAnswers;
  }

  int probeRows() {
    return probeWindows.length / shape.inputs();
  }

  /** Quantiles that the bands of the levels need, ascending. */
  static double[] quantilesOf(List<Double> levels) {
    return levels.stream()
        .flatMap(level -> Stream.of((1 - level) / 2, (1 + level) / 2))
        .mapToDouble(Double::doubleValue)
        .sorted()
        .distinct()
        .toArray();
  }

  /** Head of a band's lower bound. */
  int lowerHead(int bandIndex) {
    return 1 + Arrays.binarySearch(quantiles, (1 - conformal.levels().get(bandIndex)) / 2);
  }

  int upperHead(int bandIndex) {
    return 1 + Arrays.binarySearch(quantiles, (1 + conformal.levels().get(bandIndex)) / 2);
  }

  byte[] toBytes() {
    var arrays =
        ModelArrays.builder()
            .put(
                "shape",
                shape.steps(),
                shape.linearInputs(),
                shape.units(),
                shape.dense(),
                shape.horizon(),
                shape.heads())
            .put("scaling/per_window", scaling.perWindow() ? 1 : 0)
            .put("scaling/fixed", scaling.fixed())
            .put("quantiles", quantiles)
            .put("probe/windows", doubles(probeWindows))
            .put("probe/answers", doubles(probeAnswers))
            .put(
                "conformal/levels",
                conformal.levels().stream().mapToDouble(Double::doubleValue).toArray());
    for (int level = 0; level < conformal.levels().size(); level++) {
      arrays.put("conformal/%d/scores".formatted(level), conformal.flat(level));
      arrays.put("conformal/%d/lengths".formatted(level), conformal.lengths(level));
    }
    return arrays.build().toBytes();
  }

  /**
   * @throws IllegalArgumentException if the bytes are not what {@link #toBytes} makes
   */
  static LstmModel read(byte[] bytes) {
    ModelArrays arrays = ModelArrays.read(bytes);
    double[] sizes = arrays.array("shape", 6);
    var shape =
        new LstmShape(
            (int) sizes[0],
            (int) sizes[1],
            (int) sizes[2],
            (int) sizes[3],
            (int) sizes[4],
            (int) sizes[5]);
    var levels = new ArrayList<Double>();
    for (double level : arrays.array("conformal/levels")) {
      levels.add(level);
    }
    var scores = new double[levels.size()][][];
    for (int level = 0; level < scores.length; level++) {
      scores[level] =
          ConformalQuantiles.unflatten(
              arrays.array("conformal/%d/scores".formatted(level)),
              arrays.array("conformal/%d/lengths".formatted(level)));
    }
    return new LstmModel(
        shape,
        new WindowScaling(
            arrays.integer("scaling/per_window", 0, 1) == 1, arrays.number("scaling/fixed")),
        arrays.array("quantiles"),
        ConformalQuantiles.of(levels, scores),
        floats(arrays.array("probe/windows")),
        floats(arrays.array("probe/answers")));
  }

  private static double[] doubles(float[] values) {
    var out = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      out[i] = values[i];
    }
    return out;
  }

  private static float[] floats(double[] values) {
    var out = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      out[i] = (float) values[i];
    }
    return out;
  }

  /**
   * Sorts the quantile heads of each step, since quantiles learnt one by one may cross
   * (Chernozhukov, Fernandez-Val and Galichon 2010). The mean stays.
   *
   * @param answers [rows, horizon, heads]; changed in place
   */
  static void rearrange(LstmShape shape, float[] answers) {
    for (int from = 0; from < answers.length; from += shape.heads()) {
      Arrays.sort(answers, from + 1, from + shape.heads());
    }
  }
}
