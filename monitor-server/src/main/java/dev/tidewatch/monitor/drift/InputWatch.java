package dev.tidewatch.monitor.drift;

import dev.tidewatch.monitor.drift.DriftStore.Due;
import dev.tidewatch.monitor.drift.DriftStore.Predicted;
import dev.tidewatch.monitor.drift.InputComparison.Window;
import dev.tidewatch.monitor.truth.ReadingSource;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.Times;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compares what comes in with the references, each again after an interval of domain time. Whoever
 * takes a reference moves its next time on before it compares, so that of several replicas one does
 * it; a comparison that a crash cuts off is made at the next time.
 */
final class InputWatch {
  private static final int REFERENCES_PER_TURN = 20;
  private static final int SERIES_PER_REFERENCE_MAX = 10_000;
  private static final int SERIES_PER_READ = 50;
  private static final int UNPACKED_MAX = 100;
  private static final long WINDOW_INTERVALS_MAX = 200_000;
  private static final long WINDOW_MICROS_MAX = 28 * 86_400 * Times.MICROS_PER_SECOND;

  private final DriftStore store;
  private final ReadingSource readings;
  private final InstantSource clock;
  private final DriftConfig config;
  private final Map<Integer, Unpacked> unpacked =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Unpacked> eldest) {
          return size() > UNPACKED_MAX;
        }
      };

  /** A reference never changes, so it is unpacked once. */
  private record Unpacked(Grid grid, List<ReferenceInput> inputs) {}

  /** A span of grid intervals. */
  private record Span(long firstIndex, int count) {}

  InputWatch(DriftStore store, ReadingSource readings, InstantSource clock, DriftConfig config) {
    this.store = store;
    this.readings = readings;
    this.clock = clock;
    this.config = config;
  }

  /** Makes the comparisons that are due. */
  void turn() {
    Instant now = clock.instant();
    List<Due> due = store.takeDue(now, now.plus(config.interval()), REFERENCES_PER_TURN);
    RuntimeException failed = null;
    for (Due each : due) {
      try {
        compare(each, now);
      } catch (RuntimeException e) {
        failed = e; // the others are not held up by it
      }
    }
    if (failed != null) {
      throw failed;
    }
  }

  private void compare(Due due, Instant now) {
    Optional<Unpacked> reference = unpacked(due.referenceId());
    if (reference.isEmpty()) {
      return;
    }
    Grid grid = reference.get().grid();
    Span span = span(grid, now);
    Instant from = Times.toInstant(grid.startMicros(span.firstIndex()));
    List<String> series = store.watched(due, from, SERIES_PER_REFERENCE_MAX);
    for (int at = 0; at < series.size(); at += SERIES_PER_READ) {
      compare(
          due,
          reference.get(),
          series.subList(at, Math.min(series.size(), at + SERIES_PER_READ)),
          span,
          now);
    }
  }

  private void compare(Due due, Unpacked reference, List<String> series, Span span, Instant now) {
    Grid grid = reference.grid();
    Set<String> sources = new LinkedHashSet<>();
    for (String name : series) {
      reference.inputs().forEach(input -> sources.add(source(input, name)));
    }
    Map<String, ReadingColumns> columns = new HashMap<>();
    readings.read(
        sources,
        grid.startMicros(span.firstIndex()),
        grid.startMicros(span.firstIndex() + span.count()),
        columns::put);
    Map<String, Window> windows = new HashMap<>();
    for (String name : sources) {
      ReadingColumns read = columns.getOrDefault(name, ReadingColumns.builder().build());
      windows.put(name, window(GridWindow.resample(grid, read, span.firstIndex(), span.count())));
    }
    var verdicts = new ArrayList<DriftVerdict>();
    for (String name : series) {
      var comparison = new InputComparison(due.version(), name, config.samplesMin(), now);
      for (ReferenceInput input : reference.inputs()) {
        Window window = windows.get(source(input, name));
        if (window != null) {
          verdicts.addAll(comparison.input(input, window, grid.zone()));
        }
      }
      target(reference)
          .flatMap(target ->
              predicted(due, name, grid, span)
                  .map(window -> comparison.prediction(target, window, grid.zone())))
          .ifPresent(verdicts::addAll);
    }
    store.record(verdicts);
  }

  private static String source(ReferenceInput input, String series) {
    return input.source().isEmpty() ? series : input.source();
  }

  /** The input that is read from the predicted series itself. */
  private static Optional<ReferenceInput> target(Unpacked reference) {
    return reference.inputs().stream().filter(input -> input.source().isEmpty()).findFirst();
  }

  private Optional<Window> predicted(Due due, String series, Grid grid, Span span) {
    Instant from = Times.toInstant(grid.startMicros(span.firstIndex()));
    long endMicros = grid.startMicros(span.firstIndex() + span.count());
    List<Predicted> predicted =
        store.predicted(due.version(), series, from, Times.toInstant(endMicros));
    if (predicted.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Window(
            predicted.stream().mapToLong(Predicted::targetMicros).toArray(),
            predicted.stream().mapToDouble(Predicted::mean).toArray(),
            endMicros));
  }

  private static Window window(GridWindow window) {
    var starts = new long[window.size()];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = window.startMicros(i);
    }
    return new Window(starts, window.values(), window.grid().startMicros(window.endIndex()));
  }

  /** The newest intervals whose values are known: the window, or as many as make a verdict. */
  private Span span(Grid grid, Instant now) {
    long wanted =
        Math.max(
            config.window().toSeconds() * Times.MICROS_PER_SECOND / grid.stepMicros(),
            config.samplesMin() + config.samplesMin() / 10L);
    long possible = Math.max(1, WINDOW_MICROS_MAX / grid.stepMicros());
    int count = (int) Math.clamp(wanted, 1, Math.min(possible, WINDOW_INTERVALS_MAX));
    long end = grid.newestKnownIndex(Times.floorToMicros(now)) + 1;
    return new Span(end - count, count);
  }

  private Optional<Unpacked> unpacked(int referenceId) {
    Unpacked known = unpacked.get(referenceId);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<Unpacked> read =
        store
            .reference(referenceId)
            .map(reference -> new Unpacked(reference.grid(), ReferenceInput.of(reference)));
    read.ifPresent(one -> unpacked.put(referenceId, one));
    return read;
  }
}
