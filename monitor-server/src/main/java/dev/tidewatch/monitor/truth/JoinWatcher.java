package dev.tidewatch.monitor.truth;

import java.time.Instant;
import java.util.List;

/** Told of what the joiner did; called on its thread. */
public interface JoinWatcher {
  /**
   * Actuals were taken and written.
   *
   * @param due all that were taken
   * @param changed those whose state or value is new
   * @param at domain time
   */
  void taken(List<Target> due, List<Target> changed, Instant at);

  /** There was nothing to take. */
  void nothingDue();

  /** Tells several, in this order. */
  static JoinWatcher all(JoinWatcher... watchers) {
    List<JoinWatcher> each = List.of(watchers);
    return new JoinWatcher() {
      @Override
      public void taken(List<Target> due, List<Target> changed, Instant at) {
        each.forEach(watcher -> watcher.taken(due, changed, at));
      }

      @Override
      public void nothingDue() {
        each.forEach(JoinWatcher::nothingDue);
      }
    };
  }
}
