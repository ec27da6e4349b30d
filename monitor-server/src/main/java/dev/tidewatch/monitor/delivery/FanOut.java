package dev.tidewatch.monitor.delivery;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.alert.Alert;
import dev.tidewatch.monitor.alert.AlertRule;
import dev.tidewatch.monitor.alert.AlertRuleStore;
import dev.tidewatch.monitor.alert.AlertState;
import dev.tidewatch.monitor.alert.AlertStore;
import dev.tidewatch.monitor.alert.AlertStore.ChangedAlert;
import dev.tidewatch.monitor.alert.AlertTransition;
import dev.tidewatch.monitor.alert.Silence;
import dev.tidewatch.monitor.alert.SilenceStore;
import dev.tidewatch.monitor.delivery.DeliveryStore.HeldAlert;
import dev.tidewatch.monitor.delivery.DeliveryStore.NewDelivery;
import dev.tidewatch.monitor.delivery.DeliveryStore.Turn;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Decides who is told of which transition. A turn reads the transitions behind the follower's
 * position, judges each by silences and inhibition, and queues one delivery for each target that
 * wants it; all of that and the new position are one transaction, so that a crash loses and doubles
 * nothing.
 *
 * <p>What is held back is judged again every second: when nothing holds it back any longer, the
 * alert's newest transition is delivered, unless the alert ended meanwhile and nobody was told that
 * it had begun.
 */
final class FanOut {
  private static final int TRANSITIONS_PER_TURN_MAX = 500;
  private static final int HELD_PER_TURN_MAX = 200;
  private static final int SILENCES_MAX = 10_000;
  private static final Duration JUDGED_AGAIN_AFTER = Duration.ofSeconds(1);

  private final AlertStore alerts;
  private final AlertRuleStore rules;
  private final SilenceStore silences;
  private final TargetStore targets;
  private final DeliveryStore store;
  private final NotificationFormats formats;
  private final InstantSource clock;
  private final InstantSource realTime;
  private final Duration groupWait;

  /**
   * @param clock domain time, which silences are in
   * @param groupWait how long a group collects
   */
  FanOut(
      AlertStore alerts,
      AlertRuleStore rules,
      SilenceStore silences,
      TargetStore targets,
      DeliveryStore store,
      NotificationFormats formats,
      InstantSource clock,
      InstantSource realTime,
      Duration groupWait) {
    this.alerts = alerts;
    this.rules = rules;
    this.silences = silences;
    this.targets = targets;
    this.store = store;
    this.formats = formats;
    this.clock = clock;
    this.realTime = realTime;
    this.groupWait = groupWait;
  }

  /**
   * What a turn did.
   *
   * @param position newest transition that is fanned out
   * @param queued new deliveries, or additions to groups
   * @param more whether transitions may be left
   */
  record Done(long position, int queued, boolean more) {}

  /** One turn; empty if another replica is at it. */
  Optional<Done> turn() {
    return store.fanOut(this::turn);
  }

  private Done turn(Turn turn) {
    Instant now = realTime.instant();
    List<ChangedAlert> fresh = alerts.transitionsAfter(turn.position(), TRANSITIONS_PER_TURN_MAX);
    List<HeldAlert> waiting = turn.heldToJudge(now, HELD_PER_TURN_MAX);
    if (fresh.isEmpty() && waiting.isEmpty()) {
      return new Done(turn.position(), 0, false);
    }
    Map<UUID, HeldAlert> held =
        new HashMap<>(
            turn.held(
                fresh.stream()
                    .map(changed -> changed.transition().alertId())
                    .collect(Collectors.toSet())));
    var judge = new Judge();
    var outbox = new Outbox(judge, now);
    Set<UUID> free = new HashSet<>();
    Map<UUID, HeldAlert> toHold = new LinkedHashMap<>();
    for (HeldAlert before : waiting) {
      Optional<ChangedAlert> newest = newest(before.alertId());
      if (newest.isPresent()
          && (newest.get().transition().position() != before.position() // which is to come
              || judge.holdsBack(newest.get().alert()))) {
        toHold.put(before.alertId(), before);
        continue;
      }
      free.add(before.alertId());
      held.remove(before.alertId());
      if (newest.isPresent() && !endedUnheard(before, newest.get())) {
        outbox.add(newest.get());
      }
    }
    for (ChangedAlert changed : fresh) {
      UUID id = changed.transition().alertId();
      Optional<HeldAlert> before = Optional.ofNullable(toHold.getOrDefault(id, held.get(id)));
      if (judge.holdsBack(changed.alert())) {
        boolean announced = before.map(HeldAlert::announced).orElse(wasFiring(changed));
        toHold.put(id, new HeldAlert(id, changed.transition().position(), announced));
        free.remove(id);
        continue;
      }
      toHold.remove(id);
      held.remove(id);
      if (before.isPresent()) {
        free.add(id);
      }
      if (before.isEmpty() || !endedUnheard(before.get(), changed)) {
        outbox.add(changed);
      }
    }
    turn.release(free);
    turn.hold(toHold.values(), now.plus(JUDGED_AGAIN_AFTER));
    turn.enqueue(outbox.deliveries);
    long position = turn.position();
    if (!fresh.isEmpty()) {
      position = fresh.getLast().transition().position();
      turn.moveTo(position);
    }
    return new Done(position, outbox.deliveries.size(), fresh.size() == TRANSITIONS_PER_TURN_MAX);
  }

