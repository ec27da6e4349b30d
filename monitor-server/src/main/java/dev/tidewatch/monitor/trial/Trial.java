package dev.tidewatch.monitor.trial;

import dev.tidewatch.monitor.ContentId;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A candidate against the champion, as far as it has come. Times are domain times.
 *
 * @param champion what the alias named when it began; empty: nothing
 * @param retrainTaskId 32 hexadecimal digits; empty: none
 * @param canaryAt when the canary began to answer
 * @param endsAt when a canary without a verdict is rolled back
 * @param shareBefore share of the model's canary before, to return to
 * @param shadowedBefore whether the canary was a shadow before, to return to
 * @param looks looks at which a verdict was possible
 * @param reason why it stands as it does
 * @param actor the person behind the step; empty: the monitor itself
 * @param figures of the newest look
 * @param revision one more with each change
 */
public record Trial(
    UUID id,
    String model,
    String champion,
    String candidate,
    String retrainTaskId,
    TrialStep step,
    TrialPlan plan,
    Instant startedAt,
    Optional<Instant> canaryAt,
    Optional<Instant> endsAt,
    Optional<Instant> endedAt,
    int shareBefore,
    boolean shadowedBefore,
    int looks,
    String reason,
    String actor,
    Map<String, Double> figures,
    String traceparent,
    int revision) {
  public Trial {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    if (step.isEnd() != endedAt.isPresent()) {
      throw new IllegalArgumentException("step " + step + ", ended at " + endedAt);
    }
  }

  /** A trial that begins. */
  public static Trial begin(Candidate candidate, Instant now) {
    String task = ContentId.toText(candidate.retrainTaskId());
    return new Trial(
        ContentId.of("trial", candidate.model(), candidate.version(), task),
        candidate.model(),
        "",
        candidate.version(),
        task,
        TrialStep.GATE,
        candidate.plan(),
        now,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        false,
        0,
        "the gates have not been asked yet",
        "",
        Map.of(),
        candidate.traceparent(),
        1);
  }

  public String label() {
    return model + " " + candidate;
  }

  public String etag() {
    return Integer.toString(revision);
  }

  /** Whether its alias {@code canary} may be named by the registry on its behalf. */
  boolean hasCanary() {
    return plan.hasCanary() && !champion.isEmpty();
  }

  Trial against(String newChampion, int newShareBefore, boolean newShadowedBefore) {
    return new Trial(
        id,
        model,
        newChampion,
        candidate,
        retrainTaskId,
        step,
        plan,
        startedAt,
        canaryAt,
        endsAt,
        endedAt,
        newShareBefore,
        newShadowedBefore,
        looks,
        reason,
        actor,
        figures,
        traceparent,
        revision);
  }

  Trial to(TrialStep newStep, String newReason, String newActor, Instant now) {
    return new Trial(
        id,
        model,
        champion,
        candidate,
        retrainTaskId,
        newStep,
        plan,
        startedAt,
        canaryAt,
        endsAt,
        newStep.isEnd() ? Optional.of(now) : Optional.empty(),
        shareBefore,
        shadowedBefore,
        looks,
        newReason,
        newActor,
        figures,
        traceparent,
        revision + 1);
  }

  Trial answering(Instant since) {
    return new Trial(
        id,
        model,
        champion,
        candidate,
        retrainTaskId,
        step,
        plan,
        startedAt,
        Optional.of(since),
        Optional.of(since.plus(plan.durationMax())),
        endedAt,
        shareBefore,
        shadowedBefore,
        0,
        reason,
        actor,
        Map.of(),
        traceparent,
        revision);
  }

  Trial looked(int newLooks, Map<String, Double> newFigures) {
    return new Trial(
        id,
        model,
        champion,
        candidate,
        retrainTaskId,
        step,
        plan,
        startedAt,
        canaryAt,
        endsAt,
        endedAt,
        shareBefore,
        shadowedBefore,
        newLooks,
        reason,
        actor,
        newFigures,
        traceparent,
        revision);
  }
}
