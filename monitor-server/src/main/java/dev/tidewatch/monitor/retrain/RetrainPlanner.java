package dev.tidewatch.monitor.retrain;

import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.accuracy.AccuracyStore;
import dev.tidewatch.monitor.registry.ModelCatalogue;
import dev.tidewatch.monitor.registry.ModelCatalogue.NamedVersion;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.Unavailable;
import dev.tidewatch.serverkit.lifecycle.HighWaterMark;
import dev.tidewatch.serverkit.lifecycle.Pace;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import dev.tidewatch.serverkit.telemetry.TraceParents;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at every policy every so often and makes the tasks that they ask for; opens tasks again
 * whose lease ran out. One thread of its own, which works at most a fifth of the time. Several
 * replicas do no harm: the store makes at most one task.
 */
public final class RetrainPlanner implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RetrainPlanner.class);

  private static final int POLICIES_PER_PAGE = 500;
  private static final int REST_FACTOR = 4;

  private final RetrainStore store;
  private final PolicyJudge judge;
  private final ModelCatalogue catalogue;
  private final Predicate<String> hasOpenTrial;
  private final HighWaterMark bell;
  private final InstantSource clock;
  private final InstantSource leaseClock;
  private final Tracer tracer;
  private final Set<String> complainedOf = new HashSet<>();
  private final Rounds rounds;

  /**
   * @param hasOpenTrial true for a model whose candidate is on trial: no task is made meanwhile
   * @param clock domain time
   * @param leaseClock real time
   * @param interval between two looks, real time
   */
  public RetrainPlanner(
      RetrainStore store,
      AccuracyStore accuracy,
      StrongDrift drift,
      ModelCatalogue catalogue,
      Predicate<String> hasOpenTrial,
      HighWaterMark bell,
      InstantSource clock,
      InstantSource leaseClock,
      Duration interval,
      Tracer tracer) {
    this.store = store;
    this.judge = new PolicyJudge(accuracy, drift);
    this.catalogue = catalogue;
    this.hasOpenTrial = hasOpenTrial;
    this.bell = bell;
    this.clock = clock;
    this.leaseClock = leaseClock;
    this.tracer = tracer;
    this.rounds =
        Rounds.of("retrain-planner", Pace.every(interval).resting(REST_FACTOR), this::turn);
  }

  public RetrainPlanner start() {
    rounds.start();
    return this;
  }

  /** Looks at all policies once. */
  void turn() {
    if (store.reapLeases(leaseClock.instant(), now()) > 0) {
      bell.rise();
    }
    Optional<String> behind = Optional.empty();
    do {
      Page<StoredPolicy, String> page = store.policies(behind, POLICIES_PER_PAGE);
      for (StoredPolicy stored : page.items()) {
        if (rounds.isClosing()) {
          return;
        }
        lookAt(stored);
      }
      behind = page.next();
    } while (behind.isPresent());
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private void lookAt(StoredPolicy stored) {
    RetrainPolicy policy = stored.policy();
    String model = policy.model();
    Instant now = now();
    try {
      boolean rests =
          policy.disabled()
              || store.isResting(model, policy.coolDown(), now)
              || hasOpenTrial.test(model);
      if (!rests) {
        Optional<NamedVersion> champion = catalogue.champion(model);
        if (champion.isPresent()) {
          judge
              .judge(stored, champion.get(), now)
              .ifPresent(b -> enqueue(policy, champion.get(), b, now));
          complainedOf.remove(model);
        } else if (complainedOf.add(model)) {
          log.info("{} has a retrain policy and no champion to look at", model);
        }
      }
      // A moment of the schedule that came while the model rested makes no task later.
      if (policy
          .cron()
          .flatMap(cron -> cron.after(stored.cronSeenTo()))
          .filter(m -> !m.isAfter(now))
          .isPresent()) {
        store.cronSeen(model, now);
      }
    } catch (Unavailable | NotFound e) {
      if (complainedOf.add(model)) {
        log.warn("The retrain policy of {} was not looked at: {}", model, e.getMessage());
      }
    }
  }

  private void enqueue(RetrainPolicy policy, NamedVersion champion, Breach breach, Instant now) {
    Span span =
        tracer
            .spanBuilder("retrain decide")
            .setNoParent()
            .setAttribute("tidewatch.model", champion.model())
            .setAttribute("tidewatch.version", champion.version())
            .setAttribute("tidewatch.cause", breach.cause().name())
            .startSpan();
    try (Scope _ = span.makeCurrent()) {
      var order =
          new RetrainTask.Order(
              champion.model(),
              breach.cause(),
              breach.reason(),
              breach.figures(),
              "",
              champion.version(),
              List.of(),
              now,
              new TreeMap<>(),
              now,
              TraceParents.of(span.getSpanContext()));
      store
          .enqueueByPolicy(UUID.randomUUID(), order, policy.coolDown())
          .ifPresent(task -> {
            log.info("{} is trained again: {}", task.model(), breach.reason());
            bell.rise();
          });
    } finally {
      span.end();
    }
  }

  @Override
  public void close() {
    rounds.close();
  }
}
