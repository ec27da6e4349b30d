package dev.tidewatch.sdk;

import java.time.Duration;

/**
 * How a connection whose other end is gone without a word (a pulled cable, a forgotten NAT entry)
 * is found: after {@code silence} without any byte from the server, while a call is open, the
 * server is asked for life; a connection that stays silent for {@code patience} more counts as
 * broken. So it takes their sum at most.
 *
 * @param silence at least 10 seconds, the least that servers must put up with
 * @param patience positive
 */
public record KeepAlive(Duration silence, Duration patience) {
  private static final Duration SILENCE_MIN = Duration.ofSeconds(10);

  /** 30 and 10 seconds. */
  public static final KeepAlive USUAL =
      new KeepAlive(Duration.ofSeconds(30), Duration.ofSeconds(10));

  public KeepAlive {
    if (silence.compareTo(SILENCE_MIN) < 0) {
      throw new IllegalArgumentException("silence: " + silence + ", at least " + SILENCE_MIN);
    }
    if (!patience.isPositive()) {
      throw new IllegalArgumentException("patience: " + patience + " is not positive");
    }
  }
}
