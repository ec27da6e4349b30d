package dev.tidewatch.monitor.retrain;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A training that is wanted, under way, or over.
 *
 * @param number order of making
 * @param attempts leases so far
 * @param worker who has or had the lease; empty: nobody yet
 * @param fence of the newest lease; 0: none yet
 * @param leaseExpiresAt real time; empty: not leased
 * @param endedAt domain time
 * @param progress in [0, 1]
 * @param progressNote what the worker last said
 * @param resultVersion the version that came out; empty: none
 * @param failure why none came out of the newest attempt; empty: nothing went wrong
 */
public record RetrainTask(
    UUID id,
    long number,
    Order order,
    RetrainState state,
    int attempts,
    String worker,
    long fence,
    Optional<Instant> leaseExpiresAt,
    Optional<Instant> endedAt,
    double progress,
    String progressNote,
    String resultVersion,
    String failure) {
  /** So many leases, then the task fails. */
  public static final int ATTEMPTS_MAX = 5;

  /**
   * What is wanted.
   *
   * @param reason one sentence with the figures
   * @param figures what the reason rests on, by name
   * @param actor who asked; empty: a policy
   * @param championVersion the version that is to be beaten
   * @param series to train on; empty: those of the champion's lineage
   * @param trainUntil training sees readings before this domain time
   * @param parameters settings for the trainer
   * @param createdAt domain time
   * @param traceparent W3C trace context that the worker continues; empty: none
   */
  public record Order(
      String model,
      RetrainCause cause,
      String reason,
      SortedMap<String, Double> figures,
      String actor,
      String championVersion,
      List<String> series,
      Instant trainUntil,
      SortedMap<String, String> parameters,
      Instant createdAt,
      String traceparent) {
    public Order {
      figures = Collections.unmodifiableSortedMap(new TreeMap<>(figures));
      series = List.copyOf(series);
      parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
    }
  }

  public String model() {
    return order.model();
  }
}
