package dev.tidewatch.trainer;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.sdk.FeedPosition;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.trainer.tuning.TuningResult;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a training made.
 *
 * @param model its name in the registry
 * @param version that was registered, or was there already
 * @param family that was trained
 * @param series that it can be assigned to: those it was trained on; of a detector of several
 *     series, that of its first role
 * @param covariates series of the other roles, by role
 * @param horizonSteps furthest forecast step
 * @param sha256 of the bundle
 * @param runId of the run in the registry; of the earlier one where nothing had to be done
 * @param readings that were read
 * @param asOf the state of the readings; the same plan with it gives the same bundle
 * @param championBefore where the champion alias stood when the training began
 * @param parameters that the family was given, tuned ones included
 * @param metrics of the back-test, by name, and of the comparison with the champion; of a detector:
 *     what it would have reported
 * @param comparison with the champion before; null where there was none, or nothing to compare by
 * @param tuning the search; null where there was none
 * @param isNew false: a version made by the same recipe from the same readings was there
 */
public record TrainingReport(
    String model,
    String version,
    String family,
    List<SeriesName> series,
    SortedMap<String, SeriesName> covariates,
    int horizonSteps,
    String sha256,
    String runId,
    long readings,
    FeedPosition asOf,
    AliasPlace championBefore,
    Parameters parameters,
    SortedMap<String, Double> metrics,
    @Nullable ChampionComparison comparison,
    @Nullable TuningResult tuning,
    boolean isNew) {
  public TrainingReport {
    series = List.copyOf(series);
    covariates = Collections.unmodifiableSortedMap(new TreeMap<>(covariates));
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
  }

  /** True unless the comparison says that the champion before is better. */
  public boolean isNotWorse() {
    return comparison == null || comparison.verdict() != ChampionComparison.Verdict.WORSE;
  }
}
