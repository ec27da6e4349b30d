package dev.tidewatch.trainer.worker;

import java.time.Duration;
import java.util.Set;

/**
 * How a worker works.
 *
 * @param name under which it holds leases, 1 to 128 characters
 * @param models whose tasks it takes; empty: any
 * @param lease how long a lease lasts without a sign of life, 10 seconds to an hour
 * @param heartbeat how often a sign of life is sent, at most half of the lease
 * @param poll how long one call waits for a task, at most a minute and less than the connection's
 *     deadline
 * @param threads folds of a back-test at a time, at least 1
 */
public record WorkerSettings(
    String name,
    Set<String> models,
    Duration lease,
    Duration heartbeat,
    Duration poll,
    int threads) {
  public WorkerSettings {
    models = Set.copyOf(models);
    if (name.isEmpty() || name.length() > 128) {
      throw new IllegalArgumentException(
          "name: has %d characters, want 1 to 128".formatted(name.length()));
    }
    if (lease.compareTo(Duration.ofSeconds(10)) < 0 || lease.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException("lease: " + lease + ", want 10 seconds to an hour");
    }
    if (!heartbeat.isPositive() || heartbeat.multipliedBy(2).compareTo(lease) > 0) {
      throw new IllegalArgumentException(
          "heartbeat: " + heartbeat + ", want at most half of the lease, " + lease);
    }
    if (poll.isNegative() || poll.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException("poll: " + poll + ", want at most a minute");
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads: " + threads + ", want at least 1");
    }
  }

  /** A minute's lease, any model, one fold at a time. */
  public static WorkerSettings named(String name) {
    return new WorkerSettings(
        name, Set.of(), Duration.ofMinutes(1), Duration.ofSeconds(5), Duration.ofSeconds(20), 1);
  }
}
