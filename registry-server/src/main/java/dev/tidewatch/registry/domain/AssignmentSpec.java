package dev.tidewatch.registry.domain;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What runs on which series, as a caller says it.
 *
 * @param slot assignments of different slots run side by side; empty is the default
 * @param parameters handed to the model as they are
 */
public record AssignmentSpec(
    String name,
    SeriesSelector selector,
    Task task,
    String slot,
    ModelName model,
    ModelTarget target,
    Document parameters,
    StandingSchedule schedule,
    List<RoleBinding> bindings,
    boolean disabled,
    String description) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_./-]{0,127}");
  private static final Pattern SLOT = Pattern.compile("[a-z0-9_-]{0,64}");

  public AssignmentSpec {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "assignment names consist of at most 128 letters, digits, '_', '.', '/' and '-'");
    }
    if (!SLOT.matcher(slot).matches()) {
      throw new IllegalArgumentException(
          "slot consists of at most 64 lower-case letters, digits, '_' and '-'");
    }
    if (task == Task.INFER) {
      throw new IllegalArgumentException("task must be FORECAST or DETECT");
    }
    if (task == Task.DETECT && schedule.everySteps() > 0) {
      throw new IllegalArgumentException(
          "schedule is for FORECAST; detectors run on every reading");
    }
    bindings = List.copyOf(bindings);
    if (bindings.stream().map(RoleBinding::role).distinct().count() != bindings.size()) {
      throw new IllegalArgumentException("bindings name a role twice");
    }
  }
}
