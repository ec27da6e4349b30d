package dev.tidewatch.monitor.analytics;

import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.ReadingColumns;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** A catalogue and readings in memory. */
final class StoredReadings implements MeasuredSeries {
  private final Map<String, SeriesDescription> catalogue = new TreeMap<>();
  private final Map<String, NavigableMap<Long, Double>> readings = new TreeMap<>();

  void create(String series, String unit, Optional<Long> intervalMicros) {
    catalogue.put(series, new SeriesDescription(series, unit, intervalMicros));
    readings.put(series, new TreeMap<>());
  }

  void put(String series, long timeMicros, double value) {
    of(series).put(timeMicros, value);
  }

  private NavigableMap<Long, Double> of(String series) {
    return Optional.ofNullable(readings.get(series)).orElseThrow();
  }

  @Override
  public SeriesDescription describe(String series) {
    return Optional.ofNullable(catalogue.get(series))
        .orElseThrow(() -> new NotFound("SERIES_UNKNOWN", "there is no series " + series));
  }

  /** A device is what its series' names begin with. */
  @Override
  public List<SeriesDescription> ofDevice(String device) {
    return catalogue.values().stream()
        .filter(series -> series.name().startsWith(device + "/"))
        .toList();
  }

  @Override
  public void read(String series, long fromMicros, long toMicros, ReadingSink sink) {
    NavigableMap<Long, Double> all = of(series);
    Long first = all.lowerKey(fromMicros);
    Long last = all.ceilingKey(toMicros);
    all.subMap(
            first == null ? fromMicros : first, true, last == null ? toMicros : last, last != null)
        .forEach(sink::reading);
  }

  @Override
  public Optional<Long> medianDistanceMicros(String series, long fromMicros, long toMicros) {
    List<Long> times = List.copyOf(of(series).subMap(fromMicros, toMicros).keySet());
    return times.size() < 2 ? Optional.empty() : Optional.of(times.get(1) - times.get(0));
  }

  @Override
  public double[] means(String series, Grid grid, long firstIndex, int count) {
    var columns = ReadingColumns.builder();
    of(series).forEach(columns::add);
    return GridWindow.resample(grid, columns.build(), firstIndex, count).values();
  }
}
