package dev.tidewatch.models.forecast;

import java.util.List;
import java.util.SortedMap;

/** Told of each fold of a back-test, in order, on the thread that runs the back-test. */
@FunctionalInterface
public interface FoldListener {
  FoldListener NONE = (fold, metrics, origins) -> true;

  /**
   * @param fold 0 for the oldest
   * @param metrics of this fold alone, as in a report; empty where it has no origin
   * @param origins of this fold
   * @return false to do without the folds that follow: the report covers what came until here
   */
  boolean folded(int fold, SortedMap<String, Double> metrics, List<BacktestReport.Origin> origins);
}
