package dev.tidewatch.models.tensorflow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Assign;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/**
 * The training graph and its session: steps of Adam (Kingma and Ba 2015) with gradients clipped by
 * their global norm, on the sum of the mean's squared error and the quantiles' pinball losses
 * (Koenker and Bassett 1978). Owned by one thread; closed by whoever opens it.
 */
final class LstmTrainer implements AutoCloseable {
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;
  private static final float EPSILON = 1e-7f;
  private static final float GRADIENT_NORM_MAX = 1f;
  private static final int EVALUATION_BATCH = 512;

  private final LstmShape shape;
  private final double dropout;
  private final Graph graph = new Graph();
  private final Session session;
  private final List<Shape> trainedShapes;
  private final List<Variable<TFloat32>> variables = new ArrayList<>();
  private final List<Assign<TFloat32>> assignments = new ArrayList<>();
  private final List<Placeholder<TFloat32>> assigned = new ArrayList<>();
  private final List<Op> updates = new ArrayList<>();
  private final Placeholder<TFloat32> window;
  private final Placeholder<TFloat32> target;
  private final Placeholder<TFloat32> present;
  private final Placeholder<TFloat32> dropout1;
  private final Placeholder<TFloat32> dropout2;
  private final Placeholder<TFloat32> learningRate;
  private final Placeholder<TFloat32> beta1Power;
  private final Placeholder<TFloat32> beta2Power;
  private final Operand<TFloat32> loss;
  private final Operand<TFloat32> answer;
  private int stepsTaken;

  /**
   * @param initial where training starts; its linear map stays as it is
   * @param quantiles of the heads after the first, each between 0 and 1
   */
  LstmTrainer(LstmShape shape, LstmWeights initial, double[] quantiles, double dropout) {
    TensorFlowRuntime.start();
    this.shape = shape;
    this.dropout = dropout;
    this.trainedShapes = LstmGraph.trainedShapes(shape);
    Ops tf = Ops.create(graph);
    window = placeholder(tf, Shape.of(-1, shape.inputs()));
    target = placeholder(tf, Shape.of(-1, shape.horizon()));
    present = placeholder(tf, Shape.of(-1, shape.horizon()));
    dropout1 = placeholder(tf, Shape.of(-1, shape.units()));
    dropout2 = placeholder(tf, Shape.of(-1, shape.units()));
    learningRate = placeholder(tf, Shape.scalar());
    beta1Power = placeholder(tf, Shape.scalar());
    beta2Power = placeholder(tf, Shape.scalar());
    for (Shape size : trainedShapes) {
      variables.add(settable(tf, size));
    }
    loss =
        loss(
            tf,
            LstmGraph.learnt(
                tf, shape, window, variables, new LstmGraph.Dropout(dropout1, dropout2)),
            quantiles);
    answer = LstmGraph.answering(tf, shape, window, variables, initial);
    addUpdates(tf);
    session = new Session(graph, TensorFlowRuntime.sessionConfig());
    var values = new ArrayList<float[]>(initial.trained());
    for (int i = 0; i < trainedShapes.size(); i++) {
      int size = values.get(i).length;
      values.add(new float[size]);
      values.add(new float[size]);
    }
    assign(0, values);
  }

  private static Placeholder<TFloat32> placeholder(Ops tf, Shape shape) {
    return tf.placeholder(TFloat32.class, Placeholder.shape(shape));
  }

  private Variable<TFloat32> settable(Ops tf, Shape size) {
    Variable<TFloat32> variable = tf.variable(size, TFloat32.class);
    Placeholder<TFloat32> value = placeholder(tf, size);
    assigned.add(value);
    assignments.add(tf.assign(variable, value));
    return variable;
  }

  private Operand<TFloat32> loss(Ops tf, Operand<TFloat32> heads, double[] quantiles) {
    var over = new float[shape.heads()];
    var under = new float[shape.heads()];
    var squared = new float[shape.heads()];
    squared[0] = 1;
    for (int head = 1; head < shape.heads(); head++) {
      over[head] = (float) quantiles[head - 1];
      under[head] = (float) (quantiles[head - 1] - 1);
    }
    Operand<TFloat32> error = tf.math.sub(tf.expandDims(target, tf.constant(2)), heads);
    Operand<TFloat32> pinball =
        tf.math.maximum(
            tf.math.mul(error, tf.constant(over)), tf.math.mul(error, tf.constant(under)));
    Operand<TFloat32> square = tf.math.mul(tf.math.mul(error, error), tf.constant(squared));
    Operand<TFloat32> each =
        tf.math.mul(tf.math.add(square, pinball), tf.expandDims(present, tf.constant(2)));
    return tf.math.mean(each, tf.constant(new int[] {0, 1, 2}));
  }

