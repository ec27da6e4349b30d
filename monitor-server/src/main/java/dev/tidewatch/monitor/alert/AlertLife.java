package dev.tidewatch.monitor.alert;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Decides what becomes of an alert: pending until its condition has held for long enough, firing,
 * acknowledged by a person, resolved when the condition has been over for long enough. Times are
 * domain time. Thread-safe: keeps nothing.
 *
 * <p>No alert begins within the cool-down after the last one about the same thing. One that changed
 * more often within an hour than its rule allows is not resolved but held as it is and marked
 * flapping, until the hour behind it is calm enough.
 */
public final class AlertLife {
  /** Transitions are counted over so long. */
  public static final Duration FLAP_WINDOW = Duration.ofHours(1);

  private static final Duration FLAP_LOOK = Duration.ofMinutes(1);

  private final AlertTrace trace;

  public AlertLife(AlertTrace trace) {
    this.trace = trace;
  }

  /** The newest resolved alert about something. */
  public record Closed(UUID id, Instant resolvedAt) {}

  /**
   * What is known of the thing that a finding is about.
   *
   * @param transitions that the server made in the last {@link #FLAP_WINDOW}
   */
  public record Past(Optional<Alert> open, Optional<Closed> closed, int transitions) {}

  /**
   * A transition to be kept.
   *
   * @param actor empty: the server
   */
  public record Move(
      Optional<AlertState> from, AlertState to, Instant at, String actor, String reason) {}

  /**
   * What to write.
   *
   * @param moves may be empty: only what the alert says has changed
   * @param dueAt when it must be looked at without being told; absent: never
   */
  public record Step(Alert alert, List<Move> moves, Optional<Instant> dueAt) {
    public Step {
      moves = List.copyOf(moves);
    }
  }

  /** What a finding that holds does; empty: nothing. */
  public Optional<Step> holds(AlertRule rule, Past past, Finding finding, Instant now) {
    if (past.open().isEmpty()) {
      return begin(rule, past, finding, now);
    }
    Alert open = past.open().get();
    var draft = new AlertDraft(open);
    boolean isNews = !finding.anomalyIds().isEmpty() || open.overSince().isPresent();
    if (isNews) {
      draft.tell(finding);
      draft.over(Optional.empty());
    }
    if (open.state() == AlertState.PENDING) {
      Instant since = open.pendingSince();
      if (open.overSince().isPresent()) {
        since = finding.at();
        draft.beginAgain(since);
      }
      if (!now.isBefore(since.plus(rule.hold()))) {
        if (!isNews) {
          draft.tellAgain(finding);
        }
        draft.move(AlertState.FIRING, now, "", finding.summary());
      } else if (!isNews) {
        return Optional.empty();
      }
    } else if (!isNews) {
      return Optional.empty();
    }
    return step(rule, draft, now);
  }

  private Optional<Step> begin(AlertRule rule, Past past, Finding finding, Instant now) {
    boolean isCooling =
        past.closed()
            .filter(closed -> now.isBefore(closed.resolvedAt().plus(rule.coolDown())))
            .isPresent();
    if (isCooling) {
      return Optional.empty();
    }
    var draft =
        new AlertDraft(
            rule,
            finding,
            past.closed().map(closed -> closed.id().toString()).orElse(""),
            trace.begun(rule, finding.labels(), finding.traceparent()));
    draft.move(
        rule.hold().isZero() ? AlertState.FIRING : AlertState.PENDING, now, "", finding.summary());
    return step(rule, draft, now);
  }

  /** What it does that the condition of an open alert does not hold; empty: nothing. */
  public Optional<Step> over(AlertRule rule, Past past, Instant now) {
    return past.open().flatMap(open -> over(rule, open, past.transitions(), now, now));
  }

  private static Optional<Step> over(
      AlertRule rule, Alert open, int transitions, Instant overFrom, Instant now) {
    var draft = new AlertDraft(open);
    Instant since = open.overSince().orElse(overFrom);
    draft.over(Optional.of(since));
    boolean isPending = open.state() == AlertState.PENDING;
    boolean isOver = isPending || !now.isBefore(since.plus(rule.resolveAfter()));
    if (isOver && transitions + 1 > rule.flapsPerHourMaxInForce()) {
      draft.flapping(true);
    } else if (isOver) {
      draft.move(
          AlertState.RESOLVED,
          now,
          "",
          isPending
              ? "The condition ended before it had held for " + words(rule.hold()) + "."
              : "The condition has been over since " + since + ".");
    }
    Step step = step(rule, draft, now).orElseThrow();
    return step.alert().equals(open) && step.dueAt().isEmpty()
        ? Optional.empty()
        : Optional.of(step);
  }

  /** What the time does to an open alert about anomalies; always a step, with a new due time. */
  public Optional<Step> timePassed(AlertRule rule, Past past, Instant now) {
    Alert open = past.open().orElseThrow();
    Instant until = open.conditionUntil().orElseThrow();
    Instant holds = open.pendingSince().plus(rule.hold());
    if (open.state() == AlertState.PENDING && !now.isBefore(holds) && holds.isBefore(until)) {
      var draft = new AlertDraft(open);
      draft.move(AlertState.FIRING, now, "", open.summary());
      return step(rule, draft, now);
    }
    return now.isBefore(until)
        ? step(rule, new AlertDraft(open), now)
        : over(rule, open, past.transitions(), until, now);
  }

  /** The alert resolved for another reason than its condition. */
  public static Step resolved(Alert open, Instant now, String actor, String reason) {
    var draft = new AlertDraft(open);
    draft.move(AlertState.RESOLVED, now, actor, reason);
    return new Step(draft.alert(), draft.moves(), Optional.empty());
  }

  /** The alert acknowledged by a person; when it is due does not change. */
  public static Step acknowledged(
      Alert open, Optional<Instant> dueAt, Instant now, String actor, String comment) {
    var draft = new AlertDraft(open);
    draft.acknowledgedBy(actor);
    draft.move(AlertState.ACKNOWLEDGED, now, actor, comment);
    return new Step(draft.alert(), draft.moves(), dueAt);
  }

  private static Optional<Step> step(AlertRule rule, AlertDraft draft, Instant now) {
    Alert alert = draft.alert();
    return Optional.of(new Step(alert, draft.moves(), dueAt(rule, alert, now)));
  }

  private static Optional<Instant> dueAt(AlertRule rule, Alert alert, Instant now) {
    if (alert.state() == AlertState.RESOLVED || alert.conditionUntil().isEmpty()) {
      return Optional.empty();
    }
    Instant until = alert.conditionUntil().get();
    Instant holds = alert.pendingSince().plus(rule.hold());
    Instant due =
        alert.state() == AlertState.PENDING
            ? (holds.isBefore(until) ? holds : until)
            : alert.overSince().orElse(until).plus(rule.resolveAfter());
    return Optional.of(alert.flapping() ? later(due, now.plus(FLAP_LOOK)) : due);
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  /** Such as {@code 5 min}, for sentences. */
  static String words(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds == 0) {
      return duration.toMillis() + " ms";
    }
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + " d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + " h";
    }
    return seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
  }
}
