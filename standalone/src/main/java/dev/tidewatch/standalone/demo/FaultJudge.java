package dev.tidewatch.standalone.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;

/**
 * Compares what the monitor listed with what was planted.
 *
 * <p>A fault is found when an anomaly of its series, of a reading at or after its onset, was listed
 * within one hour of domain time of the onset; a slow drift has 24 hours. An anomaly is explained
 * when its reading lies between the onset of a fault of the same series and six hours after the
 * fault's end: a detector that has grown used to the fault is right to notice its repair. The other
 * anomalies are false. Those of one series that follow each other within an hour are one false
 * alarm, as they would be one telephone call.
 */
public final class FaultJudge {
  private static final Duration RECOVERY = Duration.ofHours(6);
  private static final Duration ONE_ALARM = Duration.ofHours(1);

  private final FaultPlan plan;

  FaultJudge(FaultPlan plan) {
    this.plan = plan;
  }

  /** How many faults were planted. */
  public int planted() {
    return plan.faults().size();
  }

  /** Judges the list, in any order. */
  public FaultVerdict judge(Collection<ListedAnomaly> listed) {
    var foundByKind = new EnumMap<FaultKind, Integer>(FaultKind.class);
    var plantedByKind = new EnumMap<FaultKind, Integer>(FaultKind.class);
    var missed = new ArrayList<String>();
    int found = 0;
    for (var fault : plan.faults()) {
      plantedByKind.merge(fault.kind(), 1, Integer::sum);
      if (listed.stream().anyMatch(anomaly -> finds(anomaly, fault))) {
        found++;
        foundByKind.merge(fault.kind(), 1, Integer::sum);
      } else {
        missed.add(line(fault));
      }
    }
    var accused = falseAlarms(listed);
    return new FaultVerdict(
        plan.faults().size(), found, accused.size(), foundByKind, plantedByKind, missed, accused);
  }

  private List<String> falseAlarms(Collection<ListedAnomaly> listed) {
    var alarms = new ArrayList<String>();
    var seen = new HashSet<String>();
    var ordered =
        listed.stream()
            .filter(anomaly -> !explains(anomaly.series(), anomaly.readingTime()))
            .filter(anomaly -> seen.add(anomaly.id()))
            .sorted(
                Comparator.comparing(ListedAnomaly::series)
                    .thenComparing(ListedAnomaly::readingTime))
            .toList();
    String series = "";
    var previous = Instant.MIN;
    for (var anomaly : ordered) {
      boolean continues =
          anomaly.series().equals(series)
              && !anomaly.readingTime().isAfter(previous.plus(ONE_ALARM));
      if (!continues) {
        alarms.add(anomaly.series() + " at " + anomaly.readingTime());
      }
      series = anomaly.series();
      previous = anomaly.readingTime();
    }
    return alarms;
  }

  /** Whether a fault of the series makes an anomaly of its reading at {@code time} right. */
  boolean explains(String series, Instant time) {
    return plan.faults().stream()
        .filter(fault -> fault.point().series().equals(series))
        .anyMatch(
            fault -> !time.isBefore(fault.onset()) && time.isBefore(fault.end().plus(RECOVERY)));
  }

  private static boolean finds(ListedAnomaly anomaly, PlantedFault fault) {
    var deadline = fault.onset().plus(fault.kind().findWithin());
    return anomaly.series().equals(fault.point().series())
        && !anomaly.readingTime().isBefore(fault.onset())
        && !anomaly.listedTime().isAfter(deadline);
  }

  private static String line(PlantedFault fault) {
    return "%s of %s from %s to %s, size %.3g"
        .formatted(fault.kind(), fault.point().series(), fault.onset(), fault.end(), fault.size());
  }
}
