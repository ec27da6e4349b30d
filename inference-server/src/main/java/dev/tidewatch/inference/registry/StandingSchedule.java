package dev.tidewatch.inference.registry;

/**
 * When forecasts are issued without anybody asking.
 *
 * @param everySteps grid steps; 0 means never
 * @param offsetSteps issued where the grid's index mod {@code everySteps} is this
 * @param horizonSteps 0 means the model's own
 */
public record StandingSchedule(int everySteps, int offsetSteps, int horizonSteps) {
  public static final StandingSchedule NEVER = new StandingSchedule(0, 0, 0);

  public StandingSchedule {
    if (everySteps < 0 || offsetSteps < 0 || horizonSteps < 0) {
      throw new IllegalArgumentException(
          "every %d, offset %d, horizon %d".formatted(everySteps, offsetSteps, horizonSteps));
    }
  }

  /** The newest origin of the schedule that is not after the given grid index. */
  public long newestOrigin(long index) {
    return index - Math.floorMod(index - offsetSteps, (long) everySteps);
  }
}
