package dev.tidewatch.registry.domain;

/**
 * When standing forecasts are issued, in steps of the model's grid.
 *
 * @param everySteps 0 is never
 * @param offsetSteps grid index modulo {@code everySteps} at which they are issued
 * @param horizonSteps 0 is the model's
 */
public record StandingSchedule(int everySteps, int offsetSteps, int horizonSteps) {
  public static final StandingSchedule NEVER = new StandingSchedule(0, 0, 0);

  public StandingSchedule {
    if (everySteps < 0 || offsetSteps < 0 || horizonSteps < 0) {
      throw new IllegalArgumentException("steps must not be negative");
    }
    if (offsetSteps >= Math.max(everySteps, 1)) {
      throw new IllegalArgumentException(
          "offset_steps is "
              + offsetSteps
              + "; it must be less than every_steps ("
              + everySteps
              + ")");
    }
  }
}
