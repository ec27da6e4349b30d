package dev.tidewatch.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.proto.registry.v1.RunStatus;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchTrainerTest {
  private static final int COUNT = 120;
  private static final Grid HOURS = Grid.ofStep(Duration.ofHours(1));
  private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");

  private final FakePlatform platform = new FakePlatform();
  private final Trainer trainer =
      new Trainer(
          platform.client(), ModelFamilies.core(), () -> START.plus(Duration.ofDays(20)), "9.9.9");
  private final List<String> published = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void close() {
    platform.close();
  }

  private static SeriesName name(int number) {
    return new SeriesName("site%d/load%03d".formatted(number % 3, number));
  }

  private List<SeriesName> fill(int count) {
    for (int number = 0; number < count; number++) {
      var columns = ReadingColumns.builder();
      for (int hour = 0; hour < (number == 7 ? 3 : 240); hour++) {
        columns.add(
            Times.toMicros(START) + hour * Times.MICROS_PER_HOUR, number + hour % 24 + hour % 5);
      }
      platform.readings.put(name(number).value(), columns.build());
    }
    return IntStream.range(0, count).mapToObj(BatchTrainerTest::name).sorted().toList();
  }

  private BatchSummary train(
      Iterator<List<SeriesName>> groups, int concurrency, Consumer<BatchOutcome> listener) {
    return new BatchTrainer(trainer, concurrency, false)
        .train(
            groups,
            group ->
                TrainingPlan.of(
                    group.getFirst().value().replace('/', '.'), "seasonal-naive", group, HOURS, 12),
            (report, group) -> published.add(report.model()),
            listener);
  }

  @Test
  void everySeriesGetsItsModelAndWhatIsTooShortIsCounted() {
    List<SeriesName> names = fill(COUNT);
    var taken = new AtomicInteger();
    var done = new AtomicInteger();
    var aheadMax = new AtomicInteger();
    Iterator<SeriesName> watched =
        names.stream()
            .peek(
                name -> aheadMax.accumulateAndGet(taken.incrementAndGet() - done.get(), Math::max))
            .iterator();
    BatchSummary summary =
        train(SeriesGroups.single(watched), 4, outcome -> done.incrementAndGet());
    assertThat(summary.trained()).isEqualTo(COUNT - 1);
    assertThat(summary.tooShort()).isEqualTo(1);
    assertThat(summary.failed()).isZero();
    assertThat(summary.models()).isEqualTo(COUNT).isEqualTo(done.get());
    assertThat(summary.readings()).isEqualTo(240L * (COUNT - 1));
    assertThat(summary.failures()).singleElement().asString().startsWith("site1/load007: ");
    assertThat(summary.quantiles("mase")).containsOnlyKeys("mase.p50", "mase.p90");
    assertThat(aheadMax.get()).as("series taken before they are needed").isLessThan(20);
    assertThat(new HashSet<>(published)).hasSize(COUNT - 1);
    assertThat(platform.versions).hasSize(COUNT - 1);

    BatchSummary second = train(SeriesGroups.single(names.iterator()), 3, outcome -> {});
    assertThat(second.trained()).isZero();
    assertThat(second.present()).isEqualTo(COUNT - 1);
    assertThat(platform.versions).hasSize(COUNT - 1);
  }

  @Test
  void aJobThatWasEndedGoesOnWhereItWas() {
    List<SeriesName> names = fill(40);
    var done = new AtomicInteger();
    assertThatThrownBy(() ->
            train(
                SeriesGroups.single(names.iterator()),
                2,
                outcome -> {
                  if (done.incrementAndGet() == 10) {
                    throw new CancellationException("enough");
                  }
                }))
        .isInstanceOf(CancellationException.class);
    int before = platform.versions.size();
    assertThat(before).isBetween(9, 15);
    assertThat(platform.finished)
        .hasSameSizeAs(platform.runs)
        .allSatisfy(end ->
            assertThat(end.getStatus())
                .isIn(
                    RunStatus.RUN_STATUS_SUCCEEDED,
                    RunStatus.RUN_STATUS_CANCELLED,
                    RunStatus.RUN_STATUS_FAILED));
    BatchSummary rest = train(SeriesGroups.single(names.iterator()), 2, outcome -> {});
    assertThat(rest.present()).isEqualTo(before);
    assertThat(platform.versions).hasSize(39);
  }

  @Test
  void anInterruptEndsAllAndLeavesNoRunOpen() {
    List<SeriesName> names = fill(40);
    Thread caller = Thread.currentThread();
    assertThatThrownBy(
            () -> train(SeriesGroups.single(names.iterator()), 3, outcome -> caller.interrupt()))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
    assertThat(platform.versions).hasSizeLessThan(40);
    assertThat(platform.finished).hasSameSizeAs(platform.runs);
  }

  @Test
  void aGroupSharesOneModel() {
    List<SeriesName> names = fill(30);
    BatchSummary summary = train(SeriesGroups.byPrefix(names.iterator(), 1, 8), 2, outcome -> {});
    assertThat(summary.trained()).isEqualTo(6);
    assertThat(platform.versions.stream().mapToInt(v -> v.getLineage().getTrainingCount()))
        .containsExactlyInAnyOrder(8, 2, 8, 2, 8, 2);
    assertThat(SeriesGroups.key(new SeriesName("a/b/c"), 0)).isEmpty();
    assertThat(SeriesGroups.key(new SeriesName("a/b/c"), 2)).isEqualTo("a/b");
    assertThat(SeriesGroups.key(new SeriesName("a/b/c"), 9)).isEqualTo("a/b/c");
  }

  @Test
  void serversThatStayAwayEndTheJob() {
    List<SeriesName> names = fill(40);
    platform.close();
    var ended = new AtomicInteger();
    assertThatThrownBy(() ->
            train(SeriesGroups.single(names.iterator()), 2, outcome -> ended.incrementAndGet()))
        .hasMessageContaining("UNAVAILABLE");
    assertThat(ended.get()).isLessThan(10);
  }
}