  private void addUpdates(Ops tf) {
    Output<?>[] gradients =
        graph.addGradients(
            loss.asOutput(), variables.stream().map(Variable::asOutput).toArray(Output<?>[]::new));
    var typed = new ArrayList<Operand<TFloat32>>();
    Operand<TFloat32> squares = tf.constant(0f);
    for (Output<?> gradient : gradients) {
      Output<TFloat32> own = gradient.expect(TFloat32.class);
      typed.add(own);
      squares = tf.math.add(squares, tf.nn.l2Loss(own));
    }
    // l2Loss is half the sum of squares.
    Operand<TFloat32> norm = tf.math.sqrt(tf.math.mul(squares, tf.constant(2f)));
    Operand<TFloat32> factor =
        tf.math.div(
            tf.constant(GRADIENT_NORM_MAX), tf.math.maximum(norm, tf.constant(GRADIENT_NORM_MAX)));
    for (int i = 0; i < trainedShapes.size(); i++) {
      Variable<TFloat32> first = settable(tf, trainedShapes.get(i));
      Variable<TFloat32> second = settable(tf, trainedShapes.get(i));
      updates.add(
          tf.train.applyAdam(
              variables.get(i),
              first,
              second,
              beta1Power,
              beta2Power,
              learningRate,
              tf.constant(BETA1),
              tf.constant(BETA2),
              tf.constant(EPSILON),
              tf.math.mul(typed.get(i), factor)));
    }
  }

  private void assign(int from, List<float[]> values) {
    var open = new ArrayList<TFloat32>();
    try {
      Session.Runner runner = session.runner();
      for (int i = 0; i < values.size(); i++) {
        TFloat32 value = tensor(assigned.get(from + i).asOutput().shape(), values.get(i));
        open.add(value);
        runner.feed(assigned.get(from + i), value).addTarget(assignments.get(from + i));
      }
      runner.run().close();
    } finally {
      open.forEach(TFloat32::close);
    }
  }

  private static TFloat32 tensor(Shape shape, float... values) {
    return TFloat32.tensorOf(shape, DataBuffers.of(values, false, false));
  }

  /** Replaces what has been learnt. */
  void restore(LstmWeights weights) {
    assign(0, weights.trained());
  }

  /** What has been learnt, put into the other weights. */
  LstmWeights learnt(LstmWeights weights) {
    Session.Runner runner = session.runner();
    variables.forEach(runner::fetch);
    try (Result result = runner.run()) {
      var values = new ArrayList<float[]>();
      for (int i = 0; i < variables.size(); i++) {
        values.add(floats((TFloat32) result.get(i)));
      }
      return weights.withTrained(values);
    }
  }

  private static float[] floats(TFloat32 tensor) {
    var values = new float[Math.toIntExact(tensor.size())];
    tensor.asRawTensor().data().asFloats().read(values);
    return values;
  }

  /** One pass over the windows in the order given. Returns the mean loss of its steps. */
  double epoch(WindowSet windows, int[] order, int batch, double rate, SplittableRandom random) {
    double sum = 0;
    int steps = 0;
    for (int from = 0; from < order.length; from += batch) {
      int rows = Math.min(batch, order.length - from);
      sum += step(Batch.of(windows, order, from, rows), rate, random);
      steps++;
    }
    return sum / steps;
  }

