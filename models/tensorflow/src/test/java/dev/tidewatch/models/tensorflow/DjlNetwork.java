package dev.tidewatch.models.tensorflow;

import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.tensorflow.exceptions.TensorFlowException;

/**
 * A frozen SavedModel called through DJL, to compare with. A predictor serves one call at a time;
 * there are as many as there ever were calls at once. What a call allocates ends with it.
 */
final class DjlNetwork implements AutoCloseable {
  private final ZooModel<Rows, float[]> model;
  private final ConcurrentLinkedQueue<Predictor<Rows, float[]>> idle =
      new ConcurrentLinkedQueue<>();

  private DjlNetwork(ZooModel<Rows, float[]> model) {
    this.model = model;
  }

  /** Windows of a call, row by row. */
  private static final class Rows {
    private final float[] values;
    private final int count;
    private final int size;

    Rows(float[] values, int count, int size) {
      this.values = values;
      this.count = count;
      this.size = size;
    }
  }

  /** One array in, one array out, the whole batch at once. */
  private static final class RowsTranslator implements NoBatchifyTranslator<Rows, float[]> {
    @Override
    public NDList processInput(TranslatorContext context, Rows rows) {
      return new NDList(
          context
              .getNDManager()
              .create(
                  FloatBuffer.wrap(rows.values),
                  new Shape(rows.count, rows.size),
                  DataType.FLOAT32));
    }

    @Override
    public float[] processOutput(TranslatorContext context, NDList outputs) {
      try (NDArray heads = outputs.singletonOrThrow()) {
        return heads.toFloatArray();
      }
    }
  }

  /**
   * @param savedModel the content of {@code saved_model.pb}
   * @throws IllegalArgumentException if TensorFlow refuses it
   */
  static DjlNetwork load(byte[] savedModel) {
    TensorFlowRuntime.start();
    try {
      Path folder = Files.createTempDirectory("tidewatch-saved-model");
      Path file = folder.resolve(FrozenSavedModel.FILE_NAME);
      try {
        Files.write(file, savedModel);
        return new DjlNetwork(
            Criteria.builder()
                .setTypes(Rows.class, float[].class)
                .optEngine("TensorFlow")
                .optModelPath(folder)
                .optModelName("network")
                .optTranslator(new RowsTranslator())
                .optOption(
                    "ConfigProto",
                    Base64.getEncoder()
                        .encodeToString(TensorFlowRuntime.sessionConfig().toByteArray()))
                .build()
                .loadModel());
      } finally {
        Files.deleteIfExists(file);
        Files.deleteIfExists(folder);
      }
    } catch (ModelException | TensorFlowException e) {
      throw new IllegalArgumentException("TensorFlow refuses the network: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("a SavedModel needs a temporary folder", e);
    }
  }

  float[] answers(float[] windows, int rows) {
    Predictor<Rows, float[]> free = idle.poll();
    Predictor<Rows, float[]> predictor = free == null ? model.newPredictor() : free;
    try {
      return predictor.predict(new Rows(windows, rows, windows.length / rows));
    } catch (TranslateException e) {
      throw new IllegalStateException("TensorFlow failed: " + e.getMessage(), e);
    } finally {
      idle.add(predictor);
    }
  }

  @Override
  public void close() {
    for (Predictor<Rows, float[]> free = idle.poll(); free != null; free = idle.poll()) {
      free.close();
    }
    model.close();
  }
}
