package dev.tidewatch.monitor.decision;

import dev.tidewatch.monitor.TimeSpan;
import java.util.Optional;

/** Which decisions; what is empty asks for nothing. */
public record DecisionFilter(Optional<String> model, Optional<DecisionKind> kind, TimeSpan span) {}
