package dev.tidewatch.models.tensorflow;

import org.tensorflow.proto.ConfigProto;

/**
 * How TensorFlow runs in this process: every session on its caller's thread, one thread per
 * operation. Sums then have one order, so that the same training gives the same numbers, and
 * servers use cores for requests rather than for parts of one.
 */
final class TensorFlowRuntime {
  private static final int OPERATION_THREADS = 1;

  /** On the caller's thread. */
  private static final int SESSION_THREADS = -1;

  static {
    // The threads of operations are the process's: whichever session comes first decides.
    System.setProperty(
        "ai.djl.tensorflow.num_intraop_threads", Integer.toString(OPERATION_THREADS));
    // Else natives may take no more memory than the heap.
    System.setProperty("org.bytedeco.javacpp.maxBytes", "0");
    System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    // Nothing is looked for outside: natives come with the class path.
    System.setProperty("ai.djl.offline", "true");
  }

  private TensorFlowRuntime() {}

  /** Call before anything of TensorFlow or DJL; makes the settings above hold. */
  static void start() {
    BlockLstmGradient.register();
  }

  static ConfigProto sessionConfig() {
    return ConfigProto.newBuilder()
        .setIntraOpParallelismThreads(OPERATION_THREADS)
        .setInterOpParallelismThreads(SESSION_THREADS)
        .build();
  }
}
