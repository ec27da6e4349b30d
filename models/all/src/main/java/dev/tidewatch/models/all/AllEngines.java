package dev.tidewatch.models.all;

import dev.tidewatch.models.onnx.OnnxEngine;
import dev.tidewatch.models.tensor.TensorEngines;
import dev.tidewatch.models.tensorflow.SavedModelEngine;
import dev.tidewatch.models.tribuo.served.TribuoEngine;
import dev.tidewatch.models.tribuo.trees.XgboostJsonEngine;
import java.util.List;

/** All engines of this release, for models that were made elsewhere. */
public final class AllEngines {
  private AllEngines() {}

  /** Engines are stateless; what they need natively is loaded when first used. */
  public static TensorEngines create() {
    return new TensorEngines(
        List.of(
            new SavedModelEngine(), new OnnxEngine(), new XgboostJsonEngine(), new TribuoEngine()));
  }
}
