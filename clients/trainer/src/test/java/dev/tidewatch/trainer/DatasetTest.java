package dev.tidewatch.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.sdk.FeedPosition;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DatasetTest {
  private static final SeriesName LOAD = new SeriesName("site/load");
  private static final Grid HOURLY = Grid.ofStep(Duration.ofHours(1));
  private static final Instant MUCH_LATER = Instant.parse("2026-06-01T00:00:00Z");

  @Test
  void leavesOutAFirstIntervalThatTheReadingsDoNotBegin() {
    GridWindow window = onGrid(MUCH_LATER, "00:30", "01:00", "01:30", "02:00");
    assertThat(window.size()).isEqualTo(2);
    assertThat(window.firstIndex())
        .isEqualTo(HOURLY.indexAt(Times.toMicros(Instant.parse("2026-01-01T01:00:00Z"))));
    assertThat(window.value(0)).isEqualTo(1.5);
    assertThat(window.value(1)).isEqualTo(3);
  }

  @Test
  void leavesOutIntervalsWhoseValueIsNotKnownYet() {
    Instant now = Instant.parse("2026-01-01T02:30:00Z");
    GridWindow window = onGrid(now, "00:00", "01:00", "02:00", "02:20");
    assertThat(window.size()).isEqualTo(2);
  }

  @Test
  void keepsTheOnlyInterval() {
    GridWindow window = onGrid(MUCH_LATER, "00:30");
    assertThat(window.size()).isEqualTo(1);
  }

  /** Readings with values 0, 1, 2, … at these times of one day. */
  private static GridWindow onGrid(Instant now, String... times) {
    var readings = ReadingColumns.builder();
    for (int i = 0; i < times.length; i++) {
      readings.add(Times.toMicros(Instant.parse("2026-01-01T" + times[i] + ":00Z")), i);
    }
    var series = new TreeMap<SeriesName, ReadingColumns>();
    series.put(LOAD, readings.build());
    var dataset = new Dataset(series, new FeedPosition(1, 1));
    GridWindow window = dataset.onGrid(HOURLY, now).get(LOAD);
    if (window == null) {
      throw new AssertionError("no window");
    }
    return window;
  }
}
