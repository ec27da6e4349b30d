package dev.tidewatch.monitor.trial;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.decision.Decision;
import dev.tidewatch.monitor.decision.DecisionKind;
import dev.tidewatch.monitor.decision.DecisionStore;
import dev.tidewatch.monitor.registry.AliasPlaces.Place;
import dev.tidewatch.monitor.registry.Promotions;
import dev.tidewatch.monitor.registry.Promotions.MadeMove;
import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.Unavailable;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What people do about trials and decisions: agree, stop, take back. A step that the registry must
 * take is kept first; if the registry is away then, it is taken when it is back. Thread-safe.
 */
public final class TrialDesk {
  private static final Logger log = LoggerFactory.getLogger(TrialDesk.class);
  private static final int ATTEMPTS = 10;

  private final TrialStore trials;
  private final DecisionStore decisions;
  private final TrialConduct conduct;
  private final Promotions promotions;
  private final InstantSource clock;

  /**
   * @param clock domain time
   */
  public TrialDesk(
      TrialStore trials,
      DecisionStore decisions,
      TrialConduct conduct,
      Promotions promotions,
      InstantSource clock) {
    this.trials = trials;
    this.decisions = decisions;
    this.conduct = conduct;
    this.promotions = promotions;
    this.clock = clock;
  }

  /**
   * @throws NotFound TRIAL_UNKNOWN
   */
  public Trial trial(UUID id) {
    return trials
        .find(id)
        .orElseThrow(
            () -> new NotFound("TRIAL_UNKNOWN", "id: no trial has the id " + ContentId.toText(id)));
  }

  /**
   * @throws NotFound DECISION_UNKNOWN
   */
  public Decision decision(UUID id) {
    return decisions
        .find(id)
        .orElseThrow(() ->
            new NotFound("DECISION_UNKNOWN", "id: no decision has the id " + ContentId.toText(id)));
  }

  /**
   * Lets a promotion that waits go on, or stops it.
   *
   * @throws FailedPrecondition TRIAL_NOT_WAITING
   */
  public Trial approve(UUID id, boolean approved, String actor, String comment) {
    return change(
        id,
        trial -> {
          if (trial.step() != TrialStep.WAITING) {
            throw new FailedPrecondition(
                "TRIAL_NOT_WAITING",
                "id: the trial of %s does not wait for a person; it is at %s"
                    .formatted(trial.label(), trial.step()));
          }
          String said = comment.isEmpty() ? "" : " (" + comment + ")";
          return Optional.of(
              approved
                  ? trial.to(
                      TrialStep.PROMOTE,
                      "approved by %s%s: %s".formatted(actor, said, trial.reason()),
                      actor,
                      now())
                  : trial.to(
                      TrialStep.ROLL_BACK,
                      "not approved by %s%s".formatted(actor, said),
                      actor,
                      now()));
        });
  }

  /**
   * Stops a trial and rolls its canary back.
   *
   * @throws FailedPrecondition TRIAL_ENDED, unless it was rolled back
   */
  public Trial abort(UUID id, String actor, String reason) {
    return change(
        id,
        trial -> {
          if (trial.step() == TrialStep.ROLLED_BACK || trial.step() == TrialStep.ROLL_BACK) {
            return Optional.empty();
          }
          if (trial.step().isEnd()) {
            throw new FailedPrecondition(
                "TRIAL_ENDED",
                "id: the trial of %s has ended: %s".formatted(trial.label(), trial.step()));
          }
          return Optional.of(
              trial.to(
                  TrialStep.ROLL_BACK, "stopped by %s: %s".formatted(actor, reason), actor, now()));
        });
  }

  /** Keeps the step that is wanted, then takes it, or leaves it to the worker. */
  private Trial change(UUID id, Function<Trial, Optional<Trial>> wanted) {
    for (int attempt = 1; ; attempt++) {
      Trial before = trial(id);
      Optional<Trial> after = wanted.apply(before);
      if (after.isEmpty()) {
        return before;
      }
      if (trials.advance(before, after.get(), Optional.empty())) {
        return carryOut(after.get());
      }
      if (attempt == ATTEMPTS) {
        throw new Aborted("ETAG_STALE", "id: the trial changes all the time; try again");
      }
    }
  }

  private Trial carryOut(Trial trial) {
    try {
      return conduct.proceed(trial);
    } catch (Aborted | Unavailable e) {
      log.info("The trial of {} goes on later: {}", trial.label(), e.getMessage());
      return trial(trial.id());
    }
  }

