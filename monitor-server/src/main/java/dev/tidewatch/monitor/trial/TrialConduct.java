package dev.tidewatch.monitor.trial;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.TimeSpan;
import dev.tidewatch.monitor.accuracy.AccuracyComparison;
import dev.tidewatch.monitor.accuracy.ComparisonQuestion;
import dev.tidewatch.monitor.accuracy.ComparisonStore;
import dev.tidewatch.monitor.decision.Decision;
import dev.tidewatch.monitor.decision.DecisionKind;
import dev.tidewatch.monitor.registry.AliasOrder;
import dev.tidewatch.monitor.registry.AliasPlaces;
import dev.tidewatch.monitor.registry.AliasPlaces.Place;
import dev.tidewatch.monitor.registry.AliasPlaces.Sharing;
import dev.tidewatch.monitor.registry.GateAnswer;
import dev.tidewatch.monitor.registry.Promotions;
import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.ServiceException;
import dev.tidewatch.serverkit.telemetry.TraceParents;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Takes a trial one step further. What is to be done is kept before the registry is asked to do it,
 * and every step begins by reading where the aliases are: so a crash between the registry's change
 * and ours repeats nothing, and what people do to the aliases meanwhile is seen. Thread-safe;
 * several replicas on one trial do no harm, since the registry moves by compare-and-set and so does
 * the store.
 */
public final class TrialConduct {
  private static final int STEPS_PER_TURN_MAX = 8;

  private final TrialStore store;
  private final Promotions promotions;
  private final ComparisonStore comparisons;
  private final InstantSource clock;

  /**
   * @param clock domain time
   */
  public TrialConduct(
      TrialStore store, Promotions promotions, ComparisonStore comparisons, InstantSource clock) {
    this.store = store;
    this.promotions = promotions;
    this.comparisons = comparisons;
    this.clock = clock;
  }

  /** What one step came to; the trial itself if there is nothing to do yet. */
  private record Turn(Trial after, Optional<Decision> decision) {
    static Turn to(Trial after) {
      return new Turn(after, Optional.empty());
    }

    static Turn to(Trial after, Decision decision) {
      return new Turn(after, Optional.of(decision));
    }
  }

  /**
   * Goes on with a trial until it ends or must wait.
   *
   * @return as it is now
   * @throws dev.tidewatch.serverkit.errors.Unavailable the registry cannot be asked
   * @throws Aborted something moved under the step; the next attempt sees it
   */
  public Trial proceed(Trial trial) {
    Trial now = trial;
    for (int i = 0; i < STEPS_PER_TURN_MAX && !now.step().isEnd(); i++) {
      TrialStep step = now.step();
      Turn turn = step(now);
      if (turn.after().revision() == now.revision()) {
        return now;
      }
      if (!store.advance(now, turn.after(), turn.decision())) {
        throw new Aborted(
            "ETAG_STALE", "id: trial %s changed meanwhile".formatted(ContentId.toText(now.id())));
      }
      now = turn.after();
      if (now.step() == step) {
        return now;
      }
    }
    return now;
  }

