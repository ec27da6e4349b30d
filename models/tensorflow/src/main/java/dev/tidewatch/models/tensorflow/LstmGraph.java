package dev.tidewatch.models.tensorflow;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Constant;
import org.tensorflow.op.core.Stack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The network in TensorFlow's operations: two LSTM layers (Hochreiter and Schmidhuber 1997, with
 * forget gates) over the newest values, a dense layer, and per horizon step one head for the mean
 * and one for each quantile; beside them a linear map from the window to the mean, added to all
 * heads of a step (the autoregressive component of LSTNet, Lai et al. 2018).
 */
final class LstmGraph {
  private LstmGraph() {}

  /**
   * Multiplies the values that go into the second LSTM layer and into the dense layer while
   * training (dropout; one mask for all time steps, Gal and Ghahramani 2016).
   *
   * @param first [batch, units]
   * @param second [batch, units]
   */
  record Dropout(Operand<TFloat32> first, Operand<TFloat32> second) {}

  /** Shapes of the weights that are learnt by gradient, in the order of {@link LstmWeights}. */
  static List<Shape> trainedShapes(LstmShape shape) {
    int units = shape.units();
    return List.of(
        Shape.of(LstmShape.CHANNELS + units, 4L * units),
        Shape.of(4L * units),
        Shape.of(2L * units, 4L * units),
        Shape.of(4L * units),
        Shape.of(units, shape.dense()),
        Shape.of(shape.dense()),
        Shape.of(shape.dense(), shape.outputs()),
        Shape.of(shape.outputs()));
  }

  static Constant<TFloat32> constant(Ops tf, Shape shape, float[] values) {
    return tf.constant(shape, DataBuffers.of(values));
  }

  /**
   * The network without its linear map, for training.
   *
   * @param window [batch, inputs]
   * @param trained as {@link #trainedShapes}
   * @return [batch, horizon, heads]
   */
  static Operand<TFloat32> learnt(
      Ops tf,
      LstmShape shape,
      Operand<TFloat32> window,
      List<? extends Operand<TFloat32>> trained,
      Dropout dropout) {
    Operand<TFloat32> layer1 =
        lstm(tf, shape, sequence(tf, shape, window), trained.get(0), trained.get(1));
    Operand<TFloat32> layer2 =
        lstm(
            tf,
            shape,
            tf.math.mul(layer1, tf.expandDims(dropout.first(), tf.constant(0))),
            trained.get(2),
            trained.get(3));
    return heads(tf, shape, tf.math.mul(newest(tf, shape, layer2), dropout.second()), trained);
  }

  /**
   * The whole network, for answers.
   *
   * @return [batch, horizon, heads]
   */
  static Operand<TFloat32> answering(
      Ops tf,
      LstmShape shape,
      Operand<TFloat32> window,
      List<? extends Operand<TFloat32>> trained,
      LstmWeights linear) {
    Operand<TFloat32> layer1 =
        lstm(tf, shape, sequence(tf, shape, window), trained.get(0), trained.get(1));
    Operand<TFloat32> layer2 = lstm(tf, shape, layer1, trained.get(2), trained.get(3));
    Operand<TFloat32> heads = heads(tf, shape, newest(tf, shape, layer2), trained);
    if (shape.linearInputs() == 0) {
      return heads;
    }
    Operand<TFloat32> kernel =
        constant(tf, Shape.of(shape.linearInputs(), shape.horizon()), linear.linearKernel());
    Operand<TFloat32> mean =
        tf.math.add(
            tf.linalg.matMul(columns(tf, shape, window, shape.linearInputs(), 0), kernel),
            constant(tf, Shape.of(shape.horizon()), linear.linearBias()));
    return tf.math.add(heads, tf.expandDims(mean, tf.constant(2)));
  }

  /** {@code count} columns, the last of which is {@code before} columns before the newest. */
  private static Operand<TFloat32> columns(
      Ops tf, LstmShape shape, Operand<TFloat32> window, int count, int before) {
    return tf.slice(
        window,
        tf.constant(new int[] {0, shape.inputs() - count - before}),
        tf.constant(new int[] {-1, count}));
  }

  /** [steps, batch, 2]: each step's value, and its change since the step before. */
  private static Operand<TFloat32> sequence(Ops tf, LstmShape shape, Operand<TFloat32> window) {
    Operand<TFloat32> values = columns(tf, shape, window, shape.steps(), 0);
    Operand<TFloat32> changes = tf.math.sub(values, columns(tf, shape, window, shape.steps(), 1));
    return tf.linalg.transpose(
        tf.stack(List.of(values, changes), Stack.axis(2L)), tf.constant(new int[] {1, 0, 2}));
  }

  private static Operand<TFloat32> lstm(
      Ops tf,
      LstmShape shape,
      Operand<TFloat32> sequence,
      Operand<TFloat32> kernel,
      Operand<TFloat32> bias) {
    Operand<TInt32> batch =
        tf.slice(tf.shape(sequence), tf.constant(new int[] {1}), tf.constant(new int[] {1}));
    Operand<TFloat32> start =
        tf.fill(
            tf.concat(List.of(batch, tf.constant(new int[] {shape.units()})), tf.constant(0)),
            tf.constant(0f));
    Operand<TFloat32> noPeephole = tf.constant(new float[shape.units()]);
    return tf.nn
        .blockLSTM(
            tf.constant((long) shape.steps()),
            sequence,
            start,
            start,
            kernel,
            noPeephole,
            noPeephole,
            noPeephole,
            bias)
        .h();
  }

  /** [batch, units]: the output after the last step. */
  private static Operand<TFloat32> newest(Ops tf, LstmShape shape, Operand<TFloat32> outputs) {
    return tf.reshape(
        tf.slice(
            outputs,
            tf.constant(new int[] {shape.steps() - 1, 0, 0}),
            tf.constant(new int[] {1, -1, -1})),
        tf.constant(new int[] {-1, shape.units()}));
  }

  private static Operand<TFloat32> heads(
      Ops tf, LstmShape shape, Operand<TFloat32> state, List<? extends Operand<TFloat32>> trained) {
    Operand<TFloat32> dense =
        tf.nn.relu(tf.math.add(tf.linalg.matMul(state, trained.get(4)), trained.get(5)));
    Operand<TFloat32> flat = tf.math.add(tf.linalg.matMul(dense, trained.get(6)), trained.get(7));
    return tf.reshape(flat, tf.constant(new int[] {-1, shape.horizon(), shape.heads()}));
  }
}
