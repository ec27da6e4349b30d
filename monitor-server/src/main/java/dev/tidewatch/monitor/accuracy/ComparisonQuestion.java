package dev.tidewatch.monitor.accuracy;

import dev.tidewatch.monitor.TimeSpan;
import java.time.Instant;
import java.util.Optional;

/**
 * Two versions of a model to be compared on what both answered.
 *
 * @param baseline the version that defends
 * @param candidate the version that challenges
 * @param series empty: all that both answered
 * @param span of target times
 * @param originsFrom only forecasts from this origin on; empty: all
 * @param probabilistic whether pinball loss and intervals are looked at too, which costs about as
 *     much again
 */
public record ComparisonQuestion(
    String model,
    String baseline,
    String candidate,
    Optional<String> series,
    TimeSpan span,
    Optional<Instant> originsFrom,
    boolean probabilistic) {}
