package dev.tidewatch.trainer;

import dev.tidewatch.sdk.FeedPosition;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a training made.
 *
 * @param model its name in the registry
 * @param version that was registered
 * @param family that was trained
 * @param sha256 of the bundle
 * @param runId of the run in the registry
 * @param readings that were read
 * @param asOf the state of the readings; the same plan with it gives the same bundle
 * @param championBefore where the champion alias stood when the training began
 * @param metrics of the back-test, by name; of a detector: what it would have reported
 */
public record TrainingReport(
    String model,
    String version,
    String family,
    String sha256,
    String runId,
    long readings,
    FeedPosition asOf,
    AliasPlace championBefore,
    SortedMap<String, Double> metrics) {
  public TrainingReport {
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
  }
}
