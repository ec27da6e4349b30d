package dev.tidewatch.benchmarks;

import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorContext;
import dev.tidewatch.models.tensorflow.LstmExample;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Base64;
import org.tensorflow.proto.ConfigProto;

/**
 * The network in DJL as its documents have it: one predictor per thread, one array per batch; each
 * operation on one thread, sessions on their callers'.
 */
final class InProcessNetwork implements AutoCloseable {
  private final ZooModel<float[], float[]> model;

  private InProcessNetwork(ZooModel<float[], float[]> model) {
    this.model = model;
  }

  private static final class WindowTranslator implements NoBatchifyTranslator<float[], float[]> {
    @Override
    public NDList processInput(TranslatorContext context, float[] windows) {
      return new NDList(
          context
              .getNDManager()
              .create(
                  FloatBuffer.wrap(windows),
                  new Shape(windows.length / LstmExample.INPUTS, LstmExample.INPUTS),
                  DataType.FLOAT32));
    }

    @Override
    public float[] processOutput(TranslatorContext context, NDList outputs) {
      return outputs.singletonOrThrow().toFloatArray();
    }
  }

  static InProcessNetwork load(Path savedModel) throws IOException, ModelException {
    System.setProperty("ai.djl.tensorflow.num_intraop_threads", "1");
    System.setProperty("ai.djl.offline", "true");
    byte[] session =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(1)
            .setInterOpParallelismThreads(-1)
            .build()
            .toByteArray();
    return new InProcessNetwork(
        Criteria.builder()
            .setTypes(float[].class, float[].class)
            .optEngine("TensorFlow")
            .optModelPath(savedModel)
            .optModelName("network")
            .optTranslator(new WindowTranslator())
            .optOption("ConfigProto", Base64.getEncoder().encodeToString(session))
            .build()
            .loadModel());
  }

  /** For one thread. */
  Predictor<float[], float[]> predictor() {
    return model.newPredictor();
  }

  static float[] predict(Predictor<float[], float[]> predictor, float[] windows) {
    try {
      return predictor.predict(windows);
    } catch (TranslateException e) {
      throw new IllegalStateException("TensorFlow failed", e);
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
