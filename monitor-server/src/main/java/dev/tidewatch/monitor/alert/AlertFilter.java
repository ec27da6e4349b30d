package dev.tidewatch.monitor.alert;

import dev.tidewatch.monitor.anomaly.Severity;
import java.util.Optional;
import java.util.Set;

/** Which alerts; what is absent matches everything, and all that is there must match. */
public record AlertFilter(
    Set<AlertState> states,
    Optional<Severity> severityMin,
    Optional<String> series,
    Optional<String> model,
    Optional<String> rule) {
  /** All that are not resolved. */
  public static final Set<AlertState> OPEN =
      Set.of(AlertState.PENDING, AlertState.FIRING, AlertState.ACKNOWLEDGED);

  public AlertFilter {
    states = states.isEmpty() ? OPEN : Set.copyOf(states);
  }
}
