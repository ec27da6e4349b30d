package dev.tidewatch.models.detection.rcf;

import dev.tidewatch.models.detection.multivariate.MultivariateContract;
import dev.tidewatch.models.detection.multivariate.MultivariateDetectorFamily;
import java.util.Map;

class RandomCutForestRowsTest extends MultivariateContract {
  @Override
  protected MultivariateDetectorFamily family() {
    return new RandomCutForestRowsFamily();
  }

  @Override
  protected Map<String, String> parameters() {
    return Map.of("trees", "8", "sample", "64");
  }

  /** It learns from every row: only the first rows of a lasting fault are unusual. */
  @Override
  protected int foundMin() {
    return 0;
  }
}
