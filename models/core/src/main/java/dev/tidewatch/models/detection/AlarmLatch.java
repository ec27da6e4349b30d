package dev.tidewatch.models.detection;

/**
 * Makes one anomaly of one fault, for scores that stay high or flutter around the threshold: opens
 * when the score reaches the threshold, and again only after it stayed below for a quiet time.
 */
public final class AlarmLatch {
  private static final long NEVER = Long.MIN_VALUE;

  private final long quietMicros;
  private long newestHighMicros = NEVER;

  public AlarmLatch(long quietMicros) {
    this.quietMicros = quietMicros;
  }

  public AlarmLatch(long quietMicros, StateReader in) {
    this.quietMicros = quietMicros;
    newestHighMicros = in.getLong();
  }

  public void save(StateWriter out) {
    out.putLong(newestHighMicros);
  }

  /** Takes note of whether the score is high; true if that is new. */
  public boolean opens(long timeMicros, boolean high) {
    if (!high) {
      return false;
    }
    boolean opens = newestHighMicros == NEVER || timeMicros - newestHighMicros > quietMicros;
    newestHighMicros = timeMicros;
    return opens;
  }
}