  private Turn step(Trial trial) {
    return switch (trial.step()) {
      case GATE -> gate(trial);
      case START_CANARY -> startCanary(trial);
      case CANARY -> compare(trial);
      case WAITING -> await(trial);
      case PROMOTE -> promote(trial);
      case ROLL_BACK -> rollBack(trial);
      case PROMOTED, REFUSED, ROLLED_BACK -> Turn.to(trial);
    };
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private Turn gate(Trial trial) {
    GateAnswer answer;
    AliasPlaces places;
    try {
      places = promotions.places(trial.model());
      answer = promotions.gates(trial.model(), trial.candidate());
    } catch (NotFound e) {
      return refuse(trial, said(e));
    }
    if (places.isChampion(trial.candidate())) {
      return Turn.to(
          trial.to(
              TrialStep.PROMOTED, "it was the champion already when its trial began", "", now()));
    }
    Trial against =
        trial.against(
            places.champion().map(Place::version).orElse(""),
            places.sharing().canaryBasisPoints(),
            places.sharing().shadows().contains(Promotions.CANARY));
    if (answer.pending()) {
      return waitAtTheGate(against, "the servers are still checking whether it can be served");
    }
    if (!answer.passed()) {
      return refuse(against, "the gate refused it: " + answer.sentence());
    }
    Optional<Place> other =
        places.canary().filter(canary -> !canary.version().equals(trial.candidate()));
    if (against.hasCanary() && other.isPresent()) {
      return waitAtTheGate(
          against, "version %s is the canary; it must go first".formatted(other.get().version()));
    }
    String reason =
        against.champion().isEmpty()
            ? "the gate let it pass, and there is no champion: " + answer.sentence()
            : "the gate let it pass: " + answer.sentence();
    TrialStep next =
        against.hasCanary()
            ? TrialStep.START_CANARY
            : trial.plan().approvalNeeded() || answer.waitsForPeople()
                ? TrialStep.WAITING
                : TrialStep.PROMOTE;
    return Turn.to(
        against.to(next, reason, "", now()), decision(against, DecisionKind.GATE_PASSED, reason));
  }

  private Turn waitAtTheGate(Trial trial, String why) {
    if (!now().isBefore(trial.startedAt().plus(trial.plan().durationMax()))) {
      return refuse(trial, "waited %s: %s".formatted(trial.plan().durationMax(), why));
    }
    return trial.reason().equals(why)
        ? Turn.to(trial)
        : Turn.to(trial.to(TrialStep.GATE, why, "", now()));
  }

  private Turn refuse(Trial trial, String reason) {
    return Turn.to(
        trial.to(TrialStep.REFUSED, reason, "", now()),
        decision(trial, DecisionKind.GATE_REFUSED, reason));
  }

  private Turn startCanary(Trial trial) {
    AliasPlaces places = promotions.places(trial.model());
    if (!namesChampion(places, trial.champion())) {
      return Turn.to(
          trial.to(TrialStep.GATE, "the champion moved; the gate is asked again", "", now()));
    }
    boolean isNamed = places.isCanary(trial.candidate());
    var shadows = new ArrayList<>(places.sharing().shadows());
    if (!shadows.contains(Promotions.CANARY)) {
      shadows.add(Promotions.CANARY);
    }
    var sharing =
        new Sharing(trial.plan().canaryBasisPoints(), shadows, places.sharing().revision());
    String reason =
        "%s answers %.2f %% of the series as canary, and beside the champion for all others"
            .formatted(trial.candidate(), trial.plan().canaryBasisPoints() / 100.0);
    long revision = places.canary().map(Place::revision).orElse(0L);
    if (!isNamed || !sharing.equals(places.sharing())) {
      List<AliasOrder.Move> moves =
          isNamed
              ? List.of()
              : List.of(
                  new AliasOrder.Move(
                      Promotions.CANARY, places.canary(), Optional.of(trial.candidate())));
      try {
        revision = promotions.move(order(trial, moves, Optional.of(sharing), reason));
      } catch (FailedPrecondition | NotFound e) {
        return refuse(trial, "it cannot be a canary: " + said(e));
      }
    }
    Instant now = now();
    return Turn.to(
        trial.to(TrialStep.CANARY, reason, trial.actor(), now).answering(now),
        decision(trial, DecisionKind.CANARY_STARTED, reason)
            .moving(
                Promotions.CANARY,
                isNamed ? "" : places.canary().map(Place::version).orElse(""),
                trial.candidate(),
                revision));
  }

  private Turn compare(Trial trial) {
    Optional<Turn> disturbed = disturbed(trial, promotions.places(trial.model()));
    if (disturbed.isPresent()) {
      return disturbed.get();
    }
    AccuracyComparison comparison =
        comparisons.compare(
            new ComparisonQuestion(
                trial.model(),
                trial.champion(),
                trial.candidate(),
                Optional.empty(),
                TimeSpan.ALWAYS,
                trial.canaryAt(),
                false));
    CanaryVerdict verdict = CanaryVerdict.of(trial, comparison, now());
    Trial looked = trial.looked(verdict.looks(), verdict.figures());
    return switch (verdict.step()) {
      case PROMOTE ->
          Turn.to(
              looked.to(
                  trial.plan().approvalNeeded() ? TrialStep.WAITING : TrialStep.PROMOTE,
                  verdict.reason(),
                  "",
                  now()));
      case ROLL_BACK -> Turn.to(looked.to(TrialStep.ROLL_BACK, verdict.reason(), "", now()));
      default ->
          verdict.reason().equals(trial.reason()) && verdict.looks() == trial.looks()
              ? Turn.to(trial)
              : Turn.to(looked.to(TrialStep.CANARY, verdict.reason(), "", now()));
    };
  }

  /** Where a canary that answers, or waits for a person, must be taken off its way. */
  private Optional<Turn> disturbed(Trial trial, AliasPlaces places) {
    if (places.isChampion(trial.candidate())) {
      return Optional.of(
          Turn.to(trial.to(TrialStep.PROMOTE, "somebody made it the champion", "", now())));
    }
    if (!namesChampion(places, trial.champion())) {
      return Optional.of(
          Turn.to(
              trial.to(
                  TrialStep.ROLL_BACK,
                  "the champion moved from %s to %s meanwhile, so that it was compared with what answers no more"
                      .formatted(
                          trial.champion().isEmpty() ? "nothing" : trial.champion(),
                          places.champion().map(Place::version).orElse("nothing")),
                  "",
                  now())));
    }
    if (trial.canaryAt().isPresent() && !places.isCanary(trial.candidate())) {
      return Optional.of(
          Turn.to(
              trial.to(
                  TrialStep.ROLL_BACK,
                  "somebody moved the alias canary to %s meanwhile"
                      .formatted(places.canary().map(Place::version).orElse("nothing")),
                  "",
                  now())));
    }
    return Optional.empty();
  }

  private static boolean namesChampion(AliasPlaces places, String version) {
    return places.champion().map(Place::version).orElse("").equals(version);
  }

  private Turn await(Trial trial) {
    Optional<Turn> disturbed = disturbed(trial, promotions.places(trial.model()));
    if (disturbed.isPresent() || trial.plan().approvalNeeded()) {
      return disturbed.orElse(Turn.to(trial));
    }
    return promotions.gates(trial.model(), trial.candidate()).waitsForPeople()
        ? Turn.to(trial)
        : Turn.to(trial.to(TrialStep.PROMOTE, "approved in the registry", "", now()));
  }

  private Turn promote(Trial trial) {
    AliasPlaces places = promotions.places(trial.model());
    boolean isNamed = places.isChampion(trial.candidate());
    if (!isNamed && !namesChampion(places, trial.champion())) {
      return Turn.to(
          trial.to(TrialStep.ROLL_BACK, "the champion moved before the promotion", "", now()));
    }
    var moves = new ArrayList<AliasOrder.Move>();
    if (!isNamed) {
      moves.add(
          new AliasOrder.Move(
              Promotions.CHAMPION, places.champion(), Optional.of(trial.candidate())));
    }
    removeCanary(trial, places, moves);
    long revision = places.champion().map(Place::revision).orElse(0L);
    try {
      long moved = moveIfNeeded(trial, places, moves, trial.reason());
      revision = isNamed ? revision : moved;
    } catch (FailedPrecondition e) {
      if (e.reason().equals("APPROVAL_MISSING")) {
        return Turn.to(
            trial.to(
                TrialStep.WAITING,
                "the registry asks for approvals of this version: " + said(e),
                "",
                now()));
      }
      return Turn.to(
          trial.to(
              TrialStep.ROLL_BACK, "the registry refused the promotion: " + said(e), "", now()),
          decision(
              trial, DecisionKind.GATE_REFUSED, "the registry refused the promotion: " + said(e)));
    }
    return Turn.to(
        trial.to(TrialStep.PROMOTED, trial.reason(), trial.actor(), now()),
        decision(trial, DecisionKind.PROMOTED, trial.reason())
            .moving(Promotions.CHAMPION, trial.champion(), trial.candidate(), revision));
  }

  private Turn rollBack(Trial trial) {
    AliasPlaces places = promotions.places(trial.model());
    if (places.isChampion(trial.candidate())) {
      // Stopped after the registry had promoted it, or somebody else did: what serves counts.
      return Turn.to(trial.to(TrialStep.PROMOTE, "it is the champion already", "", now()));
    }
    var moves = new ArrayList<AliasOrder.Move>();
    removeCanary(trial, places, moves);
    boolean hadCanary = trial.canaryAt().isPresent() || !moves.isEmpty();
    long revision = 0;
    try {
      revision = moveIfNeeded(trial, places, moves, trial.reason());
    } catch (FailedPrecondition e) {
      // The alias itself is protected: then at least nobody gets its answers.
      revision = moveIfNeeded(trial, places, List.of(), trial.reason());
    }
    Decision decision = decision(trial, DecisionKind.ROLLED_BACK, trial.reason());
    return Turn.to(
        trial.to(TrialStep.ROLLED_BACK, trial.reason(), trial.actor(), now()),
        hadCanary ? decision.moving(Promotions.CANARY, trial.candidate(), "", revision) : decision);
  }

  private static void removeCanary(Trial trial, AliasPlaces places, List<AliasOrder.Move> moves) {
    if (trial.hasCanary() && places.isCanary(trial.candidate())) {
      moves.add(new AliasOrder.Move(Promotions.CANARY, places.canary(), Optional.empty()));
    }
  }

  /** Moves, and gives the traffic back as it was, unless somebody else's canary has it now. */
  private long moveIfNeeded(
      Trial trial, AliasPlaces places, List<AliasOrder.Move> moves, String reason) {
    Optional<Sharing> sharing = Optional.empty();
    boolean isOurs = places.canary().isEmpty() || places.isCanary(trial.candidate());
    boolean hasAnswered = trial.canaryAt().isPresent() || places.isCanary(trial.candidate());
    if (trial.hasCanary() && hasAnswered && isOurs) {
      var shadows = new ArrayList<>(places.sharing().shadows());
      if (!trial.shadowedBefore()) {
        shadows.remove(Promotions.CANARY);
      }
      var before = new Sharing(trial.shareBefore(), shadows, places.sharing().revision());
      sharing = before.equals(places.sharing()) ? Optional.empty() : Optional.of(before);
    }
    return moves.isEmpty() && sharing.isEmpty()
        ? 0
        : promotions.move(order(trial, moves, sharing, reason));
  }

  /** The same order has the same request id, so that the registry carries it out once. */
  private static AliasOrder order(
      Trial trial, List<AliasOrder.Move> moves, Optional<Sharing> sharing, String reason) {
    UUID id =
        ContentId.of(
            "order", ContentId.toText(trial.id()), moves.toString(), sharing.toString(), reason);
    return new AliasOrder(id, trial.model(), moves, sharing, reason);
  }

  private Decision decision(Trial trial, DecisionKind kind, String reason) {
    // The trial's revision tells apart a step that is taken twice, after a revert say.
    UUID id =
        ContentId.of(
            "decision",
            ContentId.toText(trial.id()),
            kind.name(),
            Integer.toString(trial.revision()));
    return Decision.of(id, kind, trial.model(), now(), reason)
        .by(trial.actor())
        .restingOn(trial.figures())
        .comingFrom(
            trial.retrainTaskId(),
            ContentId.toText(trial.id()),
            "",
            TraceParents.parse(trial.traceparent()).isValid()
                ? TraceParents.parse(trial.traceparent()).getTraceId()
                : "");
  }

  private static String said(ServiceException e) {
    return e.reason() + ", " + e.getMessage();
  }
}
