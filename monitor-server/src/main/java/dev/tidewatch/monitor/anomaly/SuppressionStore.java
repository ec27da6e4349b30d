package dev.tidewatch.monitor.anomaly;

import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.TimeSpan;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Keeps maintenance windows. Thread-safe. */
public interface SuppressionStore {
  /** Behind which window a page begins, latest start first, then by id. */
  record WindowCursor(Instant from, UUID id) {}

  /**
   * Keeps a window and marks the anomalies that are already in it; from then on new ones are marked
   * as they are reported. The same window again, by its id, changes nothing.
   *
   * @return what is kept
   * @throws dev.tidewatch.serverkit.errors.AlreadyExists REQUEST_REUSED if the id is that of
   *     another window
   */
  SuppressionWindow create(SuppressionWindow window);

  /** Windows in force that touch the span. */
  Page<SuppressionWindow, WindowCursor> page(TimeSpan span, Optional<WindowCursor> after, int size);

  /**
   * Takes a window out of force; what it marked stays marked.
   *
   * @throws dev.tidewatch.serverkit.errors.NotFound SUPPRESSION_WINDOW_UNKNOWN
   */
  void remove(UUID id, String actor, Instant at);
}
