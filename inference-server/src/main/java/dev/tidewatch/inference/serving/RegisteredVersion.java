package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.registry.Artifact;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.models.tensor.TensorSpec;
import dev.tidewatch.serverkit.errors.DataLoss;
import java.util.List;

/**
 * What the registry says of a version beside its number.
 *
 * @param inputs of a model of tensors; empty where the registry does not say
 * @param outputs likewise
 * @param horizonSteps of a forecaster; 0 where the registry does not say
 */
public record RegisteredVersion(
    Artifact artifact, List<TensorSpec> inputs, List<TensorSpec> outputs, int horizonSteps) {
  private static final String MISMATCH = "SIGNATURE_MISMATCH";

  public RegisteredVersion {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** Where nothing else is known. */
  static RegisteredVersion of(Artifact artifact) {
    return new RegisteredVersion(artifact, List.of(), List.of(), 0);
  }

  /**
   * Holds what the file became against what was registered.
   *
   * @throws DataLoss {@code SIGNATURE_MISMATCH}
   */
  void requireSignature(LoadedModel model) {
    TensorModel tensors = model.tensors();
    BundleManifest manifest = model.manifest();
    if (tensors != null && manifest == null) {
      requireSame("input", inputs, tensors.signature().inputs());
      requireSame("output", outputs, tensors.signature().outputs());
    }
    if (manifest != null && horizonSteps > 0 && manifest.horizon() != horizonSteps) {
      throw new DataLoss(
          MISMATCH,
          "the registry says that %s forecasts %d steps, its bundle %d"
              .formatted(artifact.version(), horizonSteps, manifest.horizon()));
    }
  }

  private void requireSame(String side, List<TensorSpec> registered, List<TensorSpec> found) {
    if (registered.isEmpty()) {
      return;
    }
    for (TensorSpec spec : registered) {
      if (found.stream().noneMatch(other -> agree(spec, other))) {
        throw mismatch(side, spec, found);
      }
    }
    for (TensorSpec spec : found) {
      if (!spec.optional() && registered.stream().noneMatch(other -> agree(other, spec))) {
        throw mismatch(side, spec, registered);
      }
    }
  }

  private DataLoss mismatch(String side, TensorSpec spec, List<TensorSpec> others) {
    return new DataLoss(
        MISMATCH,
        "the registry's signature of %s and its file's differ: %s %s against %s"
            .formatted(artifact.version(), side, spec, others));
  }

  private static boolean agree(TensorSpec some, TensorSpec other) {
    if (!some.name().equals(other.name())
        || some.type() != other.type()
        || some.shape().size() != other.shape().size()) {
      return false;
    }
    for (int i = 0; i < some.shape().size(); i++) {
      long left = some.shape().get(i);
      long right = other.shape().get(i);
      if (left != right && left != TensorSpec.ANY && right != TensorSpec.ANY) {
        return false;
      }
    }
    return true;
  }
}
