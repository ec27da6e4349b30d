package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.TextField;
import dev.tidewatch.monitor.accuracy.AccuracyComparison;
import dev.tidewatch.monitor.accuracy.ComparisonQuestion;
import dev.tidewatch.monitor.accuracy.ComparisonStore;
import dev.tidewatch.proto.monitor.v1.CompareAccuracyRequest;
import dev.tidewatch.proto.monitor.v1.CompareAccuracyResponse;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.timeseries.significance.DieboldMariano;
import java.util.Optional;

/** Two versions compared, for the accuracy service. */
final class ComparisonApi {
  private static final int PAIRS_MIN_DEFAULT = 30;

  private final ComparisonStore store;

  ComparisonApi(ComparisonStore store) {
    this.store = store;
  }

  CompareAccuracyResponse compare(CompareAccuracyRequest request) {
    AccuracyComparison comparison =
        store.compare(
            new ComparisonQuestion(
                TextField.require("model", request.getModel(), 1, 128),
                TextField.require("baseline_version", request.getBaselineVersion(), 1, 64),
                TextField.require("candidate_version", request.getCandidateVersion(), 1, 64),
                Wire.text("series", request.getSeries())
                    .map(name -> Wire.series("series", name).value()),
                Wire.span("range", request.getRange()),
                Optional.empty(),
                true));
    int needed = request.getPairsMin() == 0 ? PAIRS_MIN_DEFAULT : request.getPairsMin();
    if (comparison.pairs() < needed || comparison.test().isEmpty()) {
      throw new FailedPrecondition(
              "INSUFFICIENT_PAIRS",
              ("pairs_min: both versions answered %d steps with a known actual, from %d origins;"
                      + " %d from %d are needed; wait, or widen the range")
                  .formatted(
                      comparison.pairs(), comparison.origins(), needed, DieboldMariano.PAIRS_MIN))
          .with("pairs", Long.toString(comparison.pairs()));
    }
    return DecisionMessages.write(comparison);
  }
}
