package dev.tidewatch.monitor;

import dev.tidewatch.serverkit.errors.InvalidArgument;
import java.time.Instant;
import java.util.Optional;

/**
 * Half-open span of domain time; a bound that is absent is open.
 *
 * @param from inclusive
 * @param to exclusive, not before {@code from}
 */
public record TimeSpan(Optional<Instant> from, Optional<Instant> to) {
  public static final TimeSpan ALWAYS = new TimeSpan(Optional.empty(), Optional.empty());

  public TimeSpan {
    if (from.isPresent() && to.isPresent() && to.get().isBefore(from.get())) {
      throw InvalidArgument.field("to", "is %s, before from (%s)".formatted(to.get(), from.get()));
    }
  }

  public static TimeSpan between(Instant from, Instant to) {
    return new TimeSpan(Optional.of(from), Optional.of(to));
  }
}
