package dev.tidewatch.monitor.accuracy;

import dev.tidewatch.monitor.ledger.PredictionFilter;
import java.time.Instant;
import java.util.List;

/** Knows what the online tests of residuals found. Thread-safe. */
@FunctionalInterface
public interface ResidualChangeSource {
  /**
   * Changes of the filter's series and versions from {@code from} to before {@code to}, in order.
   */
  List<ResidualChange> between(PredictionFilter filter, Instant from, Instant to);
}
