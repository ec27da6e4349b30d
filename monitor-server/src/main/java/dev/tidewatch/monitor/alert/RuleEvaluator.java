package dev.tidewatch.monitor.alert;

import dev.tidewatch.serverkit.lifecycle.Pace;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what the passing of time asks for: one thread fires and resolves alerts about anomalies when
 * they are due, another looks at the other conditions from time to time. The latter is the duty of
 * one replica at a time; it rests four times as long as a round takes, so that looking never takes
 * more than a fifth of a processor.
 */
public final class RuleEvaluator implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RuleEvaluator.class);

  private static final Duration TICK = Duration.ofMillis(100);
  private static final int DUE_PER_TURN = 1_000;
  private static final int REST_FACTOR = 4;

  private final String owner;
  private final AlertRuleStore rules;
  private final AlertJournal journal;
  private final AlertTail alerts;
  private final Map<Class<? extends Condition>, ConditionEvaluator> evaluators;
  private final InstantSource clock;
  private final InstantSource leaseClock;
  private final Duration dutyTerm;
  private final Rounds dueRounds;
  private final Rounds ruleRounds;
  private final Set<String> failing = new HashSet<>();

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
    this.dutyTerm = dutyTerm;
    this.dueRounds = Rounds.ofPieces("alerts-due", Pace.every(TICK), this::settle);
    this.ruleRounds =
        Rounds.of("alert-rules", Pace.every(interval).resting(REST_FACTOR), this::lookAtRules);
  }

  public RuleEvaluator start() {
    dueRounds.start();
    ruleRounds.start();
    return this;
  }

  @Override
  public void close() {
    dueRounds.close();
    ruleRounds.close();
    try {
      journal.releaseDuty(owner);
    } catch (RuntimeException e) {
      log.warn("The duty is not given back; another replica takes over after {}", dutyTerm, e);
    }
  }

  /** Returns true if more may be due. */
  private boolean settle() {
    int settled = journal.settleDue(clock.instant(), DUE_PER_TURN);
    if (settled > 0) {
      alerts.look();
    }
    return settled == DUE_PER_TURN;
  }

  private void lookAtRules() {
    if (!journal.claimDuty(owner, leaseClock.instant(), dutyTerm)) {
      return;
    }
    Instant renewAt = leaseClock.instant().plus(dutyTerm.dividedBy(3));
    for (AlertRule rule : rules.enabled()) {
      ConditionEvaluator evaluator = evaluators.get(rule.condition().getClass());
      if (evaluator == null) {
        continue; // anomalies: followed, not looked at
      }
      if (ruleRounds.isClosing()) {
        return;
      }
      lookAt(rule, evaluator);
      if (leaseClock.instant().isAfter(renewAt)) {
        if (!journal.claimDuty(owner, leaseClock.instant(), dutyTerm)) {
          return;
        }
        renewAt = leaseClock.instant().plus(dutyTerm.dividedBy(3));
      }
    }
    alerts.look();
  }

  /** A rule that cannot be looked at holds up no other; it is logged once, until it can. */
  private void lookAt(AlertRule rule, ConditionEvaluator evaluator) {
    try {
      Instant now = clock.instant();
      journal.round(rule, evaluator.evaluate(rule, now), now);
      if (failing.remove(rule.name())) {
        log.info("Rule {} is looked at again", rule.name());
      }
    } catch (RuntimeException e) {
      if (!ruleRounds.isClosing() && failing.add(rule.name())) {
        log.warn("Rule {} cannot be looked at, trying again", rule.name(), e);
      }
    }
  }
}
