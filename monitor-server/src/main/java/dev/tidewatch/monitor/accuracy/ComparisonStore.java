package dev.tidewatch.monitor.accuracy;

/** Compares versions. Thread-safe. */
@FunctionalInterface
public interface ComparisonStore {
  AccuracyComparison compare(ComparisonQuestion question);
}
