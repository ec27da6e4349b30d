package dev.tidewatch.models.detection.rcf;

import dev.tidewatch.models.detection.DetectorContract;
import dev.tidewatch.models.detection.DetectorFamily;
import java.util.Map;

class RandomCutForestTest extends DetectorContract {
  @Override
  protected DetectorFamily family() {
    return new RandomCutForestFamily();
  }

  @Override
  protected Map<String, String> parameters() {
    return Map.of("trees", "8", "sample", "64");
  }
}
