package dev.tidewatch.inference.history;

import dev.tidewatch.inference.feed.DroppedReadings;
import dev.tidewatch.inference.feed.FeedEvent;
import dev.tidewatch.inference.feed.FeedPosition;
import dev.tidewatch.inference.feed.FeedSection;
import dev.tidewatch.inference.feed.SeriesReadings;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Readings of the series that were asked for, in memory and kept by the feed: what a query told as
 * of its position, and every later block, so that a window is exact at the position that it names.
 * Bounded in bytes; the longest unasked goes first. While the feed is not heard, it answers
 * nothing.
 *
 * <p>Thread-safe; one thread calls {@link #apply}, {@link #pause} and {@link #reset}.
 */
public final class WindowMemory {
  /** Longer than a few heartbeats: what is silent for so long may have more to tell. */
  private static final long SILENCE_NANOS_MAX = Duration.ofSeconds(2).toNanos();

  /** Past every reading that ingest takes. */
  private static final long END_MICROS = Times.toMicros(Instant.parse("2200-01-01T00:00:00Z"));

  private static final double KEPT_WHEN_FULL = 0.9;
  private static final int LOADS_BEFORE_EVICTION = 64;
  private static final int LOADING_LOCKS = 256;

  private final HistorySource source;
  private final long bytesMax;
  private final Map<String, KeptSeries> kept = new ConcurrentHashMap<>();
  private final Object[] loading = new Object[LOADING_LOCKS];
  private final AtomicInteger loads = new AtomicInteger();
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  /** Followed up to here; null: the feed is not followed. */
  private volatile @Nullable FeedPosition through;

  private volatile long heardNanos;

  /**
   * @param bytesMax of all series together, as estimated; 0 keeps nothing
   */
  public WindowMemory(HistorySource source, long bytesMax) {
    this.source = source;
    this.bytesMax = bytesMax;
    Arrays.setAll(loading, i -> new Object());
  }

  /** True if it would keep anything. */
  public boolean isUsed() {
    return bytesMax > 0;
  }

  /** Takes up the next event of the feed. */
  void apply(FeedEvent event) {
    FeedPosition before = through;
    if (before != null && before.epoch() != event.through().epoch() && before.position() > 0) {
      kept.clear(); // another life of ingest's database
    }
    for (FeedSection section : event.sections()) {
      apply(event.through().position(), section);
    }
    if (event.sections().isEmpty()) {
      evict();
    }
    heardNanos = System.nanoTime();
    through = event.through();
  }

  /** A series changes as a whole: no window ever sees a part of a commit. */
  private void apply(long position, FeedSection section) {
    var changes = new HashMap<String, KeptSeries.Change>();
    for (DroppedReadings dropped : section.dropped()) {
      if (kept.containsKey(dropped.series())) {
        changeOf(dropped.series(), position, changes).dropped().add(dropped);
      }
    }
    for (SeriesReadings readings : section.readings()) {
      if (kept.containsKey(readings.series())) {
        changeOf(readings.series(), position, changes).readings().add(readings);
      }
    }
    changes.forEach((name, change) -> {
      KeptSeries series = kept.get(name);
      if (series != null) {
        series.apply(change);
        if (series.isGone()) {
          kept.remove(name, series);
        }
      }
    });
  }

  private static KeptSeries.Change changeOf(
      String series, long position, Map<String, KeptSeries.Change> changes) {
    return changes.computeIfAbsent(series, name -> KeptSeries.Change.at(position));
  }

  /** The feed is not heard any more; it will go on where it was. */
  void pause() {
    heardNanos = System.nanoTime() - 2 * SILENCE_NANOS_MAX;
  }

  /** The feed goes on from elsewhere: what is kept says nothing any more. */
  void reset() {
    through = null;
    kept.clear();
  }

  /** Where the feed is to go on; null: at its newest commit. */
  @Nullable FeedPosition through() {
    return through;
  }

  private @Nullable FeedPosition liveThrough() {
    FeedPosition place = through;
    return place != null && System.nanoTime() - heardNanos < SILENCE_NANOS_MAX ? place : null;
  }

  /**
   * A window as the feed has it, loaded if it is not here; null if the feed is not heard or does
   * not keep up with {@code minPosition}, or the series is too large.
   *
   * @throws dev.tidewatch.serverkit.errors.ServiceException as {@link HistorySource#read}
   */
  @Nullable HistoryWindow window(
      String series, Grid grid, long firstIndex, int count, @Nullable FeedPosition minPosition) {
    FeedPosition place = liveThrough();
    if (place == null || bytesMax == 0) {
      return null;
    }
    KeptSeries known = kept.get(series);
    HistoryWindow window = known == null ? null : known.window(place, grid, firstIndex, count);
    if (window != null && (minPosition == null || window.position().includes(minPosition))) {
      hits.increment();
      return window;
    }
    misses.increment();
    synchronized (loading[Math.floorMod(series.hashCode(), loading.length)]) {
      KeptSeries now = kept.get(series);
      FeedPosition newPlace = liveThrough();
      if (now != known && now != null && newPlace != null) {
        window = now.window(newPlace, grid, firstIndex, count); // another request loaded it
        if (window != null && (minPosition == null || window.position().includes(minPosition))) {
          return window;
        }
      }
      return load(series, grid, firstIndex, count, now);
    }
  }

  /** One at a time for a series. */
  private @Nullable HistoryWindow load(
      String series, Grid grid, long firstIndex, int count, @Nullable KeptSeries known) {
    long fromMicros = grid.startMicros(firstIndex);
    if (known != null) {
      fromMicros = Math.min(fromMicros, known.fromMicros());
    }
    var fresh = new KeptSeries();
    // Known to the feed's thread before the query begins: what it does not hand over was committed
    // before, and is in the query.
    kept.put(series, fresh);
    boolean isKept = false;
    try {
      History history = source.read(series, fromMicros, END_MICROS, null);
      FeedPosition place = liveThrough();
      if (place == null
          || place.epoch() != history.position().epoch()
          || 16L * history.readings().size() > bytesMax / 2
          || !fresh.load(fromMicros, history.readings(), history.position())) {
        return null;
      }
      isKept = true;
      if (kept.get(series) != fresh) { // dropped by the feed meanwhile, and not followed since
        return null;
      }
      if (loads.incrementAndGet() % LOADS_BEFORE_EVICTION == 0) {
        evict();
      }
      return fresh.window(place, grid, firstIndex, count);
    } finally {
      if (!isKept) {
        kept.remove(series, fresh);
      }
    }
  }

  /**
   * Time of the newest kept reading before a time; empty if none is known, which says nothing of
   * what ingest has.
   */
  OptionalLong newestBefore(String series, long timeMicros) {
    KeptSeries known = liveThrough() == null ? null : kept.get(series);
    return known == null ? OptionalLong.empty() : known.newestBefore(timeMicros);
  }

  private void evict() {
    long bytes = bytes();
    if (bytes <= bytesMax) {
      return;
    }
    List<Map.Entry<String, KeptSeries>> oldestFirst =
        kept.entrySet().stream()
            .filter(entry -> entry.getValue().isLoaded())
            .sorted(Comparator.comparingLong(entry -> entry.getValue().askedNanos()))
            .toList();
    for (Map.Entry<String, KeptSeries> entry : oldestFirst) {
      if (bytes <= bytesMax * KEPT_WHEN_FULL) {
        return;
      }
      if (kept.remove(entry.getKey(), entry.getValue())) {
        bytes -= entry.getValue().bytes();
      }
    }
  }

  /** Estimated, of all series. */
  public long bytes() {
    return kept.values().stream().mapToLong(KeptSeries::bytes).sum();
  }

  public int series() {
    return kept.size();
  }

  /** Windows that were answered from memory, since the start. */
  public long hits() {
    return hits.sum();
  }

  /** Windows that were not, since the start. */
  public long misses() {
    return misses.sum();
  }
}
