package dev.tidewatch.monitor.truth;

import dev.tidewatch.monitor.FeedPosition;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.Times;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes the actuals of targets: reads the readings of their intervals and aggregates them by the
 * grid, just as training and serving do. Nothing is filled. Not thread-safe.
 */
final class ActualTaker {
  /** Targets of one query lie within this span, so that a backlog does not read years at once. */
  private static final long SPAN_MICROS_MAX = 2 * Times.MICROS_PER_DAY;

  /** As many series as one query may name; a query has no more series than targets. */
  private static final int TARGETS_PER_QUERY_MAX = 10_000;

  private final ReadingSource readings;

  ActualTaker(ReadingSource readings) {
    this.readings = readings;
  }

  /**
   * What was taken, and the oldest snapshot that was read; empty for no targets.
   *
   * @param snapshot commit up to which everything is in all values
   */
  record Taken(FeedPosition snapshot, List<TakenActual> actuals) {}

  Optional<Taken> take(List<Target> targets) {
    Optional<FeedPosition> snapshot = Optional.empty();
    var actuals = new ArrayList<TakenActual>(targets.size());
    for (List<Target> batch : bySpan(targets)) {
      FeedPosition read = takeBatch(batch, actuals);
      if (snapshot.isEmpty() || read.position() < snapshot.get().position()) {
        snapshot = Optional.of(read);
      }
    }
    return snapshot.map(position -> new Taken(position, actuals));
  }

  private static List<List<Target>> bySpan(List<Target> targets) {
    var sorted = new ArrayList<>(targets);
    sorted.sort(Comparator.comparingLong(Target::startMicros));
    var batches = new ArrayList<List<Target>>();
    var batch = new ArrayList<Target>();
    long spanStart = 0;
    for (Target target : sorted) {
      if (batch.size() == TARGETS_PER_QUERY_MAX
          || (!batch.isEmpty() && target.endMicros() - spanStart > SPAN_MICROS_MAX)) {
        batches.add(batch);
        batch = new ArrayList<>();
      }
      if (batch.isEmpty()) {
        spanStart = target.startMicros();
      }
      batch.add(target);
    }
    if (!batch.isEmpty()) {
      batches.add(batch);
    }
    return batches;
  }

  private FeedPosition takeBatch(List<Target> batch, List<TakenActual> into) {
    var bySeries = new HashMap<String, List<Target>>();
    var names = new LinkedHashSet<String>();
    long from = Long.MAX_VALUE;
    long to = Long.MIN_VALUE;
    for (Target target : batch) {
      bySeries.computeIfAbsent(target.series(), name -> new ArrayList<>()).add(target);
      names.add(target.series());
      from = Math.min(from, target.startMicros());
      to = Math.max(to, target.endMicros());
    }
    FeedPosition snapshot =
        readings.read(
            names,
            from,
            to,
            (series, columns) -> {
              List<Target> wanted = bySeries.remove(series);
              if (wanted != null) {
                aggregate(wanted, columns, into);
              }
            });
    bySeries.values().forEach(rest -> rest.forEach(t -> into.add(new TakenActual(t, Double.NaN))));
    return snapshot;
  }

  private static void aggregate(
      List<Target> wanted, ReadingColumns columns, List<TakenActual> into) {
    Map<Grid, List<Target>> byGrid = new HashMap<>();
    wanted.forEach(t -> byGrid.computeIfAbsent(t.grid(), grid -> new ArrayList<>()).add(t));
    byGrid.forEach((grid, targets) -> {
      long first = targets.stream().mapToLong(Target::index).min().orElseThrow();
      long last = targets.stream().mapToLong(Target::index).max().orElseThrow();
      var window = GridWindow.resample(grid, columns, first, Math.toIntExact(last - first + 1));
      for (Target target : targets) {
        double value = window.value((int) (target.index() - first));
        // A sum that overflows is no value that anything could be compared with.
        into.add(new TakenActual(target, Double.isFinite(value) ? value : Double.NaN));
      }
    });
  }
}