  private double step(Batch batch, double rate, SplittableRandom random) {
    stepsTaken++;
    Shape masks = Shape.of(batch.rows(), shape.units());
    try (TFloat32 x = tensor(Shape.of(batch.rows(), shape.inputs()), batch.inputs());
        TFloat32 y = tensor(Shape.of(batch.rows(), shape.horizon()), batch.targets());
        TFloat32 mask = tensor(Shape.of(batch.rows(), shape.horizon()), batch.present());
        TFloat32 drop1 = tensor(masks, dropped(batch.rows(), random));
        TFloat32 drop2 = tensor(masks, dropped(batch.rows(), random));
        TFloat32 lr = tensor(Shape.scalar(), (float) rate);
        TFloat32 power1 = tensor(Shape.scalar(), (float) Math.pow(BETA1, stepsTaken));
        TFloat32 power2 = tensor(Shape.scalar(), (float) Math.pow(BETA2, stepsTaken))) {
      Session.Runner runner =
          session
              .runner()
              .feed(window, x)
              .feed(target, y)
              .feed(present, mask)
              .feed(dropout1, drop1)
              .feed(dropout2, drop2)
              .feed(learningRate, lr)
              .feed(beta1Power, power1)
              .feed(beta2Power, power2)
              .fetch(loss);
      updates.forEach(runner::addTarget);
      try (Result result = runner.run()) {
        return ((TFloat32) result.get(0)).getFloat();
      }
    }
  }

  private float[] dropped(int rows, SplittableRandom random) {
    var mask = new float[rows * shape.units()];
    float kept = (float) (1 / (1 - dropout));
    for (int i = 0; i < mask.length; i++) {
      mask[i] = random.nextDouble() < dropout ? 0 : kept;
    }
    return mask;
  }

  /** Loss without dropout. */
  double loss(WindowSet windows) {
    double sum = 0;
    for (int from = 0; from < windows.count(); from += EVALUATION_BATCH) {
      Batch batch = Batch.of(windows, from, Math.min(EVALUATION_BATCH, windows.count() - from));
      var ones = new float[batch.rows() * shape.units()];
      Arrays.fill(ones, 1);
      Shape masks = Shape.of(batch.rows(), shape.units());
      try (TFloat32 x = tensor(Shape.of(batch.rows(), shape.inputs()), batch.inputs());
          TFloat32 y = tensor(Shape.of(batch.rows(), shape.horizon()), batch.targets());
          TFloat32 mask = tensor(Shape.of(batch.rows(), shape.horizon()), batch.present());
          TFloat32 none = tensor(masks, ones);
          Result result =
              session
                  .runner()
                  .feed(window, x)
                  .feed(target, y)
                  .feed(present, mask)
                  .feed(dropout1, none)
                  .feed(dropout2, none)
                  .fetch(loss)
                  .run()) {
        sum += (double) ((TFloat32) result.get(0)).getFloat() * batch.rows();
      }
    }
    return sum / windows.count();
  }

  /**
   * The network's answers, linear map included.
   *
   * @return [rows, horizon, heads], row by row
   */
  float[] answers(float[] windows, int rows) {
    try (TFloat32 x = tensor(Shape.of(rows, shape.inputs()), windows);
        Result result = session.runner().feed(window, x).fetch(answer).run()) {
      return floats((TFloat32) result.get(0));
    }
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }

  /**
   * Some windows of a set.
   *
   * <p>{@code targets}: 0 where missing {@code present}: 1, or 0 where missing
   */
  private static final class Batch {
    private final int rows;
    private final float[] inputs;
    private final float[] targets;
    private final float[] present;

    Batch(int rows, float[] inputs, float[] targets, float[] present) {
      this.rows = rows;
      this.inputs = inputs;
      this.targets = targets;
      this.present = present;
    }

    int rows() {
      return rows;
    }

    float[] inputs() {
      return inputs;
    }

    float[] targets() {
      return targets;
    }

    float[] present() {
      return present;
    }

    static Batch of(WindowSet windows, int from, int rows) {
      var order = new int[rows];
      for (int i = 0; i < rows; i++) {
        order[i] = from + i;
      }
      return of(windows, order, 0, rows);
    }

    static Batch of(WindowSet windows, int[] order, int from, int rows) {
      int inputSize = windows.inputSize();
      int horizon = windows.horizon();
      var inputs = new float[rows * inputSize];
      var targets = new float[rows * horizon];
      var present = new float[rows * horizon];
      for (int i = 0; i < rows; i++) {
        int row = order[from + i];
        System.arraycopy(windows.inputs(), row * inputSize, inputs, i * inputSize, inputSize);
        for (int step = 0; step < horizon; step++) {
          float target = windows.targets()[row * horizon + step];
          boolean isThere = !Float.isNaN(target);
          targets[i * horizon + step] = isThere ? target : 0;
          present[i * horizon + step] = isThere ? 1 : 0;
        }
      }
      return new Batch(rows, inputs, targets, present);
    }
  }
}
