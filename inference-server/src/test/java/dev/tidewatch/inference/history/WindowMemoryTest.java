package dev.tidewatch.inference.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.inference.feed.DroppedReadings;
import dev.tidewatch.inference.feed.FeedEvent;
import dev.tidewatch.inference.feed.FeedPosition;
import dev.tidewatch.inference.feed.FeedSection;
import dev.tidewatch.inference.feed.SeriesReadings;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.ReadingColumns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WindowMemoryTest {
  private static final Grid GRID = Grid.ofStep(Duration.ofMinutes(1));
  private static final long EPOCH = 3;
  private static final int SERIES = 4;

  /** Commits, and the state after each: what ingest would answer as of any position. */
  private static final class Store implements HistorySource {
    private final List<FeedSection> commits = new ArrayList<>();
    private final AtomicInteger reads = new AtomicInteger();

    synchronized void commit(FeedSection section) {
      commits.add(section);
    }

    synchronized int head() {
      return commits.size();
    }

    synchronized FeedEvent event(int position) {
      return new FeedEvent(
          new FeedPosition(EPOCH, position),
          new FeedPosition(EPOCH, head()),
          List.of(commits.get(position - 1)));
    }

    synchronized NavigableMap<Long, Double> state(String series, long position) {
      var state = new TreeMap<Long, Double>();
      for (FeedSection section : commits.subList(0, (int) position)) {
        for (DroppedReadings dropped : section.dropped()) {
          if (dropped.series().equals(series)) {
            state.subMap(dropped.fromMicros(), dropped.toMicros()).clear();
          }
        }
        for (SeriesReadings readings : section.readings()) {
          if (readings.series().equals(series)) {
            for (int row = 0; row < readings.readings().size(); row++) {
              state.put(readings.readings().timeMicros(row), readings.readings().value(row));
            }
          }
        }
      }
      return state;
    }

    @Override
    public History read(String series, long fromMicros, long toMicros, @Nullable AsOf asOf) {
      reads.incrementAndGet();
      int position = head();
      LockSupport.parkNanos(50_000); // the snapshot is taken before the answer arrives
      return new History(
          columns(state(series, position).subMap(fromMicros, toMicros)),
          new FeedPosition(EPOCH, position));
    }

    @Override
    public OptionalLong newestTimeMicros(String series, long atMicros) {
      Long newest = state(series, head()).floorKey(atMicros);
      return newest == null ? OptionalLong.empty() : OptionalLong.of(newest);
    }
  }

  private static ReadingColumns columns(Map<Long, Double> readings) {
    var columns = ReadingColumns.builder(readings.size());
    readings.forEach(columns::add);
    return columns.build();
  }

  @Test
  void everyWindowIsExactlyTheStateAtItsPosition() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new SplittableRandom(seed);
    var store = new Store();
    var memory = new WindowMemory(store, 1 << 20);
    var stopped = new AtomicBoolean();
    var failure = new AtomicReference<@Nullable Throwable>();
    memory.apply(heartbeat(0));
    Thread feed = Thread.ofPlatform().start(() -> follow(store, memory, stopped));
    var readers = new ArrayList<Thread>();
    for (int i = 0; i < 3; i++) {
      SplittableRandom own = random.split();
      readers.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  while (!stopped.get()) {
                    check(store, memory, own);
                  }
                } catch (Throwable e) {
                  failure.set(e);
                }
              }));
    }
    for (int commit = 0; commit < 1_500 && failure.get() == null; commit++) {
      store.commit(randomCommit(random, commit));
      Thread.sleep(Duration.ofNanos(random.nextInt(400_000)));
    }
    stopped.set(true);
    feed.join();
    for (Thread reader : readers) {
      reader.join();
    }
    assertThat(failure.get()).isNull();
    assertThat(memory.hits()).as("windows from memory").isGreaterThan(memory.misses());
  }

  private static void follow(Store store, WindowMemory memory, AtomicBoolean stopped) {
    int told = 0;
    while (!stopped.get()) {
      if (told < store.head()) {
        told++;
        memory.apply(store.event(told));
      } else {
        memory.apply(heartbeat(told));
        LockSupport.parkNanos(10_000);
      }
    }
  }

  private static FeedEvent heartbeat(long position) {
    var place = new FeedPosition(EPOCH, position);
    return new FeedEvent(place, place, List.of());
  }

  private static FeedSection randomCommit(SplittableRandom random, int commit) {
    String series = "s/" + random.nextInt(SERIES);
    var dropped = new ArrayList<DroppedReadings>();
    if (random.nextInt(20) == 0) {
      dropped.add(new DroppedReadings(series, Long.MIN_VALUE, Long.MAX_VALUE));
    } else if (random.nextInt(5) == 0) {
      long from = minutes(random.nextInt(commit + 1));
      dropped.add(new DroppedReadings(series, from, from + minutes(random.nextInt(20))));
    }
    var readings = new TreeMap<Long, Double>();
    for (int i = random.nextInt(30); i > 0; i--) {
      int at = random.nextInt(3) == 0 ? random.nextInt(commit + 1) : commit + random.nextInt(3);
      readings.put(minutes(at) + random.nextInt(60_000_000), random.nextDouble());
    }
    return new FeedSection(
        0,
        Map.of(),
        dropped,
        readings.isEmpty()
            ? List.of()
            : List.of(new SeriesReadings(series, random.nextBoolean(), columns(readings), "")));
  }

  private static long minutes(long count) {
    return count * 60_000_000L;
  }

  private static void check(Store store, WindowMemory memory, SplittableRandom random) {
    String series = "s/" + random.nextInt(SERIES);
    int count = 1 + random.nextInt(60);
    int newest = Math.max(count, store.head() - random.nextInt(30));
    @Nullable FeedPosition least =
        random.nextInt(10) == 0 ? new FeedPosition(EPOCH, store.head()) : null;
    HistoryWindow window = memory.window(series, GRID, newest - count, count, least);
    if (window == null) {
      return; // dropped while it was loaded
    }
    NavigableMap<Long, Double> state = store.state(series, window.position().position());
    assertThat(window.window())
        .as("%s at %s", series, window.position())
        .isEqualTo(GridWindow.resample(GRID, columns(state), newest - count, count));
    Long last = state.lowerKey(GRID.startMicros(newest));
    assertThat(window.lastReadingMicros())
        .isEqualTo(
            last == null || last < GRID.startMicros(newest - count)
                ? OptionalLong.empty()
                : OptionalLong.of(last));
    if (least != null) {
      assertThat(window.position().includes(least)).isTrue();
    }
  }

  @Test
  void aCommitThatDeletesAndStoresIsSeenAsAWhole() throws Exception {
    FeedSection stored = readings("s/0", 0, 6);
    var replaced =
        new FeedSection(
            0, Map.of(), List.of(new DroppedReadings("s/0", 0, minutes(6))), stored.readings());
    var store = new Store();
    store.commit(stored);
    var memory = new WindowMemory(store, 1 << 20);
    memory.apply(heartbeat(1));
    assertThat(memory.window("s/0", GRID, 0, 6, null)).isNotNull();
    var stopped = new AtomicBoolean();
    Thread feed =
        Thread.ofPlatform()
            .start(() -> {
              for (long position = 2; !stopped.get(); position++) {
                var place = new FeedPosition(EPOCH, position);
                memory.apply(new FeedEvent(place, place, List.of(replaced)));
              }
            });
    try {
      for (int i = 0; i < 50_000; i++) {
        HistoryWindow window =
            Objects.requireNonNull(memory.window("s/0", GRID, 0, 6, null), "a kept window");
        if (window.window().missingCount() > 0) {
          assertThat(window.window().missingCount())
              .as("missing at %s", window.position())
              .isZero();
        }
      }
    } finally {
      stopped.set(true);
      feed.join();
    }
    assertThat(store.reads.get()).isEqualTo(1);
  }

  @Test
  void aSilentFeedAnswersNothingAndAnotherLifeForgetsAll() {
    var store = new Store();
    store.commit(readings("s/0", minutes(1), 1));
    var memory = new WindowMemory(store, 1 << 20);
    assertThat(memory.window("s/0", GRID, 0, 5, null)).isNull();
    memory.apply(heartbeat(1));
    assertThat(memory.window("s/0", GRID, 0, 5, null)).isNotNull();
    memory.pause();
    assertThat(memory.window("s/0", GRID, 0, 5, null)).isNull();
    memory.apply(heartbeat(1));
    assertThat(memory.window("s/0", GRID, 0, 5, null)).isNotNull();
    assertThat(store.reads.get()).isEqualTo(1);
    var elsewhere = new FeedPosition(EPOCH + 1, 1);
    memory.apply(new FeedEvent(elsewhere, elsewhere, List.of()));
    assertThat(memory.series()).isZero();
  }

  @Test
  void theLongestUnaskedGoesWhenTheBytesAreSpent() {
    var store = new Store();
    for (int series = 0; series < 300; series++) {
      store.commit(readings("many/" + series, 0, 100));
    }
    var memory = new WindowMemory(store, 200_000);
    memory.apply(heartbeat(300));
    for (int series = 0; series < 300; series++) {
      assertThat(memory.window("many/" + series, GRID, 0, 100, null)).isNotNull();
    }
    memory.apply(heartbeat(300));
    assertThat(memory.bytes()).isLessThanOrEqualTo(200_000);
    int before = store.reads.get();
    assertThat(memory.window("many/299", GRID, 0, 100, null)).isNotNull();
    assertThat(store.reads.get()).as("the newest is there").isEqualTo(before);
    assertThat(memory.window("many/0", GRID, 0, 100, null)).isNotNull();
    assertThat(store.reads.get()).as("the oldest was let go").isEqualTo(before + 1);
  }

  @Test
  void whatGrowsWithoutBeingAskedForIsLetGo() {
    var store = new Store();
    store.commit(readings("s/0", 0, 100));
    var memory = new WindowMemory(store, 1 << 20);
    memory.apply(heartbeat(1));
    assertThat(memory.window("s/0", GRID, 0, 100, null)).isNotNull();
    for (int i = 0; i < 500; i++) {
      store.commit(readings("s/0", minutes(100 + i), 1));
      memory.apply(store.event(2 + i));
    }
    assertThat(memory.series()).isZero();
  }

  private static FeedSection readings(String series, long fromMicros, int count) {
    var columns = ReadingColumns.builder(count);
    for (int i = 0; i < count; i++) {
      columns.add(fromMicros + minutes(i), i);
    }
    return new FeedSection(
        0, Map.of(), List.of(), List.of(new SeriesReadings(series, false, columns.build(), "")));
  }
}
