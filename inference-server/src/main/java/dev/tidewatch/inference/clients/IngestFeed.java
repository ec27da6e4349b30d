package dev.tidewatch.inference.clients;

import dev.tidewatch.inference.feed.DroppedReadings;
import dev.tidewatch.inference.feed.Feed;
import dev.tidewatch.inference.feed.FeedEvent;
import dev.tidewatch.inference.feed.FeedPosition;
import dev.tidewatch.inference.feed.FeedSection;
import dev.tidewatch.inference.feed.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.CheckpointConsumerRequest;
import dev.tidewatch.proto.ingest.v1.FeedBlock;
import dev.tidewatch.proto.ingest.v1.FeedHeartbeat;
import dev.tidewatch.proto.ingest.v1.FeedServiceGrpc;
import dev.tidewatch.proto.ingest.v1.ReadingsChange;
import dev.tidewatch.proto.ingest.v1.ReadingsChangeKind;
import dev.tidewatch.proto.ingest.v1.ReadingsDeletion;
import dev.tidewatch.proto.ingest.v1.RegisterConsumerRequest;
import dev.tidewatch.proto.ingest.v1.SeriesChange;
import dev.tidewatch.proto.ingest.v1.SeriesChangeKind;
import dev.tidewatch.proto.ingest.v1.ShardSection;
import dev.tidewatch.proto.ingest.v1.SubscribeRequest;
import dev.tidewatch.proto.ingest.v1.SubscribeResponse;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.Times;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link Feed} by ingest's subscription. */
public final class IngestFeed implements Feed {
  private static final Logger LOG = LoggerFactory.getLogger(IngestFeed.class);
  private static final int BLOCKS_AHEAD = 16;
  private static final Duration HEARTBEAT = Duration.ofMillis(200);

  private final Channel ingest;
  private final String consumer;
  private final Duration longest;
  private boolean registered;

  /**
   * @param consumer under which ingest keeps blocks until they are released
   */
  public IngestFeed(Channel ingest, String consumer, Duration longest) {
    this.ingest = ingest;
    this.consumer = consumer;
    this.longest = longest;
  }

  @Override
  public Subscription subscribe(FeedPosition after, Collection<Integer> shards) {
    var request = request(shards);
    if (after.position() > 0) {
      request.setAfter(Wire.token(after));
    }
    return open(request);
  }

  @Override
  public Subscription subscribeAtHead(Collection<Integer> shards) {
    return open(request(shards).setFromHead(true));
  }

  private static SubscribeRequest.Builder request(Collection<Integer> shards) {
    return SubscribeRequest.newBuilder()
        .addAllShards(shards)
        .setHeartbeatInterval(Wire.duration(HEARTBEAT));
  }

  private Subscription open(SubscribeRequest.Builder request) {
    return new OpenSubscription(
        ServerStream.open(
            ingest, FeedServiceGrpc.getSubscribeMethod(), request.build(), BLOCKS_AHEAD));
  }

  @Override
  public void release(FeedPosition through) {
    var consumers = Deadlines.limit(FeedServiceGrpc.newBlockingStub(ingest), longest);
    try {
      if (!registered) {
        var _ =
            consumers.registerConsumer(
                RegisterConsumerRequest.newBuilder()
                    .setConsumerId(consumer)
                    .setAfter(Wire.token(through))
                    .build());
        registered = true;
      }
      var _ =
          consumers.checkpointConsumer(
              CheckpointConsumerRequest.newBuilder()
                  .setConsumerId(consumer)
                  .setThrough(Wire.token(through))
                  .build());
    } catch (StatusRuntimeException e) {
      registered = false;
      LOG.debug("ingest was not told that {} is dealt with", through, e);
    }
  }

  private record OpenSubscription(ServerStream<SubscribeResponse> stream) implements Subscription {
    @Override
    public @Nullable FeedEvent next(Duration patience) throws InterruptedException {
      try {
        SubscribeResponse response = stream.next(patience);
        return response == null ? null : event(response);
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() == Status.Code.OUT_OF_RANGE) {
          throw new FeedExpired(String.valueOf(e.getStatus().getDescription()), e);
        }
        throw RemoteErrors.of("ingest's feed", "FEED_UNAVAILABLE", e);
      }
    }

    @Override
    public void close() {
      stream.close();
    }
  }

  private static @Nullable FeedEvent event(SubscribeResponse response) {
    return switch (response.getEventCase()) {
      case BLOCK -> block(response.getBlock());
      case HEARTBEAT -> heartbeat(response.getHeartbeat());
      case EVENT_NOT_SET -> null;
    };
  }

  private static FeedEvent block(FeedBlock block) {
    FeedPosition position = Wire.position(block.getFeedPosition());
    return new FeedEvent(
        position, position, block.getSectionsList().stream().map(IngestFeed::section).toList());
  }

  private static FeedEvent heartbeat(FeedHeartbeat heartbeat) {
    return new FeedEvent(
        Wire.position(heartbeat.getThrough()), Wire.position(heartbeat.getHead()), List.of());
  }

  private static FeedSection section(ShardSection section) {
    Map<String, Map<String, String>> labels = new HashMap<>();
    var dropped = new ArrayList<DroppedReadings>();
    for (SeriesChange change : section.getSeriesList()) {
      if (change.getKind() == SeriesChangeKind.SERIES_CHANGE_KIND_DELETED) {
        dropped.add(
            new DroppedReadings(change.getSeries().getName(), Long.MIN_VALUE, Long.MAX_VALUE));
      } else {
        labels.put(change.getSeries().getName(), change.getSeries().getLabelsMap());
      }
    }
    section.getDeletionsList().forEach(deletion -> dropped.add(dropped(deletion)));
    return new FeedSection(
        section.getShard(),
        labels,
        dropped,
        section.getReadingsList().stream().map(IngestFeed::readings).toList());
  }

  private static DroppedReadings dropped(ReadingsDeletion deletion) {
    long from =
        deletion.hasStartTime()
            ? Times.toMicros(
                deletion.getStartTime().getSeconds(), deletion.getStartTime().getNanos())
            : Long.MIN_VALUE;
    long to =
        deletion.hasEndTime()
            ? Times.toMicros(deletion.getEndTime().getSeconds(), deletion.getEndTime().getNanos())
            : Long.MAX_VALUE;
    return new DroppedReadings(deletion.getSeries(), from, to);
  }

  private static SeriesReadings readings(ReadingsChange change) {
    var columns = ReadingColumns.builder(change.getValuesCount());
    for (int i = 0; i < change.getValuesCount(); i++) {
      columns.add(change.getTimesMicros(i), change.getValues(i));
    }
    return new SeriesReadings(
        change.getSeries(),
        change.getKind() == ReadingsChangeKind.READINGS_CHANGE_KIND_REPLACED,
        columns.build(),
        change.getTraceparent());
  }
}
