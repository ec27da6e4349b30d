package dev.tidewatch.cli.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/**
 * Moments as people write them on a command line: {@code now}, {@code now-7d}, {@code now+1h30m},
 * and everything that {@link TimeReader} reads.
 */
public final class Moments {
  private final InstantSource clock;
  private final ZoneId zone;

  /**
   * @param zone of the times that name none
   */
  public Moments(InstantSource clock, ZoneId zone) {
    this.clock = clock;
    this.zone = zone;
  }

  /**
   * Never finer than a microsecond.
   *
   * @throws IllegalArgumentException saying what is wrong with the text
   */
  public Instant parse(String raw) {
    String text = raw.strip();
    if (text.startsWith("now")) {
      Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
      if (text.length() == 3) {
        return now;
      }
      char sign = text.charAt(3);
      if (sign != '-' && sign != '+') {
        throw new IllegalArgumentException(
            "time '" + raw + "' is not written like now, now-7d or now+1h");
      }
      Duration distance = Durations.parse(text.substring(4));
      return sign == '-' ? now.minus(distance) : now.plus(distance);
    }
    return ofMicros(new TimeReader(TimeFormat.AUTO, zone).micros(text));
  }

  /** The instant that many microseconds after 1970 UTC. */
  public static Instant ofMicros(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
