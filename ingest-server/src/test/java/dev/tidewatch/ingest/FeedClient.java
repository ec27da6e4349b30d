package dev.tidewatch.ingest;

import dev.tidewatch.proto.ingest.v1.FeedBlock;
import dev.tidewatch.proto.ingest.v1.FeedServiceGrpc;
import dev.tidewatch.proto.ingest.v1.ReadingsChange;
import dev.tidewatch.proto.ingest.v1.ReadingsChangeKind;
import dev.tidewatch.proto.ingest.v1.ReadingsDeletion;
import dev.tidewatch.proto.ingest.v1.SeriesChange;
import dev.tidewatch.proto.ingest.v1.SeriesChangeKind;
import dev.tidewatch.proto.ingest.v1.ShardSection;
import dev.tidewatch.proto.ingest.v1.SubscribeRequest;
import dev.tidewatch.proto.ingest.v1.SubscribeResponse;
import dev.tidewatch.timeseries.Times;
import io.grpc.Channel;
import io.grpc.Context;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Follows the feed and rebuilds from it what the table must hold. Used by one thread. */
final class FeedClient implements AutoCloseable {
  private final Context.CancellableContext context = Context.current().withCancellation();
  private final Iterator<SubscribeResponse> events;
  private final Map<String, Map<Long, Double>> table = new TreeMap<>();
  private final List<FeedBlock> blocks = new ArrayList<>();
  private final Map<String, Long> seriesIds = new HashMap<>();
  private long through;

  private FeedClient(Channel channel, SubscribeRequest request) {
    Context before = context.attach();
    try {
      events =
          FeedServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(120, TimeUnit.SECONDS)
              .subscribe(request);
    } finally {
      context.detach(before);
    }
  }

  static FeedClient subscribe(Channel channel, SubscribeRequest request) {
    return new FeedClient(channel, request);
  }

  /** Takes events until everything up to the position is known. */
  FeedClient followThrough(long position) {
    while (through < position) {
      SubscribeResponse event = events.next();
      if (event.hasBlock()) {
        take(event.getBlock());
      } else {
        through = Math.max(through, event.getHeartbeat().getThrough().getPosition());
      }
    }
    return this;
  }

  private void take(FeedBlock block) {
    long position = block.getFeedPosition().getPosition();
    if (position <= through) {
      throw new AssertionError("block " + position + " after " + through);
    }
    through = position;
    blocks.add(block);
    for (ShardSection section : block.getSectionsList()) {
      section.getSeriesList().forEach(this::take);
      section.getDeletionsList().forEach(this::take);
      section.getReadingsList().forEach(this::take);
    }
  }

  private void take(SeriesChange change) {
    if (change.getKind() == SeriesChangeKind.SERIES_CHANGE_KIND_DELETED) {
      seriesIds.remove(change.getSeries().getName());
      table.remove(change.getSeries().getName());
    } else {
      seriesIds.put(change.getSeries().getName(), change.getSeries().getSeriesId());
    }
  }

  private void take(ReadingsDeletion deletion) {
    long from =
        deletion.hasStartTime()
            ? Times.toMicros(
                deletion.getStartTime().getSeconds(), deletion.getStartTime().getNanos())
            : Long.MIN_VALUE;
    long to =
        deletion.hasEndTime()
            ? Times.toMicros(deletion.getEndTime().getSeconds(), deletion.getEndTime().getNanos())
            : Long.MAX_VALUE;
    Map<Long, Double> ofSeries = table.get(deletion.getSeries());
    if (ofSeries == null || !ofSeries.keySet().removeIf(time -> time >= from && time < to)) {
      throw new AssertionError("a deletion of nothing: " + deletion);
    }
    if (ofSeries.isEmpty()) {
      table.remove(deletion.getSeries());
    }
  }

  private void take(ReadingsChange change) {
    Long id = seriesIds.get(change.getSeries());
    if (id != null && id != change.getSeriesId()) {
      throw new AssertionError("readings of a series that is not " + id);
    }
    boolean isNew = change.getKind() == ReadingsChangeKind.READINGS_CHANGE_KIND_NEW;
    Map<Long, Double> ofSeries = table.computeIfAbsent(change.getSeries(), name -> new TreeMap<>());
    for (int i = 0; i < change.getTimesMicrosCount(); i++) {
      Double before = ofSeries.put(change.getTimesMicros(i), change.getValues(i));
      if ((before == null) != isNew) {
        throw new AssertionError(change.getKind() + " but before it was " + before);
      }
    }
  }

  /** What the readings of the followed blocks make. */
  Map<String, Map<Long, Double>> table() {
    return table;
  }

  List<FeedBlock> blocks() {
    return blocks;
  }

  SubscribeResponse next() {
    return events.next();
  }

  @Override
  public void close() {
    context.cancel(null);
  }
}
