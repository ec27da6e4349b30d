package dev.tidewatch.models.tensorflow;

import java.util.List;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.BlockLSTM;
import org.tensorflow.op.nn.BlockLSTMGrad;
import org.tensorflow.types.TFloat32;

/**
 * Tells TensorFlow how to differentiate the fused LSTM operation, which it can do only in Python
 * otherwise: by the fused operation that computes its gradient.
 */
final class BlockLstmGradient {
  /** Of the outputs of the operation. */
  private static final int HIDDEN = 6;

  private static boolean registered;

  private BlockLstmGradient() {}

  /** Once per process; further calls do nothing. */
  static synchronized void register() {
    if (!registered) {
      registered =
          TensorFlow.registerCustomGradient(BlockLSTM.OP_NAME, BlockLstmGradient::gradient);
    }
  }

  /** In the order of the operation's inputs. Only the hidden values may be read by others. */
  private static List<Operand<?>> gradient(
      Ops tf, GraphOperation operation, List<Output<?>> gradients) {
    var inputs = new BlockLSTM.Inputs<TFloat32>(operation);
    var lstm = new BlockLSTM<TFloat32>(operation);
    BlockLSTMGrad<TFloat32> gradient =
        tf.nn.blockLSTMGrad(
            inputs.seqLenMax,
            inputs.x,
            inputs.csPrev,
            inputs.hPrev,
            inputs.w,
            inputs.wci,
            inputs.wcf,
            inputs.wco,
            inputs.b,
            lstm.i(),
            lstm.cs(),
            lstm.f(),
            lstm.o(),
            lstm.ci(),
            lstm.co(),
            lstm.h(),
            tf.zerosLike(lstm.cs()),
            gradients.get(HIDDEN).expect(TFloat32.class),
            inputs.usePeephole);
    return List.of(
        tf.zerosLike(inputs.seqLenMax),
        gradient.xGrad(),
        gradient.csPrevGrad(),
        gradient.hPrevGrad(),
        gradient.wGrad(),
        gradient.wciGrad(),
        gradient.wcfGrad(),
        gradient.wcoGrad(),
        gradient.bGrad());
  }
}
