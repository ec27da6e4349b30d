package dev.tidewatch.models.detection.multivariate;

import dev.tidewatch.models.detection.features.IsolationForest;
import java.util.Map;

class IsolationForestRowsTest extends MultivariateContract {
  @Override
  protected MultivariateDetectorFamily family() {
    return new ScoredRowsFamily(new IsolationForest());
  }

  /** Cuts in inputs that are not off make its paths long: it misses most. */
  @Override
  protected int foundMin() {
    return 20;
  }

  @Override
  protected Map<String, String> parameters() {
    return Map.of("trees", "50", "sample", "128");
  }
}