  /**
   * Takes a decision back.
   *
   * @param requestId the same for the same request
   * @return the decision that takes it back
   * @throws FailedPrecondition DECISION_SUPERSEDED, DECISION_NOT_REVERSIBLE
   */
  public Decision revert(UUID id, String actor, String reason, UUID requestId) {
    UUID reversalId = ContentId.of("reversal", ContentId.toText(id), requestId.toString());
    Optional<Decision> known = decisions.find(reversalId);
    Decision decision = decision(id);
    if (known.isPresent()) {
      return known.get();
    }
    if (decision.revertedBy().isPresent()) {
      throw superseded(
          "id: decision %s was taken back by %s"
              .formatted(ContentId.toText(id), ContentId.toText(decision.revertedBy().get())));
    }
    Decision reversal =
        switch (decision.alias()) {
          case Promotions.CHAMPION -> championBack(decision, reversalId, reason);
          case Promotions.CANARY ->
              decision.to().isEmpty()
                  ? canaryAgain(decision, reversalId, actor, reason)
                  : canaryAway(decision, reversalId, actor, reason);
          default ->
              throw new FailedPrecondition(
                  "DECISION_NOT_REVERSIBLE",
                  decision.kind() == DecisionKind.TUNED
                      ? "id: a decision of kind TUNED moved no alias; ResetTuning takes tunings back"
                      : "id: a decision of kind %s moved no alias, so there is nothing to take back"
                          .formatted(decision.kind()));
        };
    Decision recorded =
        reversal
            .by(actor)
            .comingFrom(
                decision.retrainTaskId(),
                decision.trialId(),
                decision.alertId(),
                decision.traceId());
    decisions.recordReversal(recorded, id);
    return decision(recorded.id());
  }

  private Decision championBack(Decision decision, UUID reversalId, String reason) {
    Optional<MadeMove> newest = promotions.newestMove(decision.model(), decision.alias());
    boolean isNewest =
        newest.filter(move -> move.revision() == decision.aliasRevision()).isPresent();
    // Moved back already, and the answer or our note of it was lost; the registry knows which.
    boolean isBack =
        newest
            .filter(move ->
                move.rollback()
                    && move.from().equals(decision.to())
                    && move.to().equals(decision.from()))
            .isPresent();
    if (!isNewest && !isBack) {
      throw superseded(
          "id: the alias %s has moved since, to %s; revert the newer decision first"
              .formatted(decision.alias(), newest.map(MadeMove::to).orElse("nothing")));
    }
    try {
      MadeMove back =
          promotions.rollBack(
              reversalId, decision.model(), decision.alias(), decision.to(), reason);
      return reversal(decision, reversalId, reason, back.revision());
    } catch (Aborted e) {
      throw superseded("id: the alias has moved since: " + e.getMessage());
    }
  }

  private Decision canaryAway(Decision decision, UUID reversalId, String actor, String reason) {
    Trial trial = trial(ContentId.parse(decision.trialId()));
    boolean isRunning = !trial.step().isEnd() && trial.candidate().equals(decision.to());
    boolean wasStopped = trial.step() == TrialStep.ROLLED_BACK && trial.actor().equals(actor);
    if (!isRunning && !wasStopped) {
      throw superseded(
          "id: the canary's trial has ended: %s; revert that decision instead"
              .formatted(trial.step()));
    }
    Trial stopped = abort(trial.id(), actor, reason);
    if (!stopped.step().isEnd()) {
      throw new Unavailable(
          "REGISTRY_UNAVAILABLE",
          "the canary is taken away as soon as the registry can be asked; send the same again then",
          java.time.Duration.ofSeconds(1));
    }
    return reversal(decision, reversalId, reason, 0);
  }

  private Decision canaryAgain(Decision decision, UUID reversalId, String actor, String reason) {
    Trial trial = trial(ContentId.parse(decision.trialId()));
    String champion = promotions.places(trial.model()).champion().map(Place::version).orElse("");
    boolean isReopened = !trial.step().isEnd() && trial.actor().equals(actor);
    if (!isReopened) {
      if (trial.step() != TrialStep.ROLLED_BACK
          || !trial.champion().equals(champion)
          || trials.hasOpen(trial.model())) {
        throw superseded(
            "id: the model went on since (champion %s, or another trial); nothing to return to"
                .formatted(champion.isEmpty() ? "none" : champion));
      }
      Trial again =
          trial.to(
              TrialStep.START_CANARY,
              "begun again by %s: %s".formatted(actor, reason),
              actor,
              now());
      if (!trials.advance(trial, again, Optional.empty())) {
        throw superseded("id: the trial changed meanwhile; look at it again");
      }
      carryOut(again);
    }
    return reversal(decision, reversalId, reason, 0);
  }

  private Decision reversal(Decision decision, UUID reversalId, String reason, long revision) {
    return Decision.of(reversalId, DecisionKind.REVERTED, decision.model(), now(), reason)
        .moving(decision.alias(), decision.to(), decision.from(), revision);
  }

  private static FailedPrecondition superseded(String message) {
    return new FailedPrecondition("DECISION_SUPERSEDED", message);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
