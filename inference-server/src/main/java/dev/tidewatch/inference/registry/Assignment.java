package dev.tidewatch.inference.registry;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which model runs on which series.
 *
 * @param slot assignments of different slots run side by side; empty is the one that calls without
 *     a model ask
 * @param alias followed; null if the version is pinned
 * @param version pinned; null if an alias is followed
 * @param parameters handed to the model
 * @param bindings series of the model's other roles, by role; {@code {series}} in them stands for
 *     the series that is asked for, {@code {parent}} for its name without the last segment
 * @param disabled runs nothing, but keeps less specific ones away
 */
public record Assignment(
    String name,
    SeriesSelector selector,
    Task task,
    String slot,
    String model,
    @Nullable String alias,
    @Nullable String version,
    Map<String, String> parameters,
    Map<String, String> bindings,
    StandingSchedule schedule,
    boolean disabled) {
  public Assignment {
    if ((alias == null) == (version == null)) {
      throw new IllegalArgumentException(
          "assignment %s names alias %s and version %s; exactly one"
              .formatted(name, alias, version));
    }
    parameters = Map.copyOf(parameters);
    bindings = Map.copyOf(bindings);
  }
}
