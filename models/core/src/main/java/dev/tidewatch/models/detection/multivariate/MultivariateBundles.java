package dev.tidewatch.models.detection.multivariate;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.bundle.Task;
import dev.tidewatch.models.bundle.TrainingWindow;
import dev.tidewatch.models.training.InsufficientHistoryException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What all multivariate families do alike. */
public final class MultivariateBundles {
  private static final String THRESHOLD = "threshold";

  private MultivariateBundles() {}

  /**
   * @throws InsufficientHistoryException if a window has fewer values than that
   */
  public static void requireValues(MultivariateTraining training, int valuesMin) {
    for (MultivariateTraining.Input input : training.inputs()) {
      int known = input.window().size() - input.window().missingCount();
      if (known < valuesMin) {
        throw new InsufficientHistoryException(
            "input %s has %d values; at least %d are needed"
                .formatted(input.role().name(), known, valuesMin));
      }
    }
  }

  /**
   * The parameters of the training with another threshold, which is the only one that shapes
   * nothing of what is learnt.
   *
   * @throws IllegalArgumentException if the overrides have another parameter
   */
  public static Parameters overridden(BundleManifest manifest, Parameters overrides) {
    overrides.requireKnown(Set.of(THRESHOLD));
    return manifest.parameters().overriddenBy(overrides);
  }

  /**
   * A bundle of a family.
   *
   * @param parameters defaults written out
   * @param featureRecipe names of what the model reads; empty for plain values
   */
  public static Bundle of(
      String family,
      MultivariateTraining training,
      Parameters parameters,
      List<String> featureRecipe,
      Map<String, byte[]> files) {
    var grid = training.grid();
    var metrics = new TreeMap<String, Double>();
    metrics.put("rows", (double) training.size());
    return Bundle.of(
        new BundleManifest(
            family,
            Task.DETECT,
            training.inputs().stream().map(MultivariateTraining.Input::role).toList(),
            grid,
            featureRecipe,
            0,
            0,
            0,
            List.of(),
            Optional.empty(),
            parameters,
            new TrainingWindow(
                training.inputs().stream().map(MultivariateTraining.Input::series).toList(),
                grid.startMicros(training.firstIndex()),
                grid.startMicros(training.firstIndex() + training.size()),
                training.provenance().fingerprint()),
            training.provenance().seed(),
            training.provenance().codeVersion(),
            metrics),
        files);
  }
}
