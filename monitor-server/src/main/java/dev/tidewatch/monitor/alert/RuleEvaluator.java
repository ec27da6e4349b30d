package dev.tidewatch.monitor.alert;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what the passing of time asks for, on one thread of its own: fires and resolves alerts about
 * anomalies when they are due, and looks at the other conditions from time to time. The latter is
 * the duty of one replica at a time; it rests four times as long as a round takes, so that looking
 * never takes more than a fifth of a processor.
 */
public final class RuleEvaluator implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RuleEvaluator.class);

  private static final Duration TICK = Duration.ofMillis(100);
  private static final int DUE_PER_TURN = 1_000;
  private static final int REST_FACTOR = 4;
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(20);

  private final String owner;
  private final AlertRuleStore rules;
  private final AlertJournal journal;
  private final AlertTail alerts;
  private final Map<Class<? extends Condition>, ConditionEvaluator> evaluators;
  private final InstantSource clock;
  private final InstantSource leaseClock;
  private final Duration interval;
  private final Duration dutyTerm;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Set<String> failing = new HashSet<>();
  private final Thread thread;

  /**
   * @param owner names this replica
   * @param alerts told of what is new
   * @param clock domain time
   * @param leaseClock real time
   * @param interval real time between two rounds, at least
   * @param dutyTerm after how long without a sign of life another replica takes over
   */
  public RuleEvaluator(
      String owner,
      AlertRuleStore rules,
      AlertJournal journal,
      AlertTail alerts,
      Map<Class<? extends Condition>, ConditionEvaluator> evaluators,
      InstantSource clock,
      InstantSource leaseClock,
      Duration interval,
      Duration dutyTerm) {
    this.owner = owner;
    this.rules = rules;
    this.journal = journal;
    this.alerts = alerts;
    this.evaluators = Map.copyOf(evaluators);
    this.clock = clock;
    this.leaseClock = leaseClock;
    this.interval = interval;
    this.dutyTerm = dutyTerm;
    this.thread = Thread.ofPlatform().daemon().name("rule-evaluator").unstarted(this::run);
  }

  public RuleEvaluator start() {
    thread.start();
    return this;
  }

  @Override
  public void close() {
    closing.countDown();
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    try {
      thread.join(CLOSE_WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    long roundAt = System.nanoTime();
    try {
      do {
        attempt("alerts that are due", this::settle);
        if (System.nanoTime() - roundAt >= 0) {
          long begun = System.nanoTime();
          attempt("rules", this::round);
          long took = System.nanoTime() - begun;
          roundAt = System.nanoTime() + Math.max(interval.toNanos(), REST_FACTOR * took);
        }
      } while (!closing.await(TICK.toMillis(), TimeUnit.MILLISECONDS));
      attempt("the duty", () -> journal.releaseDuty(owner));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Logs a failure once, until it is over. */
  private void attempt(String what, Runnable work) {
    try {
      work.run();
      if (failing.remove(what)) {
        log.info("Alerting works again: {}", what);
      }
    } catch (RuntimeException e) {
      if (failing.add(what)) {
        log.warn("Alerting cannot look at {}, trying again", what, e);
      }
    }
  }

  private void settle() {
    int settled;
    do {
      settled = journal.settleDue(clock.instant(), DUE_PER_TURN);
      if (settled > 0) {
        alerts.look();
      }
    } while (settled == DUE_PER_TURN && closing.getCount() > 0);
  }

  private void round() {
    if (!journal.claimDuty(owner, leaseClock.instant(), dutyTerm)) {
      return;
    }
    Instant renewAt = leaseClock.instant().plus(dutyTerm.dividedBy(3));
    for (AlertRule rule : rules.enabled()) {
      ConditionEvaluator evaluator = evaluators.get(rule.condition().getClass());
      if (evaluator == null) {
        continue; // anomalies: followed, not looked at
      }
      if (closing.getCount() == 0) {
        return;
      }
      attempt(
          "rule " + rule.name(),
          () -> {
            Instant now = clock.instant();
            journal.round(rule, evaluator.evaluate(rule, now), now);
          });
      if (leaseClock.instant().isAfter(renewAt)) {
        settle();
        if (!journal.claimDuty(owner, leaseClock.instant(), dutyTerm)) {
          return;
        }
        renewAt = leaseClock.instant().plus(dutyTerm.dividedBy(3));
      }
    }
    alerts.look();
  }
}
