package dev.tidewatch.monitor.truth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.monitor.Eventually;
import dev.tidewatch.monitor.SettableClock;
import dev.tidewatch.monitor.ingest.FakeIngest;
import dev.tidewatch.monitor.ingest.GrpcFeedSource;
import dev.tidewatch.monitor.ingest.GrpcReadingSource;
import dev.tidewatch.monitor.ledger.ActualState;
import dev.tidewatch.monitor.ledger.LedgerCounts;
import dev.tidewatch.monitor.ledger.LedgerStore;
import dev.tidewatch.monitor.ledger.Outcome;
import dev.tidewatch.monitor.ledger.PredictedSteps;
import dev.tidewatch.monitor.ledger.Prediction;
import dev.tidewatch.monitor.ledger.PredictionRole;
import dev.tidewatch.monitor.storage.PostgresActualStore;
import dev.tidewatch.monitor.storage.PostgresLedgerStore;
import dev.tidewatch.monitor.storage.SomePredictions;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.grpc.ClientConfig;
import dev.tidewatch.serverkit.grpc.GrpcChannel;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.testing.TestDatabase;
import dev.tidewatch.timeseries.Aggregation;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the order in which predictions, readings, late and corrected and deleted ones arrive,
 * and wherever the joiner crashes: in the end the ledger holds just what a batch computation over
 * the final readings gives.
 */
class JoinPropertyTest {
  private static final Instant START = Instant.parse("2026-03-27T00:00:00Z");
  private static final List<String> SERIES = List.of("hq/meter", "hq/co2", "annex/temp");
  private static final List<Grid> GRIDS =
      List.of(
          Grid.ofStep(Duration.ofMinutes(15)).withLateness(Duration.ofMinutes(10)),
          Grid.ofStep(Duration.ofHours(1)).withAggregation(Aggregation.SUM),
          // The clocks change on 2026-03-29: a local day of 23 hours.
          Grid.ofStep(Duration.ofDays(1))
              .withZone(ZoneId.of("Europe/Berlin"))
              .withAggregation(Aggregation.LAST));
  private static final JoinLimits LIMITS =
      new JoinLimits(
          Duration.ofMillis(5),
          Duration.ofMillis(20),
          Duration.ofSeconds(10),
          50,
          Duration.ofMillis(5),
          Duration.ofMillis(20));

