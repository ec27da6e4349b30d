package dev.tidewatch.models.tensorflow;

import dev.tidewatch.models.onnx.OnnxGraphWriter;
import dev.tidewatch.models.onnx.OnnxGraphWriter.Attribute;
import java.util.List;

/** Writes the network as ONNX, from the same weights as the SavedModel. */
final class LstmOnnx {
  /** TensorFlow's gates are input, forget, cell, output; ONNX's input, output, forget, cell. */
  private static final int[] GATES = {0, 3, 1, 2};

  private LstmOnnx() {}

  /** The file: {@code window} [batch, inputs] to {@code heads} [batch, horizon, heads]. */
  static byte[] write(LstmShape shape, LstmWeights weights) {
    int units = shape.units();
    var graph = new OnnxGraphWriter("lstm");
    graph.input("window", -1, shape.inputs());
    columns(graph, shape, shape.steps(), 0, "values");
    columns(graph, shape, shape.steps(), 1, "values_before");
    graph.node("Sub", List.of("values", "values_before"), List.of("changes"));
    graph.integers("axis_0", 0);
    graph.integers("axis_1", 1);
    graph.integers("axis_2", 2);
    graph.node("Unsqueeze", List.of("values", "axis_2"), List.of("value_channel"));
    graph.node("Unsqueeze", List.of("changes", "axis_2"), List.of("change_channel"));
    graph.node(
        "Concat",
        List.of("value_channel", "change_channel"),
        List.of("channels"),
        Attribute.of("axis", 2));
    graph.node(
        "Transpose", List.of("channels"), List.of("sequence"), Attribute.list("perm", 1L, 0L, 2L));
    lstm(graph, "lstm1", units, LstmShape.CHANNELS, weights.lstm1Kernel(), weights.lstm1Bias());
    graph.node(
        "LSTM",
        List.of("sequence", "lstm1_w", "lstm1_r", "lstm1_b"),
        List.of("lstm1_all"),
        Attribute.of("hidden_size", units));
    graph.node("Squeeze", List.of("lstm1_all", "axis_1"), List.of("layer1"));
    lstm(graph, "lstm2", units, units, weights.lstm2Kernel(), weights.lstm2Bias());
    graph.node(
        "LSTM",
        List.of("layer1", "lstm2_w", "lstm2_r", "lstm2_b"),
        List.of("", "lstm2_last"),
        Attribute.of("hidden_size", units));
    graph.node("Squeeze", List.of("lstm2_last", "axis_0"), List.of("state"));
    graph.weights("dense_kernel", weights.denseKernel(), units, shape.dense());
    graph.weights("dense_bias", weights.denseBias(), shape.dense());
    graph.node("Gemm", List.of("state", "dense_kernel", "dense_bias"), List.of("dense_sum"));
    graph.node("Relu", List.of("dense_sum"), List.of("dense"));
    graph.weights("head_kernel", weights.headKernel(), shape.dense(), shape.outputs());
    graph.weights("head_bias", weights.headBias(), shape.outputs());
    graph.node("Gemm", List.of("dense", "head_kernel", "head_bias"), List.of("flat"));
    graph.integers("heads_shape", -1, shape.horizon(), shape.heads());
    boolean isLinear = shape.linearInputs() > 0;
    graph.node("Reshape", List.of("flat", "heads_shape"), List.of(isLinear ? "learnt" : "heads"));
    if (isLinear) {
      columns(graph, shape, shape.linearInputs(), 0, "seen");
      graph.weights("linear_kernel", weights.linearKernel(), shape.linearInputs(), shape.horizon());
      graph.weights("linear_bias", weights.linearBias(), shape.horizon());
      graph.node("Gemm", List.of("seen", "linear_kernel", "linear_bias"), List.of("mean"));
      graph.node("Unsqueeze", List.of("mean", "axis_2"), List.of("means"));
      graph.node("Add", List.of("learnt", "means"), List.of("heads"));
    }
    graph.output("heads", -1, shape.horizon(), shape.heads());
    return graph.toBytes();
  }

  /** {@code count} columns, the last of which is {@code before} columns before the newest. */
  private static void columns(
      OnnxGraphWriter graph, LstmShape shape, int count, int before, String name) {
    graph.integers(name + "_from", shape.inputs() - count - before);
    graph.integers(name + "_to", shape.inputs() - before);
    graph.integers(name + "_axis", 1);
    graph.node(
        "Slice", List.of("window", name + "_from", name + "_to", name + "_axis"), List.of(name));
  }

  /**
   * The weights of a layer, from [inputs + units, 4 x units]: W [1, 4 x units, inputs], R [1, 4 x
   * units, units], and B [1, 8 x units], whose second half is 0.
   */
  private static void lstm(
      OnnxGraphWriter graph, String name, int units, int inputs, float[] kernel, float[] bias) {
    var w = new float[4 * units * inputs];
    var r = new float[4 * units * units];
    var b = new float[8 * units];
    for (int gate = 0; gate < 4; gate++) {
      for (int unit = 0; unit < units; unit++) {
        int from = GATES[gate] * units + unit;
        int to = gate * units + unit;
        for (int i = 0; i < inputs; i++) {
          w[to * inputs + i] = kernel[i * 4 * units + from];
        }
        for (int i = 0; i < units; i++) {
          r[to * units + i] = kernel[(inputs + i) * 4 * units + from];
        }
        b[to] = bias[from];
      }
    }
    graph.weights(name + "_w", w, 1, 4L * units, inputs);
    graph.weights(name + "_r", r, 1, 4L * units, units);
    graph.weights(name + "_b", b, 1, 8L * units);
  }
}
