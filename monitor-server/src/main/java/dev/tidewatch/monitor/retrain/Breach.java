package dev.tidewatch.monitor.retrain;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a policy found.
 *
 * @param reason one sentence with the figures
 * @param figures by name
 */
record Breach(RetrainCause cause, String reason, SortedMap<String, Double> figures) {
  Breach {
    figures = Collections.unmodifiableSortedMap(new TreeMap<>(figures));
  }
}
