package dev.tidewatch.monitor.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.decision.Decision;
import dev.tidewatch.monitor.decision.DecisionKind;
import dev.tidewatch.monitor.retrain.Cron;
import dev.tidewatch.monitor.retrain.PromotionPlan;
import dev.tidewatch.monitor.retrain.RetrainCause;
import dev.tidewatch.monitor.retrain.RetrainOutcome.Failed;
import dev.tidewatch.monitor.retrain.RetrainOutcome.Trained;
import dev.tidewatch.monitor.retrain.RetrainPolicy;
import dev.tidewatch.monitor.retrain.RetrainState;
import dev.tidewatch.monitor.retrain.RetrainStore;
import dev.tidewatch.monitor.retrain.RetrainTask;
import dev.tidewatch.monitor.retrain.StoredPolicy;
import dev.tidewatch.monitor.trial.Candidate;
import dev.tidewatch.monitor.trial.TrialPlan;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.ServiceException;
import dev.tidewatch.serverkit.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link RetrainStore} must do; a subclass only says on which database. */
abstract class RetrainStoreContract {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant REAL = Instant.parse("2031-01-01T00:00:00Z");
  private static final Duration TERM = Duration.ofSeconds(60);
  private static final Duration DAY = Duration.ofDays(1);

  private TestDatabase test;
  private Database database;
  private RetrainStore store;

  abstract TestDatabase newDatabase();

  @BeforeEach
  void open() {
    test = newDatabase();
    database = test.open("monitor");
    store = new PostgresRetrainStore(database);
  }

  @AfterEach
  void close() {
    database.close();
    test.close();
  }

  private static RetrainPolicy policy(String model, double mape, Optional<PromotionPlan> plan) {
    return new RetrainPolicy(
        model,
        OptionalDouble.of(mape),
        OptionalDouble.empty(),
        true,
        Optional.of(Duration.ofDays(30)),
        Optional.of(Cron.parse("0 3 * * sun")),
        DAY,
        100,
        Duration.ofHours(36),
        plan,
        false);
  }

