package dev.tidewatch.models.tribuo.served;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tidewatch.models.tensor.TensorEngine;
import dev.tidewatch.models.tensor.TensorFormat;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.models.tensor.TensorModelException;
import dev.tidewatch.models.tensor.TensorModelException.Reason;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tribuo.Model;
import org.tribuo.anomaly.Event;
import org.tribuo.protos.core.ModelProto;
import org.tribuo.regression.Regressor;

/**
 * Models that Tribuo saved with {@code serializeToFile}: regressors and anomaly detectors. Input
 * {@code features} FP64 [-1, features], in the order of the features' names, {@code NaN} where one
 * is not there; output {@code prediction} FP64 [-1, dimensions], in the order of their names, or
 * {@code score} FP64 [-1, 1].
 */
public final class TribuoEngine implements TensorEngine {
  private static final String OWN_CLASSES = "org.tribuo.";

  @Override
  public TensorFormat format() {
    return TensorFormat.TRIBUO_PROTOBUF;
  }

  @Override
  public String platform() {
    return "tribuo_protobuf";
  }

  @Override
  public TensorModel load(Path artifact) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(artifact))) {
      ModelProto saved = ModelProto.parseFrom(in);
      if (!saved.getClassName().startsWith(OWN_CLASSES)) {
        throw new TensorModelException(
            Reason.UNSUPPORTED,
            "the model is a '%s'; Tribuo's own are served".formatted(saved.getClassName()));
      }
      return served(Model.deserialize(saved), Files.size(artifact));
    } catch (InvalidProtocolBufferException | IllegalArgumentException | IllegalStateException e) {
      throw new TensorModelException(
          Reason.DAMAGED, "Tribuo's model cannot be read: " + e.getMessage(), e);
    }
  }

  private static TensorModel served(Model<?> model, long bytes) {
    if (model.validate(Regressor.class)) {
      return TribuoTensorModel.ofRegressor(model.castModel(Regressor.class), bytes);
    }
    if (model.validate(Event.class)) {
      return TribuoTensorModel.ofDetector(model.castModel(Event.class), bytes);
    }
    throw new TensorModelException(
        Reason.UNSUPPORTED, "the model is neither a regressor nor an anomaly detector");
  }
}
