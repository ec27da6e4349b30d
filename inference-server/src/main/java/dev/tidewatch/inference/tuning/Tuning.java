package dev.tidewatch.inference.tuning;

import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.ThresholdFactor;
import dev.tidewatch.models.forecast.Forecast;
import java.util.List;

/**
 * Adaptations of one version for one series.
 *
 * @param revision 0: runs as it was trained
 * @param thresholdFactor what a detector's threshold is multiplied by
 * @param conformalOffsets added outwards to both ends of the intervals, by step; the last holds for
 *     later steps; empty: none
 */
public record Tuning(long revision, double thresholdFactor, List<Double> conformalOffsets) {
  public static final Tuning NONE = new Tuning(0, 1, List.of());

  public Tuning {
    conformalOffsets = List.copyOf(conformalOffsets);
    for (double offset : conformalOffsets) {
      if (!Double.isFinite(offset)) {
        throw new IllegalArgumentException("offset is " + offset);
      }
    }
    if (!(thresholdFactor > 0 && thresholdFactor <= 1_000)) {
      throw new IllegalArgumentException("threshold factor is " + thresholdFactor);
    }
  }

  /** The parameters of a detector with the threshold multiplied. */
  public Parameters applyTo(BundleManifest manifest, Parameters parameters) {
    return ThresholdFactor.apply(manifest, parameters, thresholdFactor);
  }

  /**
   * The forecast with the ends of its intervals moved outwards, or inwards by negative offsets;
   * ends that would pass each other meet half-way. Means stay.
   */
  public Forecast applyTo(Forecast forecast) {
    if (conformalOffsets.isEmpty()) {
      return forecast;
    }
    int levels = forecast.levels().size();
    var lowers = new double[levels][];
    var uppers = new double[levels][];
    for (int level = 0; level < levels; level++) {
      lowers[level] = forecast.lowers(level);
      uppers[level] = forecast.uppers(level);
      for (int step = 0; step < forecast.horizon(); step++) {
        double offset = conformalOffsets.get(Math.min(step, conformalOffsets.size() - 1));
        double lower = lowers[level][step] - offset;
        double upper = uppers[level][step] + offset;
        if (lower > upper) {
          lower = upper = (lowers[level][step] + uppers[level][step]) / 2;
        }
        if (Double.isFinite(lower) && Double.isFinite(upper)) {
          lowers[level][step] = lower;
          uppers[level][step] = upper;
        }
      }
    }
    return new Forecast(forecast.firstIndex(), forecast.means(), forecast.levels(), lowers, uppers);
  }
}
