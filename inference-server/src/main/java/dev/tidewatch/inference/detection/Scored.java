package dev.tidewatch.inference.detection;

import java.util.ArrayList;
import java.util.List;

/** What came of scoring some readings. Not thread-safe. */
final class Scored {
  private final List<Found> found = new ArrayList<>();
  private int count;

  void add() {
    count++;
  }

  void add(Found anomaly) {
    found.add(anomaly);
  }

  /** Readings, or rows. */
  int count() {
    return count;
  }

  List<Found> found() {
    return found;
  }
}
