package dev.tidewatch.monitor.health;

import dev.tidewatch.monitor.drift.DriftLevel;
import dev.tidewatch.monitor.drift.DriftStore;
import dev.tidewatch.monitor.drift.DriftVerdict;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The newest drift verdicts as they stand: of series those about readings, of models all. Where
 * there are more verdicts than the store gives at once, the weakest are missing.
 */
public final class NewestDrift implements DriftFindings {
  private final Map<String, Finding> bySeries = new HashMap<>();
  private final Map<String, Finding> byModel = new HashMap<>();

  private NewestDrift() {}

  public static DriftFindings read(DriftStore store) {
    var newest = new NewestDrift();
    for (DriftVerdict verdict :
        store.newest(Optional.empty(), Optional.empty(), Optional.empty(), DriftLevel.NONE)) {
      // Strongest first: the first of each is the one that counts.
      var finding = new Finding(strength(verdict.level()), verdict.reason());
      newest.byModel.putIfAbsent(verdict.version().model(), finding);
      if (!verdict.input().equals(DriftVerdict.RESIDUAL)) {
        newest.bySeries.putIfAbsent(verdict.series(), finding);
      }
    }
    return newest;
  }

  private static int strength(DriftLevel level) {
    return switch (level) {
      case UNKNOWN, NONE -> 0;
      case MODERATE -> 1;
      case STRONG -> 2;
    };
  }

  @Override
  public Optional<Finding> ofSeries(String series) {
    return Optional.ofNullable(bySeries.get(series));
  }

  @Override
  public Optional<Finding> ofModel(String model) {
    return Optional.ofNullable(byModel.get(model));
  }
}