  static LongStream seeds() {
    String chosen = System.getProperty("tidewatch.seed");
    return chosen == null ? LongStream.rangeClosed(1, 5) : LongStream.of(Long.parseLong(chosen));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theLedgerEndsAsTheBatchComputation(long seed) throws Exception {
    System.out.println("JoinPropertyTest seed " + seed + " (again: -Dtidewatch.seed=" + seed + ")");
    try (var world = new World(seed)) {
      for (int act = 0; act < 120; act++) {
        world.act();
      }
      world.settle();
      world.requireBatchResult();
      // Everything that was ever predicted is due now.
      world.clock.advance(Duration.ofDays(14));
      world.settle();
      world.requireBatchResult();
    }
  }

  @Test
  void aFeedThatNoLongerReachesBackIsMadeUpForByTakingAllAgain() throws Exception {
    try (var world = new World(99)) {
      world.predict("hq/meter", GRIDS.getFirst(), START, 4);
      world.ingest.store("hq/meter", Map.of(Times.toMicros(START), 5.0));
      world.clock.advance(Duration.ofHours(3));
      world.settle();
      world.joiner.close();
      world.ingest.store("hq/meter", Map.of(Times.toMicros(START), 6.0));
      world.ingest.expireBlocks();
      world.startJoiner();
      world.settle();
      world.requireBatchResult();

      world.joiner.close();
      world.ingest.store("hq/meter", Map.of(Times.toMicros(START), 7.0));
      world.ingest.beginNewLife();
      world.startJoiner();
      world.settle();
      world.requireBatchResult();

      // What was predicted of a series that is gone never meets another one of its name.
      world.ingest.deleteSeries("hq/meter");
      world.ingest.store("hq/meter", Map.of(Times.toMicros(START), 8.0));
      world.settle();
      assertThat(world.ledger.outcomesOf(world.predicted.removeFirst().id())).isEmpty();
      world.predict("hq/meter", GRIDS.getFirst(), START, 4);
      world.settle();
      world.requireBatchResult();
    }
  }

  @Test
  void onlyOneOfTwoReplicasTakesAShardAndTheOtherTakesOver() throws Exception {
    try (var world = new World(98)) {
      ActualJoiner first = world.joiner;
      world.startJoiner();
      world.predict("hq/meter", GRIDS.getFirst(), START, 4);
      world.clock.advance(Duration.ofHours(3));
      world.settle();
      first.close();
      world.ingest.store("hq/meter", Map.of(Times.toMicros(START), 6.0));
      world.settle();
      world.requireBatchResult();
      first.close();
    }
  }

  /** A monitor's ledger and joiner beside a fake ingest, moved by one seed. */
  private static final class World implements AutoCloseable {
    private final Random random;
    private final TestDatabase test = TestDatabase.plain("monitor", "db/migration/monitor");
    private final Database database = test.open("monitor");
    private final FakeIngest ingest = new FakeIngest();
    private final GrpcChannel channel =
        GrpcChannel.open(ClientConfig.to(ingest.target()), Telemetry.disabled());
    private final SettableClock clock = new SettableClock(START);
    private final SettableClock leaseClock = new SettableClock(Instant.EPOCH);
    private final LedgerStore ledger = new PostgresLedgerStore(database, FakeIngest.SHARDS);
    private final List<Prediction> predicted = new ArrayList<>();
    private final List<FlakyActualStore> stores = new ArrayList<>();
    private ActualJoiner joiner;

    World(long seed) {
      this.random = new Random(seed);
      this.joiner = newJoiner(0);
    }

    void startJoiner() {
      joiner = newJoiner(0);
    }

    private ActualJoiner newJoiner(double failureShare) {
      var store =
          new FlakyActualStore(
              new PostgresActualStore(database, FakeIngest.SHARDS),
              new Random(random.nextLong()),
              failureShare);
      stores.add(store);
      return new ActualJoiner(
              UUID.randomUUID().toString(),
              new GrpcFeedSource(channel.channel(), Duration.ofSeconds(30)),
              new GrpcReadingSource(channel.channel(), Duration.ofSeconds(30)),
              store,
              clock,
              leaseClock,
              LIMITS,
              new JoinWatcher() {
                @Override
                public void taken(List<Target> due, List<Target> changed, Instant at) {
                  assertThat(due).allMatch(target -> !target.dueAt().isAfter(at));
                  assertThat(due).containsAll(changed);
                }

                @Override
                public void nothingDue() {}
              })
          .start();
    }

    void act() throws InterruptedException {
      leaseClock.advance(Duration.ofSeconds(1));
      switch (random.nextInt(10)) {
        case 0, 1 ->
            predict(
                SERIES.get(random.nextInt(3)),
                GRIDS.get(random.nextInt(3)),
                START.plus(Duration.ofHours(random.nextInt(72))),
                1 + random.nextInt(8));
        case 2, 3, 4 -> ingest.store(SERIES.get(random.nextInt(3)), someReadings());
        case 5 -> {
          long from = micros(random.nextInt(72 * 60));
          ingest.delete(SERIES.get(random.nextInt(3)), from, from + micros(90) - micros(0));
        }
        case 6, 7 -> clock.advance(Duration.ofMinutes(random.nextInt(180)));
        case 8 -> Thread.sleep(random.nextInt(30));
        default -> {
          if (random.nextInt(3) == 0) {
            joiner.close();
            joiner = newJoiner(0.2);
          } else {
            clock.advance(Duration.ofMinutes(15));
          }
        }
      }
    }

    void predict(String series, Grid grid, Instant at, int steps) {
      long origin = grid.startMicros(grid.indexAt(Times.toMicros(at)));
      var means = new double[steps];
      Prediction prediction =
          SomePredictions.of(
              series,
              grid,
              "load",
              "1.0." + predicted.size(),
              PredictionRole.CHAMPION,
              Times.toInstant(origin),
              new PredictedSteps(means, new double[0], new double[0][], new double[0]),
              OptionalDouble.empty(),
              OptionalDouble.empty());
      predicted.add(prediction);
      assertThat(ledger.record(List.of(prediction), clock.instant())).isEqualTo(1);
    }

    /** Up to 40 readings somewhere in three days: often in the past, often where there are some. */
    private Map<Long, Double> someReadings() {
      var readings = new TreeMap<Long, Double>();
      int minute = random.nextInt(72 * 60);
      for (int i = random.nextInt(40); i >= 0; i--) {
        readings.put(micros(minute), (double) random.nextInt(20));
        minute += random.nextInt(4) * 5;
      }
      return readings;
    }

    private static long micros(long minutes) {
      return Times.toMicros(START) + minutes * Times.MICROS_PER_MINUTE;
    }

    /** No more failures; waits until every commit is followed and everything due is taken. */
    void settle() throws Exception {
      stores.forEach(FlakyActualStore::behave);
      Eventually.holds(
          "the join is through",
          () -> {
            leaseClock.advance(Duration.ofSeconds(3));
            LedgerCounts counts = ledger.counts();
            return counts.joinedThrough().epoch() == ingest.head().getEpoch()
                && counts.joinedThrough().position() == ingest.head().getPosition()
                && counts.oldestDue().map(clock.instant()::isBefore).orElse(true);
          });
    }

    void requireBatchResult() {
      long now = Times.toMicros(clock.instant());
      int known = 0;
      for (Prediction prediction : predicted) {
        Grid grid = prediction.grid();
        long first = prediction.targetIndex(0);
        GridWindow truth =
            GridWindow.resample(
                grid,
                ingest.columns(prediction.series().value()),
                first,
                prediction.steps().count());
        List<Outcome> outcomes = ledger.outcomesOf(prediction.id());
        assertThat(outcomes).hasSize(prediction.steps().count());
        for (int step = 0; step < outcomes.size(); step++) {
          Outcome outcome = outcomes.get(step);
          if (grid.knownAtMicros(first + step) > now) {
            assertThat(outcome.state()).isEqualTo(ActualState.PENDING);
            assertThat(outcome.revision()).isZero();
          } else if (truth.isMissing(step)) {
            assertThat(outcome.state()).isEqualTo(ActualState.MISSING);
            assertThat(outcome.revision()).isPositive();
          } else {
            assertThat(outcome.state()).isEqualTo(ActualState.KNOWN);
            assertThat(outcome.actual().orElseThrow()).isEqualTo(truth.value(step));
            assertThat(outcome.revision()).isPositive();
            known++;
          }
        }
      }
      assertThat(predicted).isNotEmpty();
      System.out.printf("%d predictions, %d known outcomes%n", predicted.size(), known);
    }

    @Override
    public void close() {
      joiner.close();
      channel.close();
      ingest.close();
      database.close();
      test.close();
    }
  }
}
