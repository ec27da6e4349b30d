package dev.tidewatch.models.detection;

import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.composed.EnsembleFamily;
import dev.tidewatch.models.detection.online.OnlineFamily;

/**
 * Makes a detector more or less ready to open anomalies, without touching what it learnt: the
 * setting that decides is multiplied. For most families that is {@code threshold}, for Tukey's
 * fences {@code fence}. States saved under one factor can be restored under any other.
 */
public final class ThresholdFactor {
  private static final String THRESHOLD = "threshold";
  private static final String FENCE = "fence";

  private ThresholdFactor() {}

  /**
   * The parameters with the setting multiplied, held within the bounds of the family.
   *
   * @param manifest of the detector's bundle, whose settings hold where nothing overrides them
   * @param overrides as of an assignment
   * @param factor positive; 1 changes nothing
   */
  public static Parameters apply(BundleManifest manifest, Parameters overrides, double factor) {
    if (factor == 1) {
      return overrides;
    }
    Parameters effective = manifest.parameters().overriddenBy(overrides);
    String name = effective.has(FENCE) ? FENCE : THRESHOLD;
    if (!effective.has(name)) {
      return overrides;
    }
    double setting = Double.parseDouble(effective.text(name, ""));
    double multiplied =
        switch (manifest.family()) {
          case OnlineFamily.ID -> Math.clamp(setting * factor, 0.01, 1);
          case EnsembleFamily.ID -> Math.clamp(setting * factor, 0.5, 12);
          case IqrFamily.ID -> Math.clamp(setting * factor, 0.1, 100);
          default -> Math.clamp(setting * factor, 0.5, Verdict.SCORE_MAX);
        };
    return overrides.with(name, Double.toString(multiplied));
  }
}
