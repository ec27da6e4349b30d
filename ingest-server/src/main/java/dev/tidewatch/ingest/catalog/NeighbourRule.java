package dev.tidewatch.ingest.catalog;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a series that look at neighbouring readings, ready to use. A series has one only if
 * it has such a rule. Immutable.
 */
public final class NeighbourRule {
  /** The value is never stale. */
  public static final long NEVER = Long.MAX_VALUE;

  private final boolean counter;
  private final double restartBelow;
  private final double changePerSecondMax;
  private final long staleAfterMicros;
  private final boolean flags;

  private NeighbourRule(SeriesKind kind, Validation validation) {
    this.counter = kind == SeriesKind.COUNTER;
    this.restartBelow = validation.restartBelow().orElse(Double.NaN);
    this.changePerSecondMax = validation.changePerSecondMax().orElse(Double.POSITIVE_INFINITY);
    this.staleAfterMicros =
        validation.staleAfter().map(after -> after.toNanos() / 1_000).orElse(NEVER);
    this.flags = validation.flagViolations();
  }

  /** Null if no rule of the series looks at neighbours. */
  static @Nullable NeighbourRule of(SeriesKind kind, Validation validation) {
    return Optional.of(new NeighbourRule(kind, validation))
        .filter(rule ->
            rule.counter
                || validation.changePerSecondMax().isPresent()
                || validation.staleAfter().isPresent())
        .orElse(null);
  }

  /** True: what breaks the rule is stored with a quality flag instead of being rejected. */
  public boolean flags() {
    return flags;
  }

  public double changePerSecondMax() {
    return changePerSecondMax;
  }

  /** Microseconds, or {@link #NEVER}. */
  public long staleAfterMicros() {
    return staleAfterMicros;
  }

  /** True if a counter fell and did not restart. */
  public boolean decreased(double before, double after) {
    return counter && after < before && !restarted(before, after);
  }

  /** False if the value changed faster than is allowed. A restarted counter has risen from zero. */
  public boolean tooFast(double before, double after, long microsBetween) {
    double change = after - before;
    if (counter && after < before && restarted(before, after)) {
      change = after;
    }
    return Math.abs(change) > changePerSecondMax * (microsBetween / 1e6);
  }

  /**
   * A value below {@code restart_below}; without that bound, at least zero and below a tenth of the
   * value before.
   */
  private boolean restarted(double before, double after) {
    return Double.isNaN(restartBelow) ? after >= 0 && after < before / 10 : after < restartBelow;
  }

  /** What is allowed, for people. */
  public String restartBound(double before) {
    return Double.isNaN(restartBelow) ? "0 to below " + before / 10 : "below " + restartBelow;
  }
}
