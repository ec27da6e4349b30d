package dev.tidewatch.monitor.story;

import static dev.tidewatch.monitor.registry.FakeRegistry.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.monitor.SettableClock;
import dev.tidewatch.monitor.TimeSpan;
import dev.tidewatch.monitor.accuracy.AccuracyBucket;
import dev.tidewatch.monitor.accuracy.AccuracyFigures.IntervalFigures;
import dev.tidewatch.monitor.accuracy.AccuracyGroup;
import dev.tidewatch.monitor.accuracy.AccuracyQuestion;
import dev.tidewatch.monitor.accuracy.AccuracyStore;
import dev.tidewatch.monitor.accuracy.AccuracyTrendQuestion;
import dev.tidewatch.monitor.accuracy.SomeFigures;
import dev.tidewatch.monitor.decision.Decision;
import dev.tidewatch.monitor.decision.DecisionKind;
import dev.tidewatch.monitor.registry.FakeRegistry;
import dev.tidewatch.monitor.registry.GrpcPromotions;
import dev.tidewatch.monitor.storage.KnownModels;
import dev.tidewatch.monitor.storage.PostgresDecisionStore;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.testing.TestDatabase;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Moves by hand and accuracy around them, from a registry over gRPC and real decisions. */
class AliasStoryTest {
  private static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);

  private final SettableClock clock = new SettableClock(BEGIN.plus(Duration.ofDays(30)));
  private final FakeRegistry registry = new FakeRegistry();
  private final ManagedChannel channel = registry.channel();
  private TestDatabase test;
  private Database database;
  private PostgresDecisionStore decisions;
  private AliasStory story;

  @BeforeEach
  void open() {
    test = TestDatabase.plain("monitor", "db/migration/monitor");
    database = test.open("monitor");
    decisions = new PostgresDecisionStore(database);
    story =
        new AliasStory(
            decisions,
            new GrpcPromotions(channel, Duration.ofSeconds(30)),
            new HourlyAccuracy(),
            new KnownModels(database),
            clock);
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    registry.close();
    database.close();
    test.close();
  }

  /** A pair each hour; version n.0.0 has a mean absolute error of n; 9.0.0 never answered. */
  private static final class HourlyAccuracy implements AccuracyStore {
    @Override
    public List<AccuracyGroup> answer(AccuracyQuestion question) {
      String version = question.filter().version().orElseThrow();
      double error = Character.digit(version.charAt(0), 10);
      long hours = Duration.between(question.from(), question.to()).toHours();
      return List.of(
          new AccuracyGroup(
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              OptionalInt.empty(),
              SomeFigures.of(
                  error == 9 ? 0 : hours,
                  error,
                  OptionalDouble.of(10 * error),
                  List.of(new IntervalFigures(0.8, hours, 0.7, 1, 1)))));
    }

    @Override
    public List<AccuracyBucket> trend(AccuracyTrendQuestion question) {
      throw new UnsupportedOperationException("a story asks for no trend");
    }
  }

  private void promote(String from, String to, Instant at) {
    registry.move("champion", to, at.minusMillis(1), "monitor-key", "better");
    decisions.record(
        Decision.of(new UUID(1, registry.revision()), DecisionKind.PROMOTED, MODEL, at, "better")
            .moving("champion", from, to, registry.revision()));
  }

  private List<String> told(TimeSpan span) {
    return story.lines(MODEL, span, 100).stream()
        .map(line -> line.topic() + ": " + line.text())
        .toList();
  }

  @Test
  void movesByHandAreToldAndThoseOfTheMonitorLeftToItsDecisions() {
    registry.move("champion", "9.0.0", BEGIN, "anonymous", "");
    registry.move("canary", "1.0.0", BEGIN.plus(DAY), "k1", "a try");
    registry.move("canary", "", BEGIN.plus(DAY.multipliedBy(2)), "k1", "");
    promote("9.0.0", "2.0.0", BEGIN.plus(DAY.multipliedBy(3)));
    registry.move("champion", "1.0.0", BEGIN.plus(DAY.multipliedBy(20)), "k2", "holidays");

    assertThat(told(TimeSpan.ALWAYS))
        .containsExactly(
            "alias: alias champion given to 9.0.0 by hand",
            "alias: alias canary given to 1.0.0 by k1: a try",
            "alias: alias canary taken from 1.0.0 by k1",
            "accuracy: champion 2.0.0 in the 7 days since: MAPE 20.00 %, MAE 2.000,"
                + " the 80 % intervals held 70.0 % (168 pairs)",
            "accuracy: champion 2.0.0 in the 7 days before: MAPE 20.00 %, MAE 2.000,"
                + " the 80 % intervals held 70.0 % (168 pairs)",
            "alias: alias champion moved from 2.0.0 to 1.0.0 by k2: holidays",
            "accuracy: champion 1.0.0 in the 7 days since: MAPE 10.00 %, MAE 1.000,"
                + " the 80 % intervals held 70.0 % (168 pairs)");
    assertThat(
            story.lines(MODEL, TimeSpan.ALWAYS, 100).stream()
                .filter(line -> line.topic().equals("accuracy"))
                .findFirst()
                .orElseThrow()
                .figures())
        .isEqualTo(Map.of("mape", 20.0, "mae", 2.0, "level", 0.8, "coverage", 0.7, "pairs", 168.0));
  }

  @Test
  void onlyTheTimeAsChampionCounts() {
    promote("", "3.0.0", BEGIN);
    promote("3.0.0", "2.0.0", BEGIN.plus(DAY.multipliedBy(2)));
    promote("2.0.0", "1.0.0", BEGIN.plus(DAY.multipliedBy(4)));
    clock.advance(Duration.ofDays(-25));

    assertThat(told(TimeSpan.ALWAYS))
        .as("what was replaced within days is told by what replaced it")
        .extracting(text -> text.substring(0, text.indexOf(": MAPE")))
        .containsExactly(
            "accuracy: champion 3.0.0 in the 2 days before",
            "accuracy: champion 2.0.0 in the 2 days before",
            "accuracy: champion 1.0.0 in the 1 day since");
    assertThat(
            told(
                TimeSpan.between(BEGIN.plus(DAY.multipliedBy(4)), BEGIN.plus(DAY.multipliedBy(5)))))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("accuracy: champion 2.0.0");
    assertThat(story.lines(MODEL, TimeSpan.ALWAYS, 1)).hasSize(1);
  }

  @Test
  void withoutTheRegistryTheRestIsToldAndTheGapNamed() {
    promote("", "3.0.0", BEGIN);
    registry.close();
    assertThat(told(TimeSpan.ALWAYS))
        .hasSize(2)
        .last()
        .isEqualTo("alias: the registry cannot be asked, so moves of aliases by hand are not told");
    assertThat(told(TimeSpan.between(BEGIN, BEGIN.plus(DAY)))).hasSize(1);
    assertThat(story.lines("unheard-of", TimeSpan.ALWAYS, 100)).isEmpty();
  }

  @Test
  void aModelThatTheRegistryDoesNotHaveHasNoMoves() {
    assertThat(story.lines("unheard-of", TimeSpan.ALWAYS, 100)).isEmpty();
  }
}
