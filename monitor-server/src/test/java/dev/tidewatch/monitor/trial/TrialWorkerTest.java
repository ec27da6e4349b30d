package dev.tidewatch.monitor.trial;

import static dev.tidewatch.monitor.registry.FakeRegistry.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.Eventually;
import dev.tidewatch.monitor.SettableClock;
import dev.tidewatch.monitor.accuracy.AccuracyComparison;
import dev.tidewatch.monitor.accuracy.ComparisonQuestion;
import dev.tidewatch.monitor.accuracy.ComparisonStore;
import dev.tidewatch.monitor.registry.FakeRegistry;
import dev.tidewatch.monitor.registry.GrpcPromotions;
import dev.tidewatch.monitor.storage.PostgresComparisonStore;
import dev.tidewatch.monitor.storage.PostgresTrialStore;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.testing.TestDatabase;
import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * When a trial is looked at again, on a real database. The clock that trials are put off by stands
 * still, so that what the worker wrote is known to the microsecond.
 */
class TrialWorkerTest {
  private static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");
  private static final Instant REAL = Instant.parse("2031-01-01T00:00:00Z");
  private static final TrialPlan CANARY = TrialPlan.of(1_000, 100, Duration.ofDays(7), 0.05, false);

  private static TestDatabase test;
  private static Database database;

  private final SettableClock clock = new SettableClock(BEGIN);
  private final SettableClock realTime = new SettableClock(REAL);
  private final AtomicInteger turns = new AtomicInteger();
  private final AtomicInteger comparisons = new AtomicInteger();
  private FakeRegistry registry;
  private ManagedChannel channel;
  private PostgresTrialStore trials;

  @BeforeAll
  static void open() {
    test = TestDatabase.plain("monitor", "db/migration/monitor");
    database = test.open("monitor");
  }

  @AfterAll
  static void closeAll() {
    database.close();
    test.close();
  }

  @BeforeEach
  void prepare() {
    database.dsl().execute("TRUNCATE monitor.trial, monitor.decision");
    registry = new FakeRegistry();
    registry.move("champion", "1.0.0");
    channel =
        InProcessChannelBuilder.forName(registry.target().substring("inproc:".length())).build();
    trials = new PostgresTrialStore(database);
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    registry.close();
  }

  @Test
  void aComparisonThatTookLongOnceHoldsItsTrialUpForTwentyIntervalsAtMost() throws Exception {
    Duration interval = Duration.ofMillis(10);
    // Nine times what it takes is more than twenty intervals.
    try (var _ = working(interval, question -> compare(question, Duration.ofMillis(50)))) {
      Instant again = REAL.plus(interval.multipliedBy(20));
      Eventually.holds("the canary was compared", () -> lookAt().equals(again));
      assertThat(comparisons).hasValue(1);

      realTime.advance(Duration.between(REAL, again).minusMillis(1));
      awaitTurns(3);
      assertThat(comparisons).as("it rests until then").hasValue(1);

      realTime.advance(Duration.ofMillis(1));
      Eventually.holds("it was compared again", () -> comparisons.get() > 1);
    }
  }

  @Test
  void aComparisonRestsNineTimesWhatItTook() throws Exception {
    Duration work = Duration.ofMillis(50);
    // Neither longer than that rest nor, twenty times, as short as it.
    Duration interval = Duration.ofMillis(100);
    try (var _ = working(interval, question -> compare(question, work))) {
      Instant latest = REAL.plus(interval.multipliedBy(20));
      Eventually.holds(
          "the canary was compared", () -> lookAt().isAfter(REAL) && !lookAt().isAfter(latest));
      assertThat(lookAt()).isAfterOrEqualTo(REAL.plus(work.multipliedBy(9)));
    }
  }

  @Test
  void aQuickComparisonRestsForTheInterval() throws Exception {
    Duration interval = Duration.ofHours(1);
    try (var _ = working(interval, question -> compare(question, Duration.ZERO))) {
      Eventually.holds("the canary was compared", () -> lookAt().equals(REAL.plus(interval)));
    }
  }

  @Test
  void oneThatFailsIsHeldUpForTwoSecondsAndHoldsNobodyElseUp() throws Exception {
    ComparisonStore failing =
        question -> {
          comparisons.incrementAndGet();
          throw new IllegalStateException("no figures");
        };
    try (var _ = working(Duration.ofMillis(10), failing)) {
      Eventually.holds("it is held up", () -> lookAt().equals(REAL.plusSeconds(2)));
      awaitTurns(3);
      assertThat(comparisons).hasValue(1);
    }
  }

  /** A worker on one trial whose canary answers already. */
  private TrialWorker working(Duration interval, ComparisonStore compared) {
    var promotions = new GrpcPromotions(channel, Duration.ofSeconds(30));
    Trial trial =
        Trial.begin(new Candidate(ContentId.of("task"), MODEL, "1.1.0", CANARY, ""), BEGIN);
    assertThat(trials.open(trial)).isTrue();
    var unhurried =
        new TrialConduct(trials, promotions, new PostgresComparisonStore(database), clock);
    assertThat(unhurried.proceed(trial).step()).isEqualTo(TrialStep.CANARY);
    var conduct = new TrialConduct(trials, promotions, compared, clock);
    CandidateSource nobodyElse =
        limit -> {
          turns.incrementAndGet();
          return List.of();
        };
    return new TrialWorker(
            nobodyElse,
            trials,
            conduct,
            clock,
            realTime,
            interval,
            OpenTelemetry.noop().getTracer("test"))
        .start();
  }

  /** Compares what the ledger holds, which is nothing, and takes so long for it. */
  private AccuracyComparison compare(ComparisonQuestion question, Duration work) {
    comparisons.incrementAndGet();
    long end = System.nanoTime() + work.toNanos();
    while (end - System.nanoTime() > 0) {
      Thread.onSpinWait();
    }
    return new PostgresComparisonStore(database).compare(question);
  }

  private void awaitTurns(int more) throws Exception {
    int enough = turns.get() + more;
    Eventually.holds(more + " turns", () -> turns.get() >= enough);
  }

  private static Instant lookAt() {
    return database
        .dsl()
        .fetchSingle("SELECT look_at FROM monitor.trial")
        .get("look_at", OffsetDateTime.class)
        .toInstant();
  }
}
