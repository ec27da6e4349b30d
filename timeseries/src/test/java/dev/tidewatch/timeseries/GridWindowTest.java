package dev.tidewatch.timeseries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GridWindowTest {
  private static final double NAN = Double.NaN;
  private static final Grid MINUTES = Grid.ofStep(Duration.ofMinutes(1));

  private static long second(int second) {
    return second * Times.MICROS_PER_SECOND;
  }

  @ParameterizedTest
  @CsvSource({"MEAN, 20", "LAST, 10", "SUM, 60", "MAX, 30", "MIN, 10"})
  void aggregatesTheReadingsOfAnInterval(Aggregation aggregation, double expected) {
    var readings =
        ReadingColumns.of(
            new long[] {second(59), second(0), second(30), second(60)},
            new double[] {10, 20, 30, 99});
    var window = GridWindow.resample(MINUTES.withAggregation(aggregation), readings, 0, 3);
    assertThat(window.value(0)).isEqualTo(expected);
    assertThat(window.value(1)).isEqualTo(99);
    assertThat(window.isMissing(2)).isTrue();
    assertThat(window.missingCount()).isEqualTo(1);
  }

  @Test
  void lastOfEqualTimesIsTheOneGivenLast() {
    var readings = ReadingColumns.of(new long[] {second(5), second(5)}, new double[] {1, 2});
    assertThat(
            GridWindow.resample(MINUTES.withAggregation(Aggregation.LAST), readings, 0, 1).value(0))
        .isEqualTo(2);
  }

  @Test
  void readingsOutsideTheWindowAreLeftOut() {
    var readings =
        ReadingColumns.of(
            new long[] {second(-1), second(0), second(119), second(120)},
            new double[] {1, 2, 3, 4});
    assertThat(GridWindow.resample(MINUTES, readings, 0, 2).values()).containsExactly(2, 3);
    assertThat(GridWindow.resample(MINUTES, readings).values()).containsExactly(1, 2, 3, 4);
    assertThat(GridWindow.resample(MINUTES, ReadingColumns.empty()).size()).isZero();
  }

  @Test
  void aStrayReadingFarAwayIsAnErrorRatherThanAHugeWindow() {
    var readings =
        ReadingColumns.of(new long[] {0, 60 * 365 * Times.MICROS_PER_DAY}, new double[] {1, 2});
    assertThatThrownBy(() -> GridWindow.resample(MINUTES, readings))
        .hasMessageContaining("31536001 intervals of PT1M");
  }

  @Test
  void fillsPreviousButNeverTheStart() {
    double[] values = {NAN, 1, NAN, NAN, 4, NAN};
    Fill.PREVIOUS.apply(values, 0);
    assertThat(values).containsExactly(NAN, 1, 1, 1, 4, 4);
  }

  @Test
  void fillsLinesBetweenNeighboursOnly() {
    double[] values = {NAN, 1, NAN, NAN, 4, NAN};
    Fill.LINEAR.apply(values, 0);
    assertThat(values).containsExactly(NAN, 1, 2, 3, 4, NAN);
  }

  @Test
  void runsBeyondTheLimitStayMissingEntirely() {
    double[] values = {1, NAN, NAN, 4, NAN, 6};
    Fill.PREVIOUS.apply(values, 1);
    assertThat(values).containsExactly(1, NAN, NAN, 4, 4, 6);
    double[] untouched = {1, NAN};
    Fill.NONE.apply(untouched, 0);
    assertThat(untouched).containsExactly(1, NAN);
  }

  @Test
  void fillingAWindowLooksAtThatWindowAlone() {
    Grid grid = MINUTES.withFill(Fill.LINEAR, 0);
    var whole = GridWindow.of(grid, 7, new double[] {1, NAN, 3, NAN, 5});
    assertThat(whole.slice(0, 2).filled().values()).containsExactly(1, NAN);
    assertThat(whole.filled().values()).containsExactly(1, 2, 3, 4, 5);
    assertThat(whole.value(1)).as("the window itself stays as it was").isNaN();
    assertThat(whole.last(2).firstIndex()).isEqualTo(10);
    assertThat(whole.endIndex()).isEqualTo(12);
    assertThatThrownBy(() -> GridWindow.of(grid, 0, new double[] {Double.POSITIVE_INFINITY}))
        .hasMessageContaining("infinite");
  }

  @Test
  void rollingWindowEqualsResamplingForEveryAggregationZoneAndOrder() {
    Seeds.forEach(
        400,
        random -> {
          Grid grid = randomGrid(random);
          int capacity = random.nextInt(1, 60);
          var rolling = new RollingGridWindow(grid, capacity);
          var kept = ReadingColumns.builder();
          long time = random.nextLong(0, 60 * 365 * Times.MICROS_PER_DAY);
          int count = random.nextInt(1, 400);
          for (int i = 0; i < count; i++) {
            // Mostly forwards by up to two steps, sometimes back, sometimes far ahead.
            time +=
                switch (random.nextInt(12)) {
                  case 0 -> -random.nextLong(1, 3 * grid.stepMicros());
                  case 1 -> random.nextLong(1, 80 * grid.stepMicros());
                  default -> random.nextLong(0, 2 * grid.stepMicros());
                };
            double value = random.nextGaussian();
            if (rolling.add(time, value)) {
              kept.add(time, value);
            } else {
              assertThat(grid.indexAt(time)).isLessThan(rolling.endIndex() - capacity);
            }
          }
          long end = rolling.endIndex();
          var expected = GridWindow.resample(grid, kept.build(), end - capacity, capacity);
          assertThat(rolling.windowUntil(end, capacity)).isEqualTo(expected);
          assertThat(rolling.windowUntil(end + 2, capacity + 5).slice(3, capacity + 3).values())
              .isEqualTo(expected.values());
          assertThat(rolling.value(end - capacity - 1)).isNaN();
          assertThat(rolling.value(end)).isNaN();
        });
  }

  private static Grid randomGrid(RandomGenerator random) {
    List<Duration> steps =
        List.of(
            Duration.ofSeconds(10),
            Duration.ofMinutes(15),
            Duration.ofHours(1),
            Duration.ofDays(1));
    var zones = List.of("UTC", "Europe/Berlin", "Asia/Kolkata");
    return Grid.ofStep(pick(steps, random))
        .withZone(ZoneId.of(pick(zones, random)))
        .withAggregation(pick(List.of(Aggregation.values()), random));
  }

  private static <T> T pick(List<T> choices, RandomGenerator random) {
    return choices.get(random.nextInt(choices.size()));
  }

  @Test
  void rollingWindowKnowsBeforeItsFirstReading() {
    var rolling = new RollingGridWindow(MINUTES, 3);
    assertThat(rolling.isStarted()).isFalse();
    assertThat(rolling.value(0)).isNaN();
    assertThatThrownBy(rolling::endIndex).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> new RollingGridWindow(MINUTES, 0)).hasMessageContaining("capacity");
  }
}
