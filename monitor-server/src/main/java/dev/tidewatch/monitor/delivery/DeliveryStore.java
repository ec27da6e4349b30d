package dev.tidewatch.monitor.delivery;

import dev.tidewatch.monitor.Page;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/** The queue of deliveries. All times are real. Thread-safe. */
public interface DeliveryStore {
  /**
   * A delivery to be queued.
   *
   * @param orderKey deliveries of a target with the same key are sent one after the other
   * @param grouped joins one of that key which still collects
   * @param position of its first transition
   */
  record NewDelivery(
      UUID id,
      long targetId,
      String orderKey,
      boolean grouped,
      long position,
      List<String> events,
      String traceparent,
      Instant dueAt) {
    public NewDelivery {
      events = List.copyOf(events);
    }
  }

  /**
   * An alert whose newest transition is held back.
   *
   * @param announced whether receivers were told that it fires
   */
  record HeldAlert(UUID alertId, long position, boolean announced) {}

  /** The queue in the hands of whoever fans out; in one transaction, alone. */
  interface Turn {
    /** Newest transition that was fanned out. */
    long position();

    /** Held alerts that are to be judged again. */
    List<HeldAlert> heldToJudge(Instant now, int limit);

    Map<UUID, HeldAlert> held(Set<UUID> alertIds);

    void hold(Collection<HeldAlert> alerts, Instant judgeAt);

    void release(Collection<UUID> alertIds);

    /** Those whose id is there already are left alone. */
    void enqueue(List<NewDelivery> deliveries);

    void moveTo(long position);
  }

  /**
   * Fans out: everything that the work does is committed at once, or nothing is.
   *
   * @return what the work returned; empty if another replica is at it
   */
  <T> Optional<T> fanOut(Function<Turn, T> work);

  /** A delivery that is to be sent now. */
  record Claimed(UUID id, int attempt, List<String> events, String traceparent) {
    public Claimed {
      events = List.copyOf(events);
    }
  }

  /** Targets, not disabled, with deliveries that are due. */
  Set<Long> targetsDue(Instant now);

  /**
   * Takes due deliveries of a target, the oldest first, at most one for each order key. Until the
   * lease is over nobody else takes them.
   */
  List<Claimed> claim(long targetId, int limit, Instant now, Duration lease);

  /** What came of an attempt. */
  sealed interface Outcome {
    UUID id();

    int attempt();

    Instant at();

    record Delivered(UUID id, int attempt, Instant at) implements Outcome {}

    record Failed(UUID id, int attempt, Instant at, String error, Instant retryAt)
        implements Outcome {}

    record GivenUp(UUID id, int attempt, Instant at, String error) implements Outcome {}
  }

  /** Writes outcomes down; one of an attempt that is not the newest counts only if delivered. */
  void settle(List<Outcome> outcomes);

  /** A delivery that was given up. */
  record DeadLetter(
      UUID id,
      String target,
      List<String> events,
      int attempts,
      String error,
      Instant firstAttemptAt,
      Instant lastAttemptAt) {
    public DeadLetter {
      events = List.copyOf(events);
    }
  }

  /** Behind which dead letter a page begins, newest last attempt first. */
  record DeadLetterCursor(Instant lastAttemptAt, UUID id) {}

  /** Newest last attempt first. */
  Page<DeadLetter, DeadLetterCursor> deadLetters(
      Optional<String> target, Optional<DeadLetterCursor> after, int size);

  /**
   * Puts all back into the queue, or none.
   *
   * @return how many
   * @throws dev.tidewatch.serverkit.errors.NotFound DELIVERY_UNKNOWN, naming one that is no dead
   *     letter
   */
  int retry(Set<UUID> ids, Instant now);

  /** Forgets what was settled before a time; returns how many. */
  int purge(Instant deliveredBefore, Instant deadBefore, int limit);
}
