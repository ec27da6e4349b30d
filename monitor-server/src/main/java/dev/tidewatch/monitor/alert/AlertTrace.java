package dev.tidewatch.monitor.alert;

/** Makes an alert's begin part of the trace that led to it. */
@FunctionalInterface
public interface AlertTrace {
  /** Leaves the trace as it is. */
  AlertTrace NONE = (rule, labels, traceparent) -> traceparent;

  /**
   * The trace context that the alert carries on.
   *
   * @param traceparent of what led to it; may be empty
   */
  String begun(AlertRule rule, AlertLabels labels, String traceparent);
}
