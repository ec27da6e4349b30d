package dev.tidewatch.benchmarks;

import java.util.List;
import java.util.Set;

/**
 * What every bench takes.
 *
 * @param seconds about how long each measured part runs
 * @param rounds how often the measured and the compared part alternate
 * @param seed of whatever is generated
 * @param scenarios only these; empty means all
 * @param small as little as shows that the bench works; its figures mean nothing
 * @param serverFlags further settings of the server under measurement
 */
record BenchOptions(
    int seconds,
    int rounds,
    long seed,
    Set<String> scenarios,
    boolean small,
    List<String> serverFlags) {
  BenchOptions {
    if (seconds < 1 || seconds > 3600) {
      throw new IllegalArgumentException("seconds: " + seconds + ", want 1 to 3600");
    }
    if (rounds < 1 || rounds > 20) {
      throw new IllegalArgumentException("rounds: " + rounds + ", want 1 to 20");
    }
    scenarios = Set.copyOf(scenarios);
    serverFlags = List.copyOf(serverFlags);
  }

  /** Whether a scenario was asked for. */
  boolean wants(String scenario) {
    return scenarios.isEmpty() || scenarios.contains(scenario);
  }

  /**
   * Refuses scenarios that a bench does not have.
   *
   * @throws IllegalArgumentException naming those that it has
   */
  void requireScenariosAmong(List<String> known) {
    for (String scenario : scenarios) {
      if (!known.contains(scenario)) {
        throw new IllegalArgumentException(
            "no scenario '" + scenario + "'; there are: " + String.join(", ", known));
      }
    }
  }
}
