package dev.tidewatch.monitor.retrain;

import dev.tidewatch.monitor.Page;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Keeps policies and tasks. A model has at most one open task, whoever asks for another and from
 * which replica. Leases run in real time, everything else in domain time. Thread-safe.
 */
public interface RetrainStore {
  /**
   * Sets a policy; one that is there already with the same content stays as it is.
   *
   * @param etag the state it must be in; empty: any, or none
   * @throws dev.tidewatch.serverkit.errors.Aborted ETAG_STALE
   */
  StoredPolicy setPolicy(RetrainPolicy policy, Optional<String> etag, Instant now);

  Optional<StoredPolicy> policy(String model);

  /** By model. */
  Page<StoredPolicy, String> policies(Optional<String> behindModel, int size);

  /**
   * Removes a policy; open tasks stay.
   *
   * @param etag the state it must be in; empty: any
   * @throws dev.tidewatch.serverkit.errors.NotFound POLICY_UNKNOWN
   * @throws dev.tidewatch.serverkit.errors.Aborted ETAG_STALE
   */
  void deletePolicy(String model, Optional<String> etag);

  /** Notes that the moments of a schedule up to a time were dealt with; it never goes back. */
  void cronSeen(String model, Instant to);

  /**
   * The task that a request was answered with, or else the model's open task, which is its answer
   * from then on.
   *
   * @throws dev.tidewatch.serverkit.errors.AlreadyExists REQUEST_ID_REUSED if the id came with
   *     another model
   */
  Optional<RetrainTask> answered(UUID requestId, String model);

  /** Makes a task whose id is the request's, or answers as {@link #answered} does. */
  RetrainTask enqueue(UUID requestId, RetrainTask.Order order);

  /**
   * Makes a task, unless the model has an open one, or one that ended less than the cool-down
   * before the order's time.
   */
  Optional<RetrainTask> enqueueByPolicy(UUID id, RetrainTask.Order order, Duration coolDown);

  /** True if the model has an open task, or one that ended less than the cool-down before. */
  boolean isResting(String model, Duration coolDown, Instant now);

  /**
   * Leases the oldest task that waits, one whose lease ran out included.
   *
   * @param models only of these; empty: any
   * @param realNow real time
   */
  Optional<RetrainTask> lease(
      String worker, Set<String> models, Duration term, Instant realNow, Instant now);

  /**
   * Keeps a lease.
   *
   * @return as it is now; cancelled: stop
   * @throws dev.tidewatch.serverkit.errors.NotFound TASK_UNKNOWN
   * @throws dev.tidewatch.serverkit.errors.Aborted LEASE_LOST
   */
  RetrainTask heartbeat(UUID id, long fence, double progress, String note, Instant realNow);

  /**
   * Ends an attempt; again with the same fence and outcome changes nothing.
   *
   * @throws dev.tidewatch.serverkit.errors.NotFound TASK_UNKNOWN
   * @throws dev.tidewatch.serverkit.errors.Aborted LEASE_LOST
   */
  RetrainTask complete(UUID id, long fence, RetrainOutcome outcome, Instant realNow, Instant now);

  /**
   * Ends a task, leased or not.
   *
   * @throws dev.tidewatch.serverkit.errors.NotFound TASK_UNKNOWN
   * @throws dev.tidewatch.serverkit.errors.FailedPrecondition TASK_ENDED
   */
  RetrainTask cancel(UUID id, String reason, Instant now);

  Optional<RetrainTask> task(UUID id);

  /**
   * Newest first.
   *
   * @param states one of these; empty: all
   * @param before only tasks with a smaller number
   */
  Page<RetrainTask, Long> tasks(
      Optional<String> model, Set<RetrainState> states, Optional<Long> before, int size);

  /**
   * Opens tasks whose lease ran out again, and fails those that had their attempts.
   *
   * @return how many
   */
  int reapLeases(Instant realNow, Instant now);
}