  private static RetrainTask.Order order(String model, Instant at) {
    return new RetrainTask.Order(
        model,
        RetrainCause.MAPE,
        "MAPE was 18 %",
        new TreeMap<>(Map.of("mape", 18.25, "pairs", 200.0)),
        "",
        "1.0.0",
        List.of("hq/load", "hq/heat"),
        at,
        new TreeMap<>(Map.of("window", "P14D")),
        at,
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  }

  private RetrainTask enqueued(String model) {
    return store.enqueueByPolicy(UUID.randomUUID(), order(model, NOON), DAY).orElseThrow();
  }

  private RetrainTask leased(String worker, Instant realNow) {
    return store.lease(worker, Set.of(), TERM, realNow, NOON).orElseThrow();
  }

  private static void refused(ThrowingCallable call, String reason) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void aPolicyIsKeptAsItWasAndChangesByItsEtag() {
    var plan = new PromotionPlan(1_000, 200, Duration.ofDays(3), .01, true);
    StoredPolicy first =
        store.setPolicy(policy("load", 15, Optional.of(plan)), Optional.empty(), NOON);
    assertThat(store.policy("load")).contains(first);
    assertThat(first.policy()).isEqualTo(policy("load", 15, Optional.of(plan)));
    assertThat(first.cronSeenTo()).isEqualTo(NOON);

    Instant later = NOON.plusSeconds(60);
    // A lost reply: the same again changes nothing.
    assertThat(store.setPolicy(first.policy(), Optional.of("77"), later)).isEqualTo(first);
    refused(
        () -> store.setPolicy(policy("load", 20, Optional.empty()), Optional.of("77"), later),
        "ETAG_STALE");
    StoredPolicy second =
        store.setPolicy(policy("load", 20, Optional.empty()), Optional.of(first.etag()), later);
    assertThat(second.etag()).isNotEqualTo(first.etag());
    assertThat(second.policy().promotion()).isEmpty();
    assertThat(second.cronSeenTo()).as("the schedule is the same").isEqualTo(NOON);
    store.cronSeen("load", later);
    store.cronSeen("load", NOON);
    assertThat(store.policy("load").orElseThrow().cronSeenTo()).isEqualTo(later);

    refused(() -> store.deletePolicy("load", Optional.of(first.etag())), "ETAG_STALE");
    store.deletePolicy("load", Optional.of(second.etag()));
    assertThat(store.policy("load")).isEmpty();
    refused(() -> store.deletePolicy("load", Optional.empty()), "POLICY_UNKNOWN");
    refused(
        () -> store.setPolicy(second.policy(), Optional.of(second.etag()), later), "ETAG_STALE");
  }

  @Test
  void policiesArePagedByModel() {
    for (String model : List.of("c", "a", "b")) {
      store.setPolicy(policy(model, 15, Optional.empty()), Optional.empty(), NOON);
    }
    var first = store.policies(Optional.empty(), 2);
    assertThat(first.items()).extracting(p -> p.policy().model()).containsExactly("a", "b");
    var second = store.policies(first.next(), 2);
    assertThat(second.items()).extracting(p -> p.policy().model()).containsExactly("c");
    assertThat(second.next()).isEmpty();
  }

  @Test
  void aModelHasOneOpenTask() {
    UUID request = UUID.randomUUID();
    assertThat(store.answered(request, "load")).isEmpty();
    RetrainTask task = store.enqueue(request, order("load", NOON));
    assertThat(task.id()).isEqualTo(request);
    assertThat(task.order()).isEqualTo(order("load", NOON));
    assertThat(task.state()).isEqualTo(RetrainState.OPEN);
    assertThat(store.enqueue(request, order("load", NOON))).isEqualTo(task);
    Decision decision =
        new PostgresDecisionStore(database)
            .find(ContentId.of("retrain", ContentId.toText(request)))
            .orElseThrow();
    assertThat(decision.kind()).isEqualTo(DecisionKind.RETRAIN);
    assertThat(decision.reason()).isEqualTo(task.order().reason());
    assertThat(decision.figures()).isEqualTo(task.order().figures());
    assertThat(decision.retrainTaskId()).isEqualTo(ContentId.toText(request));
    assertThat(decision.traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    UUID other = UUID.randomUUID();
    assertThat(store.enqueue(other, order("load", NOON))).isEqualTo(task);
    assertThat(store.enqueueByPolicy(UUID.randomUUID(), order("load", NOON), DAY)).isEmpty();
    refused(() -> store.answered(request, "price"), "REQUEST_ID_REUSED");
    assertThat(enqueued("price").number()).isGreaterThan(task.number());

    store.cancel(task.id(), "no need", NOON);
    assertThat(store.answered(other, "load").map(RetrainTask::id)).contains(task.id());
    assertThat(store.enqueue(UUID.randomUUID(), order("load", NOON)).id()).isNotEqualTo(task.id());
  }

  @Test
  void nothingIsMadeWithinTheCoolDown() {
    RetrainTask task = enqueued("load");
    RetrainTask held = leased("ann", REAL);
    store.complete(task.id(), held.fence(), new Trained("1.0.1"), REAL, NOON);
    Instant tooSoon = NOON.plus(DAY).minusSeconds(1);
    assertThat(store.isResting("load", DAY, tooSoon)).isTrue();
    assertThat(store.enqueueByPolicy(UUID.randomUUID(), order("load", tooSoon), DAY)).isEmpty();
    Instant soon = NOON.plus(DAY);
    assertThat(store.isResting("load", DAY, soon)).isFalse();
    assertThat(store.enqueueByPolicy(UUID.randomUUID(), order("load", soon), DAY)).isPresent();
  }

  @Test
  void theOldestIsLeasedFirstAndALeaseIsKeptByHeartbeats() {
    RetrainTask first = enqueued("load");
    RetrainTask second = enqueued("price");
    assertThat(store.lease("ann", Set.of("heat"), TERM, REAL, NOON)).isEmpty();
    RetrainTask held = leased("ann", REAL);
    assertThat(held.id()).isEqualTo(first.id());
    assertThat(held.state()).isEqualTo(RetrainState.LEASED);
    assertThat(held.worker()).isEqualTo("ann");
    assertThat(held.attempts()).isEqualTo(1);
    assertThat(held.leaseExpiresAt()).contains(REAL.plus(TERM));
    assertThat(leased("bob", REAL).id()).isEqualTo(second.id());
    assertThat(store.lease("cid", Set.of(), TERM, REAL, NOON)).isEmpty();

    Instant later = REAL.plusSeconds(50);
    RetrainTask kept = store.heartbeat(first.id(), held.fence(), .5, "back-test", later);
    assertThat(kept.leaseExpiresAt()).contains(later.plus(TERM));
    assertThat(kept.progress()).isEqualTo(.5);
    assertThat(kept.progressNote()).isEqualTo("back-test");
    refused(() -> store.heartbeat(first.id(), held.fence() + 1, 0, "", later), "LEASE_LOST");
    refused(() -> store.heartbeat(new UUID(1, 2), 1, 0, "", later), "TASK_UNKNOWN");
  }

  @Test
  void aLeaseThatRanOutIsLost() {
    RetrainTask task = enqueued("load");
    RetrainTask first = leased("ann", REAL);
    Instant late = REAL.plus(TERM);
    refused(() -> store.heartbeat(task.id(), first.fence(), .9, "", late), "LEASE_LOST");
    refused(
        () -> store.complete(task.id(), first.fence(), new Trained("1.0.1"), late, NOON),
        "LEASE_LOST");
    RetrainTask second = leased("bob", late);
    assertThat(second.id()).isEqualTo(task.id());
    assertThat(second.fence()).isGreaterThan(first.fence());
    assertThat(second.attempts()).isEqualTo(2);
    assertThat(second.failure()).contains("ann");
    refused(() -> store.heartbeat(task.id(), first.fence(), .9, "", late), "LEASE_LOST");
    RetrainTask done = store.complete(task.id(), second.fence(), new Trained("1.0.2"), late, NOON);
    assertThat(done.state()).isEqualTo(RetrainState.SUCCEEDED);
    assertThat(done.resultVersion()).isEqualTo("1.0.2");
    assertThat(done.endedAt()).contains(NOON);
    assertThat(done.failure()).isEmpty();
    // The answer was lost: again changes nothing; another outcome is refused.
    assertThat(store.complete(task.id(), second.fence(), new Trained("1.0.2"), late, NOON))
        .isEqualTo(done);
    refused(
        () -> store.complete(task.id(), second.fence(), new Trained("1.0.3"), late, NOON),
        "LEASE_LOST");
    refused(
        () -> store.complete(task.id(), second.fence(), new Failed("no", false), late, NOON),
        "LEASE_LOST");
  }

  @Test
  void fiveLeasesAreEnough() {
    RetrainTask task = enqueued("load");
    Instant real = REAL;
    for (int attempt = 1; attempt <= RetrainTask.ATTEMPTS_MAX; attempt++) {
      RetrainTask held = leased("ann", real);
      assertThat(held.attempts()).isEqualTo(attempt);
      if (attempt % 2 == 0) {
        RetrainTask again =
            store.complete(task.id(), held.fence(), new Failed("out of memory", true), real, NOON);
        assertThat(again.state()).isEqualTo(RetrainState.OPEN);
        assertThat(
                store.complete(
                    task.id(), held.fence(), new Failed("out of memory", true), real, NOON))
            .isEqualTo(again);
      } else {
        real = real.plus(TERM);
      }
    }
    assertThat(store.reapLeases(real, NOON)).isEqualTo(1);
    RetrainTask given = store.task(task.id()).orElseThrow();
    assertThat(given.state()).isEqualTo(RetrainState.FAILED);
    assertThat(given.endedAt()).contains(NOON);
    assertThat(given.failure()).contains("ran out in attempt 5");
    assertThat(store.lease("bob", Set.of(), TERM, real, NOON)).isEmpty();
  }

  @Test
  void aFailureThatNothingMendsEndsTheTask() {
    RetrainTask task = enqueued("load");
    RetrainTask held = leased("ann", REAL);
    RetrainTask failed =
        store.complete(task.id(), held.fence(), new Failed("no readings", false), REAL, NOON);
    assertThat(failed.state()).isEqualTo(RetrainState.FAILED);
    assertThat(failed.failure()).isEqualTo("no readings");
    refused(() -> store.cancel(task.id(), "late", NOON), "TASK_ENDED");
  }

  @Test
  void whoHoldsACancelledTaskIsTold() {
    RetrainTask task = enqueued("load");
    RetrainTask held = leased("ann", REAL);
    RetrainTask cancelled = store.cancel(task.id(), "meter swapped", NOON);
    assertThat(cancelled.state()).isEqualTo(RetrainState.CANCELLED);
    assertThat(cancelled.failure()).contains("meter swapped");
    assertThat(store.heartbeat(task.id(), held.fence(), .2, "", REAL).state())
        .isEqualTo(RetrainState.CANCELLED);
    refused(
        () -> store.complete(task.id(), held.fence(), new Trained("1.0.1"), REAL, NOON),
        "LEASE_LOST");
    refused(() -> store.cancel(task.id(), "again", NOON), "TASK_ENDED");
    refused(() -> store.cancel(new UUID(1, 2), "what", NOON), "TASK_UNKNOWN");
  }

  @Test
  void tasksAreListedNewestFirst() {
    for (String model : List.of("a", "b", "c", "d")) {
      enqueued(model);
    }
    leased("ann", REAL);
    var first = store.tasks(Optional.empty(), Set.of(), Optional.empty(), 3);
    assertThat(first.items()).extracting(RetrainTask::model).containsExactly("d", "c", "b");
    assertThat(store.tasks(Optional.empty(), Set.of(), first.next(), 3).items())
        .extracting(RetrainTask::model)
        .containsExactly("a");
    assertThat(
            store.tasks(Optional.empty(), Set.of(RetrainState.LEASED), Optional.empty(), 3).items())
        .extracting(RetrainTask::model)
        .containsExactly("a");
    assertThat(store.tasks(Optional.of("c"), Set.of(), Optional.empty(), 3).items()).hasSize(1);
  }

  @Test
  void aVersionThatCameOutWaitsForItsTrialWithThePlanOfThePolicy() {
    var candidates = new RetrainedCandidates(database);
    var plan = new PromotionPlan(1_000, 200, Duration.ofDays(3), .01, true);
    store.setPolicy(policy("price", 15, Optional.of(plan)), Optional.empty(), NOON);
    for (String model : List.of("load", "price")) {
      RetrainTask task = enqueued(model);
      assertThat(candidates.untried(10)).extracting(Candidate::model).doesNotContain(model);
      RetrainTask held = leased("ann", REAL);
      store.complete(task.id(), held.fence(), new Trained("1.0.1"), REAL, NOON);
    }
    assertThat(candidates.untried(10))
        .extracting(Candidate::model, Candidate::version, Candidate::plan)
        .containsExactly(
            tuple("load", "1.0.1", TrialPlan.AT_THE_GATE),
            tuple("price", "1.0.1", new TrialPlan(1_000, 200, Duration.ofDays(3), .01, true)));
    assertThat(candidates.untried(1)).extracting(Candidate::model).containsExactly("load");
  }

  @Test
  void manyWorkersAndPlannersDoNoHarm() throws Exception {
    var leases = new ArrayList<Callable<List<UUID>>>();
    for (int w = 0; w < 4; w++) {
      String worker = "w" + w;
      leases.add(() -> {
        var ids = new ArrayList<UUID>();
        for (int i = 0; i < 20; i++) {
          store.enqueueByPolicy(UUID.randomUUID(), order("m" + i, NOON), DAY);
          store.lease(worker, Set.of(), TERM, REAL, NOON).ifPresent(task -> ids.add(task.id()));
        }
        return ids;
      });
    }
    var all = new ArrayList<UUID>();
    try (var pool = Executors.newFixedThreadPool(4)) {
      for (var done : pool.invokeAll(leases)) {
        all.addAll(done.get());
      }
    }
    Optional<RetrainTask> rest = store.lease("last", Set.of(), TERM, REAL, NOON);
    while (rest.isPresent()) {
      all.add(rest.get().id());
      rest = store.lease("last", Set.of(), TERM, REAL, NOON);
    }
    assertThat(all).hasSize(20).doesNotHaveDuplicates();
  }
}
