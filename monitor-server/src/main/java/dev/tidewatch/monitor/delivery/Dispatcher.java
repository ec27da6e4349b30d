package dev.tidewatch.monitor.delivery;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.delivery.DeliveryStore.Claimed;
import dev.tidewatch.monitor.delivery.DeliveryStore.Outcome;
import dev.tidewatch.serverkit.lifecycle.Pace;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import dev.tidewatch.serverkit.telemetry.TraceParents;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is due. One thread hands deliveries to threads of their own and writes down what came
 * of them, many at once. Each target has places of its own, so that a slow one holds up only
 * itself. An outcome that could not be written down is kept and written later; if the process dies
 * first, the delivery is sent again under the same id when its lease is over.
 */
final class Dispatcher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

  private static final int SETTLED_AT_ONCE_MAX = 500;

  private final TargetStore targets;
  private final DeliveryStore store;
  private final NotificationFormats formats;
  private final WebhookSender sender;
  private final DeliveryConfig config;
  private final DeliveryTelemetry telemetry;
  private final InstantSource realTime;
  private final RandomGenerator random;
  private final Backoff backoff;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Rounds rounds;

  // Guarded by this.
  private final List<Outcome> outcomes = new ArrayList<>();
  private final Map<Long, Integer> underWay = new HashMap<>();

  /**
   * @param lookInterval how often the queue is looked at if nobody calls
   */
  Dispatcher(
      TargetStore targets,
      DeliveryStore store,
      NotificationFormats formats,
      WebhookSender sender,
      DeliveryConfig config,
      DeliveryTelemetry telemetry,
      InstantSource realTime,
      RandomGenerator random,
      Duration lookInterval) {
    this.targets = targets;
    this.store = store;
    this.formats = formats;
    this.sender = sender;
    this.config = config;
    this.telemetry = telemetry;
    this.realTime = realTime;
    this.random = random;
    this.backoff = new Backoff(config.pauseMin(), config.pauseMax());
    this.rounds = Rounds.ofPieces("delivery-dispatcher", Pace.every(lookInterval), this::turn);
  }

  void start() {
    rounds.start();
  }

  /** Something was queued. */
  void wake() {
    rounds.wake();
  }

  /** Returns true if there may be more to do at once. */
  private boolean turn() {
    boolean settled = settle();
    return send() || settled;
  }

  private boolean settle() {
    List<Outcome> some;
    synchronized (this) {
      some = List.copyOf(outcomes.subList(0, Math.min(outcomes.size(), SETTLED_AT_ONCE_MAX)));
    }
    if (some.isEmpty()) {
      return false;
    }
    store.settle(some);
    synchronized (this) {
      outcomes.subList(0, some.size()).clear();
    }
    some.forEach(telemetry::count);
    return true;
  }

  private boolean send() {
    Set<Long> due = store.targetsDue(realTime.instant());
    if (due.isEmpty()) {
      return false;
    }
    boolean any = false;
    for (DeliveryTarget target : targets.enabled()) {
      int places = config.concurrency() - underWay(target.id());
      if (!due.contains(target.id()) || places <= 0) {
        continue;
      }
      for (Claimed delivery :
          store.claim(target.id(), places, realTime.instant(), config.lease())) {
        any = true;
        changeUnderWay(target.id(), 1);
        threads.execute(() -> attempt(target, delivery));
      }
    }
    return any;
  }

  private void attempt(DeliveryTarget target, Claimed delivery) {
    Span span = telemetry.attempt(target, delivery);
    try {
      String id = ContentId.toText(delivery.id());
      String body = formats.body(target.format(), id, target.name(), delivery.events(), false);
      WebhookSender.Answer answer =
          sender.send(target, id, delivery.attempt(), body, TraceParents.of(span.getSpanContext()));
      DeliveryTelemetry.end(span, answer);
      finish(target, outcome(target, delivery, answer));
    } catch (InterruptedException e) {
      span.end();
      Thread.currentThread().interrupt(); // closing; it is sent again when the lease is over
    } catch (RuntimeException e) {
      span.recordException(e).setStatus(StatusCode.ERROR).end();
      finish(target, failed(target, delivery, String.valueOf(e.getMessage()), Duration.ZERO));
    }
  }

  private Outcome outcome(DeliveryTarget target, Claimed delivery, WebhookSender.Answer answer) {
    if (answer.isSuccess()) {
      return new Outcome.Delivered(delivery.id(), delivery.attempt(), realTime.instant());
    }
    Duration asked = Duration.ofSeconds(answer.retryAfterSeconds().orElse(0));
    return failed(target, delivery, answer.describe(), asked);
  }

  /**
   * @param asked the pause that the target asked for
   */
  private Outcome failed(DeliveryTarget target, Claimed delivery, String error, Duration asked) {
    Instant now = realTime.instant();
    if (delivery.attempt() >= target.attemptsMax()) {
      return new Outcome.GivenUp(delivery.id(), delivery.attempt(), now, error);
    }
    Duration pause = backoff.after(delivery.attempt(), random);
    if (asked.compareTo(pause) > 0) {
      pause = asked.compareTo(config.pauseMax()) > 0 ? config.pauseMax() : asked;
    }
    return new Outcome.Failed(delivery.id(), delivery.attempt(), now, error, now.plus(pause));
  }

  private void finish(DeliveryTarget target, Outcome outcome) {
    synchronized (this) {
      outcomes.add(outcome);
    }
    changeUnderWay(target.id(), -1);
    rounds.wake();
  }

  private synchronized int underWay(long target) {
    return underWay.getOrDefault(target, 0);
  }

  private synchronized void changeUnderWay(long target, int by) {
    int now = underWay.getOrDefault(target, 0) + by;
    if (now == 0) {
      underWay.remove(target);
    } else {
      underWay.put(target, now);
    }
  }

  /** Waits for attempts under way no longer than they may take, and writes down their outcomes. */
  @Override
  public void close() {
    rounds.close();
    threads.shutdown();
    try {
      if (!threads.awaitTermination(config.lease().toMillis(), TimeUnit.MILLISECONDS)) {
        threads.shutdownNow();
      }
      boolean more = true;
      while (more) {
        more = settle();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.warn("What came of the last deliveries was not kept; they will be sent again", e);
    }
  }
}
