package dev.tidewatch.timeseries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReadingColumnsTest {
  @Test
  void doesNotShareArraysWithItsMaker() {
    long[] times = {1, 2};
    double[] values = {10, 20};
    var columns = ReadingColumns.of(times, values);
    times[0] = 9;
    values[0] = 9;
    columns.values()[1] = 9;
    assertThat(columns.reading(0)).isEqualTo(new Reading(1, 10));
    assertThat(columns.value(1)).isEqualTo(20);
  }

  @Test
  void refusesUnequalLengthsAndValuesThatAreNotFinite() {
    assertThatThrownBy(() -> ReadingColumns.of(new long[2], new double[1]))
        .hasMessageContaining("2 times but 1 values");
    assertThatThrownBy(() -> ReadingColumns.of(new long[2], new double[] {0, Double.NaN}))
        .hasMessageContaining("row 1");
    assertThatThrownBy(() -> ReadingColumns.builder().add(0, Double.NEGATIVE_INFINITY))
        .hasMessageContaining("row 0");
    assertThatThrownBy(() -> new Reading(0, Double.NaN)).hasMessageContaining("not finite");
  }

  @Test
  void sortsByTimeAndKeepsTheLastOfEqualTimes() {
    var columns = ReadingColumns.of(new long[] {5, 1, 5, 3}, new double[] {50, 10, 51, 30});
    assertThat(columns.isInTimeOrder()).isFalse();
    assertThat(columns.inTimeOrder())
        .isEqualTo(ReadingColumns.of(new long[] {1, 3, 5}, new double[] {10, 30, 51}));
    assertThat(columns.inTimeOrder().isInTimeOrder()).isTrue();
  }

  @Test
  void builderGrowsAndSlicesCut() {
    var builder = ReadingColumns.builder(1);
    for (int i = 0; i < 100; i++) {
      builder.add(i, 2.0 * i);
    }
    ReadingColumns columns = builder.build();
    assertThat(columns.size()).isEqualTo(100);
    assertThat(columns.slice(40, 42))
        .isEqualTo(ReadingColumns.of(new long[] {40, 41}, new double[] {80, 82}));
    assertThat(ReadingColumns.empty().isEmpty()).isTrue();
  }

  @Test
  void fingerprintSeesNamesTimesAndValuesButNotTheOrderOfArrival() {
    var one = new TreeMap<SeriesName, ReadingColumns>();
    one.put(new SeriesName("a"), ReadingColumns.of(new long[] {1, 2}, new double[] {3, 4}));
    String fingerprint = Fingerprint.of(one);
    assertThat(fingerprint).matches("[0-9a-f]{64}");
    one.put(new SeriesName("a"), ReadingColumns.of(new long[] {2, 1}, new double[] {4, 3}));
    assertThat(Fingerprint.of(one)).isEqualTo(fingerprint);
    one.put(new SeriesName("a"), ReadingColumns.of(new long[] {1, 2}, new double[] {3, 4.5}));
    assertThat(Fingerprint.of(one)).isNotEqualTo(fingerprint);
    var other = new TreeMap<SeriesName, ReadingColumns>();
    other.put(new SeriesName("b"), ReadingColumns.of(new long[] {1, 2}, new double[] {3, 4}));
    assertThat(Fingerprint.of(other)).isNotEqualTo(fingerprint);
  }
}
