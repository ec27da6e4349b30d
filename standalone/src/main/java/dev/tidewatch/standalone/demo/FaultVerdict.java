package dev.tidewatch.standalone.demo;

import java.util.List;
import java.util.Map;

/**
 * How well the anomaly list matches the planted faults.
 *
 * @param planted how many faults there were
 * @param found how many of them were listed in time
 * @param falseAlarms runs of anomalies that no fault explains
 * @param foundByKind found faults of each kind
 * @param plantedByKind planted faults of each kind
 * @param missed one line a fault that was not found in time
 * @param falselyAccused one line a false alarm
 */
public record FaultVerdict(
    int planted,
    int found,
    int falseAlarms,
    Map<FaultKind, Integer> foundByKind,
    Map<FaultKind, Integer> plantedByKind,
    List<String> missed,
    List<String> falselyAccused) {
  public FaultVerdict {
    foundByKind = Map.copyOf(foundByKind);
    plantedByKind = Map.copyOf(plantedByKind);
    missed = List.copyOf(missed);
    falselyAccused = List.copyOf(falselyAccused);
  }
}
