package dev.tidewatch.inference.serving;

import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.tensor.TensorModelException;
import dev.tidewatch.serverkit.errors.DataLoss;
import dev.tidewatch.serverkit.errors.ServiceException;

/** What is said of a model that cannot be served. */
final class Refusals {
  private Refusals() {}

  static ServiceException of(Throwable cause) {
    return switch (cause) {
      case ServiceException e -> e;
      case BundleException e ->
          new DataLoss("ARTIFACT_" + e.reason().name(), String.valueOf(e.getMessage()), e);
      case TensorModelException e ->
          new DataLoss("ARTIFACT_" + e.reason().name(), String.valueOf(e.getMessage()), e);
      default -> new DataLoss("MODEL_UNSOUND", "loading failed: " + cause, cause);
    };
  }
}
