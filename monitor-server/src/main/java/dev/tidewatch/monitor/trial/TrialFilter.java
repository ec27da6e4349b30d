package dev.tidewatch.monitor.trial;

import java.util.Optional;
import java.util.Set;

/**
 * Which trials.
 *
 * @param model empty: all
 * @param steps one of these; empty: all
 */
public record TrialFilter(Optional<String> model, Set<TrialStep> steps) {
  public TrialFilter {
    steps = Set.copyOf(steps);
  }
}
