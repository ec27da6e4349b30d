package dev.tidewatch.ingest;

import dev.tidewatch.proto.ingest.v1.DuplicatePolicy;
import dev.tidewatch.proto.ingest.v1.RejectReason;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesKind;
import dev.tidewatch.proto.ingest.v1.Validation;
import dev.tidewatch.proto.ingest.v1.ViolationAction;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Takes readings one by one and keeps everything: slow, plain, and written from the contract. */
final class NeighbourReference {
  private final Series series;
  final TreeMap<Long, Double> values = new TreeMap<>();
  final TreeMap<Long, Integer> qualities = new TreeMap<>();
  final List<Integer> rejects = new ArrayList<>();

  NeighbourReference(Series series) {
    this.series = series;
  }

  void take(long time, double value) {
    Double there = values.get(time);
    if (there != null && there == value) {
      return;
    }
    if (there != null
        && series.getDuplicatePolicy() == DuplicatePolicy.DUPLICATE_POLICY_KEEP_FIRST) {
      return;
    }
    if (there != null && series.getDuplicatePolicy() == DuplicatePolicy.DUPLICATE_POLICY_REJECT) {
      rejects.add(RejectReason.REJECT_REASON_DUPLICATE_VALUE);
      return;
    }
    int flags = 0;
    var before = values.lowerEntry(time);
    var after = values.higherEntry(time);
    int faults = 0;
    if (before != null) {
      faults = pair(before.getKey(), before.getValue(), time, value);
    }
    // The first neighbour that does not fit gives the reason.
    if (after != null && (faults == 0 || flagging())) {
      faults |= pair(time, value, after.getKey(), after.getValue());
    }
    if (faults != 0 && !flagging()) {
      rejects.add(
          (faults & NeighbourRulesContract.DECREASED) != 0
              ? RejectReason.REJECT_REASON_COUNTER_DECREASED_VALUE
              : RejectReason.REJECT_REASON_RATE_OF_CHANGE_EXCEEDED_VALUE);
      return;
    }
    flags |= faults;
    if (after == null && there == null && stale(time, value)) {
      flags |= NeighbourRulesContract.STALE;
    }
    values.put(time, value);
    qualities.put(time, flags);
  }

  private boolean flagging() {
    return series.getValidation().getOnViolation() == ViolationAction.VIOLATION_ACTION_FLAG;
  }

  private int pair(long t1, double v1, long t2, double v2) {
    int faults = 0;
    double change = v2 - v1;
    if (series.getKind() == SeriesKind.SERIES_KIND_COUNTER && v2 < v1) {
      Validation rules = series.getValidation();
      boolean restart =
          rules.hasRestartBelow() ? v2 < rules.getRestartBelow() : v2 >= 0 && v2 < v1 / 10;
      if (restart) {
        change = v2;
      } else {
        faults |= NeighbourRulesContract.DECREASED;
      }
    }
    if (series.getValidation().hasChangePerSecondMax()
        && Math.abs(change) > series.getValidation().getChangePerSecondMax() * ((t2 - t1) / 1e6)) {
      faults |= NeighbourRulesContract.RATE;
    }
    return faults;
  }

  private boolean stale(long time, double value) {
    if (!series.getValidation().hasStaleAfter()) {
      return false;
    }
    long after = series.getValidation().getStaleAfter().getSeconds() * 1_000_000;
    for (var earlier : values.headMap(time, false).descendingMap().entrySet()) {
      if (earlier.getValue() != value) {
        return false;
      }
      if ((qualities.getOrDefault(earlier.getKey(), 0) & NeighbourRulesContract.STALE) != 0
          || time - earlier.getKey() >= after) {
        return true;
      }
    }
    return false;
  }
}
