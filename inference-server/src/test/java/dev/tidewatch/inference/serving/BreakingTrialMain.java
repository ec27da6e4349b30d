package dev.tidewatch.inference.serving;

import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.tensor.TensorEngines;
import java.io.IOException;
import java.util.List;

/** {@link TrialMain} for models that break. */
public final class BreakingTrialMain {
  private BreakingTrialMain() {}

  public static void main(String[] arguments) throws IOException {
    System.exit(TrialMain.run(loader(), arguments));
  }

  static ModelLoader loader() {
    return new ModelLoader(
        BreakingFamily.families(), new TensorEngines(List.of()), BundleLimits.DEFAULT);
  }
}