  private Optional<ChangedAlert> newest(UUID alertId) {
    Optional<Alert> alert = alerts.find(alertId);
    List<AlertTransition> history = alerts.history(alertId, 1);
    return alert.isEmpty() || history.isEmpty()
        ? Optional.empty()
        : Optional.of(new ChangedAlert(history.getLast(), alert.get()));
  }

  private static boolean wasFiring(ChangedAlert changed) {
    return changed.transition().from().map(AlertState::isFiring).orElse(false);
  }

  private static boolean endedUnheard(HeldAlert held, ChangedAlert changed) {
    return !held.announced() && changed.transition().to() == AlertState.RESOLVED;
  }

  private record RuleOnSeries(String rule, String series) {}

  /** Says what is held back, for the transitions of a turn. */
  private final class Judge {
    private final Instant domainTime = clock.instant();
    private final List<Silence> active = silences.activeAt(domainTime, SILENCES_MAX);
    private final Map<String, Optional<AlertRule>> rulesByName = new HashMap<>();
    private final Map<RuleOnSeries, Boolean> inhibited = new HashMap<>();

    List<String> groupBy(Alert alert) {
      return rule(alert).map(AlertRule::groupBy).orElse(List.of());
    }

    private Optional<AlertRule> rule(Alert alert) {
      return rulesByName.computeIfAbsent(alert.rule(), rules::find);
    }

    boolean holdsBack(Alert alert) {
      return active.stream().anyMatch(silence -> silence.silences(alert, domainTime))
          || isInhibited(alert);
    }

    private boolean isInhibited(Alert alert) {
      String series = alert.labels().series();
      List<String> by = rule(alert).map(AlertRule::inhibitedBy).orElse(List.of());
      return !series.isEmpty()
          && !by.isEmpty()
          && inhibited.computeIfAbsent(
              new RuleOnSeries(alert.rule(), series), _ -> !alerts.firing(by, series).isEmpty());
    }
  }

  /** Collects the deliveries of a turn. */
  private final class Outbox {
    private final List<DeliveryTarget> wanting = targets.enabled();
    private final List<NewDelivery> deliveries = new ArrayList<>();
    private final Judge judge;
    private final Instant now;

    private Outbox(Judge judge, Instant now) {
      this.judge = judge;
      this.now = now;
    }

    void add(ChangedAlert changed) {
      List<DeliveryTarget> to = wanting.stream().filter(target -> target.wants(changed)).toList();
      if (to.isEmpty()) {
        return;
      }
      Alert alert = changed.alert();
      long position = changed.transition().position();
      List<String> groupBy = judge.groupBy(alert);
      boolean grouped = !groupBy.isEmpty();
      String key = grouped ? groupKey(alert, groupBy) : "alert " + ContentId.toText(alert.id());
      List<String> events = List.of(formats.event(changed));
      for (DeliveryTarget target : to) {
        deliveries.add(
            new NewDelivery(
                ContentId.of("delivery", Long.toString(target.id()), Long.toString(position)),
                target.id(),
                key,
                grouped,
                position,
                events,
                alert.traceparent(),
                grouped ? now.plus(groupWait) : now));
      }
    }
  }

  private static String groupKey(Alert alert, List<String> groupBy) {
    var key = new StringBuilder("group ").append(alert.rule());
    for (String label : groupBy) {
      key.append('\n').append(label).append('=').append(alert.labels().get(label).orElse(""));
    }
    return key.toString();
  }
}
