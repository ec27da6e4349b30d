package dev.tidewatch.serverkit.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A clock that starts at an origin and runs {@code factor} times as fast as the clock it is built
 * on; with factor 1 and the present as origin it is that clock. Immutable, thread-safe.
 */
public final class ScaledClock implements InstantSource {
  private final InstantSource base;
  private final Instant baseOrigin;
  private final Instant origin;
  private final double factor;

  private ScaledClock(InstantSource base, Instant origin, double factor) {
    if (!(factor > 0) || Double.isInfinite(factor)) {
      throw new IllegalArgumentException("factor: " + factor + ", expected a positive number");
    }
    this.base = base;
    this.baseOrigin = base.instant();
    this.origin = origin;
    this.factor = factor;
  }

  /** Shows {@code origin} now. */
  public static ScaledClock startingAt(Instant origin, double factor, InstantSource base) {
    return new ScaledClock(base, origin, factor);
  }

  /** To the microsecond, which is the resolution of the domain. */
  @Override
  public Instant instant() {
    return origin.plus(toDomain(Duration.between(baseOrigin, base.instant())));
  }

  /**
   * How much of the base clock's time passes during {@code domain}; for sleeping until a domain
   * time.
   */
  public Duration toBase(Duration domain) {
    return ofMicros(micros(domain) / factor);
  }

  /** How much domain time passes during {@code base}. */
  public Duration toDomain(Duration base) {
    return ofMicros(micros(base) * factor);
  }

  /** Domain seconds per second of the base clock. */
  public double factor() {
    return factor;
  }

  private static double micros(Duration duration) {
    return duration.getSeconds() * 1e6 + duration.getNano() / 1e3;
  }

  private static Duration ofMicros(double micros) {
    long whole = Math.round(micros);
    return Duration.ofSeconds(
        Math.floorDiv(whole, 1_000_000L), Math.floorMod(whole, 1_000_000L) * 1_000L);
  }
}
