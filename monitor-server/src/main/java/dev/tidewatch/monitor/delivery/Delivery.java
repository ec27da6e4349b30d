package dev.tidewatch.monitor.delivery;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.alert.AlertRuleStore;
import dev.tidewatch.monitor.alert.AlertStore;
import dev.tidewatch.monitor.alert.AlertTail;
import dev.tidewatch.monitor.alert.SilenceStore;
import dev.tidewatch.serverkit.lifecycle.Pace;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Delivery of alerts, whole: follows the transitions, queues deliveries, sends them, and forgets
 * old ones. Several replicas may run it on one database. Thread-safe.
 */
public final class Delivery implements AutoCloseable {
  private static final Duration PURGE_INTERVAL = Duration.ofMinutes(1);
  private static final int PURGED_AT_ONCE_MAX = 5_000;

  /** How often it is looked whether what is held back can go; transitions are known at once. */
  private static final Duration HELD_INTERVAL = Duration.ofMillis(500);

  private final DeliveryStore store;
  private final NotificationFormats formats;
  private final DeliveryConfig config;
  private final RandomGenerator random;
  private final AlertTail tail;
  private final InstantSource realTime;
  private final WebhookSender sender;
  private final Dispatcher dispatcher;
  private final FanOut fanOut;
  private final Rounds follower;
  private final Rounds purger;

  // Of the follower's thread.
  private long position;
  private boolean more;

  /**
   * @param clock domain time, which silences are in
   * @param realTime for attempts, leases and pauses
   * @param random for jitter and ids of tests
   * @param lookInterval how often what other replicas queued is looked for
   */
  public Delivery(
      AlertStore alerts,
      AlertRuleStore rules,
      SilenceStore silences,
      AlertTail tail,
      TargetStore targets,
      DeliveryStore store,
      NotificationFormats formats,
      DeliveryConfig config,
      Telemetry telemetry,
      InstantSource clock,
      InstantSource realTime,
      RandomGenerator random,
      Duration lookInterval) {
    this.store = store;
    this.formats = formats;
    this.config = config;
    this.random = random;
    this.tail = tail;
    this.realTime = realTime;
    this.sender = new WebhookSender(config.timeout(), realTime);
    this.dispatcher =
        new Dispatcher(
            targets,
            store,
            formats,
            sender,
            config,
            new DeliveryTelemetry(telemetry.tracer(), telemetry.meter()),
            realTime,
            random,
            lookInterval);
    this.fanOut =
        new FanOut(
            alerts, rules, silences, targets, store, formats, clock, realTime, config.groupWait());
    this.follower = Rounds.ofPieces("alert-fan-out", Pace.every(lookInterval), this::follow);
    this.purger = Rounds.ofPieces("delivery-purger", Pace.every(PURGE_INTERVAL), this::purge);
  }

  public Delivery start() {
    follower.start();
    dispatcher.start();
    purger.start();
    return this;
  }

  /** Waits for transitions by itself; false, so that the rounds wait, if others are at it. */
  private boolean follow() throws InterruptedException {
    if (!more) {
      tail.await(position, HELD_INTERVAL);
    }
    var done = fanOut.turn();
    if (done.isEmpty()) {
      return false;
    }
    position = done.get().position();
    more = done.get().more();
    if (done.get().queued() > 0) {
      dispatcher.wake();
    }
    return !tail.isClosed(); // a closed one waits for nothing
  }

  private boolean purge() {
    Instant now = realTime.instant();
    return store.purge(
            now.minus(config.deliveredKept()),
            now.minus(config.deadLettersKept()),
            PURGED_AT_ONCE_MAX)
        == PURGED_AT_ONCE_MAX;
  }

  /** Something was put back into the queue. */
  public void wake() {
    dispatcher.wake();
  }

  /**
   * What a target said to a test.
   *
   * @param status of HTTP; 0: no answer
   * @param detail the beginning of the answer, or why there was none
   */
  public record TestAnswer(int status, String detail) {}

  /** Sends a test alert to a target, once, disabled or not, past the queue. */
  public TestAnswer test(DeliveryTarget target) throws InterruptedException {
    String delivery = ContentId.toText(new UUID(random.nextLong(), random.nextLong()));
    String body =
        formats.body(target.format(), delivery, target.name(), List.of(formats.testEvent()), true);
    WebhookSender.Answer answer = sender.send(target, delivery, 1, body, "");
    return new TestAnswer(answer.status(), answer.detail());
  }

  @Override
  public void close() {
    follower.close();
    purger.close();
    dispatcher.close();
    sender.close();
  }
}
