package dev.tidewatch.benchmarks;

/**
 * What every bench takes.
 *
 * @param seconds about how long each measured part runs
 * @param rounds how often the measured and the compared part alternate
 * @param seed of whatever is generated
 */
record BenchOptions(int seconds, int rounds, long seed) {
  BenchOptions {
    if (seconds < 1 || seconds > 3600) {
      throw new IllegalArgumentException("seconds: " + seconds + ", want 1 to 3600");
    }
    if (rounds < 1 || rounds > 100) {
      throw new IllegalArgumentException("rounds: " + rounds + ", want 1 to 100");
    }
  }
}
