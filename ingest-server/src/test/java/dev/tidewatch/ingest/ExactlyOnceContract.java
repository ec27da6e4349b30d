package dev.tidewatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.proto.ingest.v1.GetFeedStatusRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsResponse;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.proto.ingest.v1.SubscribeRequest;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.testing.TestDatabase;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Several writers send at once, each to series of its own and to one that all share, in order and
 * out of order, break off and resume; in the end the table holds what sequential writing would
 * make, and the feed tells the same story.
 */
abstract class ExactlyOnceContract {
  /** A fresh, migrated database. */
  abstract TestDatabase database();

  private static final int WRITERS = 4;
  private static final int BATCHES = 40;

  @Test
  void concurrentStreamsThatBreakAndResumeStoreEverythingOnce() throws Exception {
    long seed = Long.getLong("tidewatch.seed", 20_260_301L);
    System.out.println("ExactlyOnceContract seed " + seed);
    try (var ingest = RunningIngest.start(database(), Map.of(), Telemetry.disabled());
        var executor = Executors.newFixedThreadPool(WRITERS)) {
      var sources = new ArrayList<Source>();
      var running = new ArrayList<Future<?>>();
      for (int i = 0; i < WRITERS; i++) {
        var source = new Source("w" + i, new SplittableRandom(seed + i));
        sources.add(source);
        running.add(executor.submit(source.over(ingest)));
      }
      for (Future<?> each : running) {
        each.get();
      }

      Map<String, Map<Long, Double>> stored = Readings.all(ingest.query(), "");
      for (Source source : sources) {
        source.expected.forEach(
            (series, readings) -> assertThat(stored.get(series)).as(series).isEqualTo(readings));
      }
      var shared = new TreeMap<Long, Double>();
      sources.forEach(source -> shared.putAll(source.shared));
      assertThat(stored.get("shared")).isEqualTo(shared);

      long head =
          ingest
              .feed()
              .getFeedStatus(GetFeedStatusRequest.getDefaultInstance())
              .getHead()
              .getPosition();
      try (var feed =
          FeedClient.subscribe(ingest.channel(), SubscribeRequest.getDefaultInstance())) {
        feed.followThrough(head);
        assertThat(feed.table()).isEqualTo(stored);
        // Nothing hides a block here, so positions follow each other without a gap.
        for (int i = 0; i < feed.blocks().size(); i++) {
          assertThat(feed.blocks().get(i).getFeedPosition().getPosition()).isEqualTo(i + 1);
        }
        assertViewsEqualTheFeed(ingest, feed, new SplittableRandom(seed));
      }
    }
  }

  /** A query as of a position is the same as the feed up to it. */
  private static void assertViewsEqualTheFeed(
      RunningIngest ingest, FeedClient feed, SplittableRandom random) {
    for (int i = 0; i < 5; i++) {
      int count = 1 + random.nextInt(feed.blocks().size());
      var token = feed.blocks().get(count - 1).getFeedPosition();
      var table = new TreeMap<String, Map<Long, Double>>();
      feed.blocks().subList(0, count).stream()
          .flatMap(block -> block.getSectionsList().stream())
          .flatMap(section -> section.getReadingsList().stream())
          .forEach(change -> {
            var ofSeries = table.computeIfAbsent(change.getSeries(), name -> new TreeMap<>());
            for (int k = 0; k < change.getTimesMicrosCount(); k++) {
              ofSeries.put(change.getTimesMicros(k), change.getValues(k));
            }
          });
      var request = QueryReadingsRequest.newBuilder();
      request.setSelection(SeriesSelection.getDefaultInstance());
      request.getAsOfBuilder().setFeedPosition(token);
      QueryReadingsResponse first = ingest.query().queryReadings(request.build()).next();
      assertThat(first.getFeedPosition()).isEqualTo(token);
      assertThat(Readings.all(ingest.query(), request.build())).isEqualTo(table);
    }
  }

  /** A client with its own idea of what must be stored. */
  private static final class Source {
    private final String name;
    private final SplittableRandom random;
    private final Map<String, Map<Long, Double>> expected = new TreeMap<>();
    private final Map<Long, Double> shared = new TreeMap<>();
    private final List<SeriesReadings[]> batches = new ArrayList<>();

    Source(String name, SplittableRandom random) {
      this.name = name;
      this.random = random;
      for (int i = 0; i < BATCHES; i++) {
        batches.add(batch(i));
      }
    }

    private SeriesReadings[] batch(int index) {
      var columns = new ArrayList<SeriesReadings>();
      int count = 1 + random.nextInt(3);
      for (int k = 0; k < count; k++) {
        String series = name + "/s" + random.nextInt(3);
        // Mostly onwards, sometimes back over what was sent.
        long first = 20L * index - (random.nextInt(4) == 0 ? random.nextInt(60) : 0);
        var column = SeriesReadings.newBuilder().setSeries(series);
        int rows = 1 + random.nextInt(30);
        for (int row = 0; row < rows; row++) {
          long time = Readings.minute(Math.max(0, first + random.nextInt(25)));
          double value = random.nextInt(5);
          column.addTimesMicros(time).addValues(value);
          expected.computeIfAbsent(series, key -> new TreeMap<>()).put(time, value);
        }
        columns.add(column.build());
      }
      // Everybody writes the same readings of this one: only who is first differs.
      long time = Readings.minute(random.nextInt(200));
      double value = time % 7;
      shared.put(time, value);
      columns.add(
          SeriesReadings.newBuilder()
              .setSeries("shared")
              .addTimesMicros(time)
              .addValues(value)
              .build());
      return columns.toArray(SeriesReadings[]::new);
    }

    Callable<Void> over(RunningIngest ingest) {
      return () -> {
        long done = 0;
        while (done < BATCHES) {
          done = session(ingest);
        }
        return null;
      };
    }

    /** One connection, broken off at some point; answers what is acknowledged at least. */
    private long session(RunningIngest ingest) {
      try (var writer = ingest.writer(name)) {
        long last = writer.opened().getLastSequence();
        long breakAfter = last + 1 + random.nextInt(12);
        long sent = last;
        while (sent < BATCHES && sent < breakAfter) {
          sent++;
          writer.send(sent, batches.get((int) sent - 1));
        }
        if (sent == BATCHES) {
          writer.acknowledgedThrough(sent);
          return BATCHES;
        }
        // Break off with some of it unanswered.
        writer.acknowledgedThrough(last + 1);
        return writer.through();
      } catch (StatusRuntimeException e) {
        throw new AssertionError(name + " was refused", e);
      }
    }
  }
}
