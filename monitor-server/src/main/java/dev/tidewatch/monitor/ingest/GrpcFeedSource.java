package dev.tidewatch.monitor.ingest;

import dev.tidewatch.monitor.FeedPosition;
import dev.tidewatch.monitor.truth.DeletedSeries;
import dev.tidewatch.monitor.truth.FeedExpiredException;
import dev.tidewatch.monitor.truth.FeedSource;
import dev.tidewatch.monitor.truth.Touch;
import dev.tidewatch.proto.ingest.v1.FeedBlock;
import dev.tidewatch.proto.ingest.v1.FeedServiceGrpc;
import dev.tidewatch.proto.ingest.v1.GetFeedStatusRequest;
import dev.tidewatch.proto.ingest.v1.GetFeedStatusResponse;
import dev.tidewatch.proto.ingest.v1.ReadingsChange;
import dev.tidewatch.proto.ingest.v1.ReadingsDeletion;
import dev.tidewatch.proto.ingest.v1.SeriesChange;
import dev.tidewatch.proto.ingest.v1.SeriesChangeKind;
import dev.tidewatch.proto.ingest.v1.ShardSection;
import dev.tidewatch.proto.ingest.v1.SubscribeRequest;
import dev.tidewatch.proto.ingest.v1.SubscribeResponse;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.serverkit.grpc.StatusDetails;
import dev.tidewatch.timeseries.Times;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Follows the feed of ingest. Thread-safe. */
public final class GrpcFeedSource implements FeedSource {
  /**
   * Times closer than this become one span: a few intervals taken again in vain cost less than many
   * spans.
   */
  private static final long GAP_MICROS = Times.MICROS_PER_HOUR;

  private static final int MESSAGES_IN_FLIGHT_MAX = 16;

  private final Channel channel;
  private final Duration deadline;

  public GrpcFeedSource(Channel channel, Duration deadline) {
    this.channel = channel;
    this.deadline = deadline;
  }

  @Override
  public FeedState state() {
    GetFeedStatusResponse status =
        IngestCalls.ask(() ->
            FeedServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS)
                .getFeedStatus(GetFeedStatusRequest.getDefaultInstance()));
    return new FeedState(GrpcReadingSource.position(status.getHead()), status.getShardCount());
  }

  @Override
  public Subscription subscribe(FeedPosition after, Set<Integer> shards) {
    var subscription = new GrpcSubscription(after);
    FeedServiceGrpc.newStub(channel)
        .subscribe(
            SubscribeRequest.newBuilder()
                .setAfter(
                    FeedToken.newBuilder().setEpoch(after.epoch()).setPosition(after.position()))
                .addAllShards(shards)
                .build(),
            subscription);
    return subscription;
  }

  /** What a message says, in the joiner's words. */
  static FeedStep step(SubscribeResponse message, FeedPosition headBefore) {
    if (message.hasHeartbeat()) {
      var heartbeat = message.getHeartbeat();
      return new FeedStep(
          GrpcReadingSource.position(heartbeat.getThrough()),
          List.of(),
          List.of(),
          GrpcReadingSource.position(heartbeat.getHead()));
    }
    FeedBlock block = message.getBlock();
    FeedPosition position = GrpcReadingSource.position(block.getFeedPosition());
    var touches = new ArrayList<Touch>();
    var gone = new ArrayList<DeletedSeries>();
    for (ShardSection section : block.getSectionsList()) {
      for (SeriesChange change : section.getSeriesList()) {
        if (change.getKind() == SeriesChangeKind.SERIES_CHANGE_KIND_DELETED) {
          touches.add(Touch.everywhere(change.getSeries().getName(), section.getShard()));
          gone.add(new DeletedSeries(change.getSeries().getName(), position));
        }
      }
      for (ReadingsDeletion deletion : section.getDeletionsList()) {
        touches.add(deleted(deletion, section.getShard()));
      }
      for (ReadingsChange change : section.getReadingsList()) {
        long[] times = change.getTimesMicrosList().stream().mapToLong(Long::longValue).toArray();
        touches.addAll(Touch.of(change.getSeries(), section.getShard(), times, GAP_MICROS));
      }
    }
    return new FeedStep(
        position,
        touches,
        gone,
        position.position() > headBefore.position() ? position : headBefore);
  }

  private static Touch deleted(ReadingsDeletion deletion, int shard) {
    long from =
        deletion.hasStartTime()
            ? Times.toMicros(
                deletion.getStartTime().getSeconds(), deletion.getStartTime().getNanos())
            : Touch.MICROS_MIN;
    long to =
        deletion.hasEndTime()
            ? Times.toMicros(deletion.getEndTime().getSeconds(), deletion.getEndTime().getNanos())
            : Touch.MICROS_MAX;
    return new Touch(deletion.getSeries(), shard, from, Math.max(from, to - 1));
  }

  /** Asks for the next message only when one has been taken, so that at most a few wait here. */
  private static final class GrpcSubscription
      implements Subscription, ClientResponseObserver<SubscribeRequest, SubscribeResponse> {
    private final BlockingQueue<SubscribeResponse> waiting =
        new ArrayBlockingQueue<>(MESSAGES_IN_FLIGHT_MAX + 1);
    private final AtomicReference<@Nullable Throwable> ended = new AtomicReference<>();
    private volatile @Nullable ClientCallStreamObserver<SubscribeRequest> call;
    private FeedPosition head;

    GrpcSubscription(FeedPosition after) {
      this.head = after;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<SubscribeRequest> newCall) {
      call = newCall;
      newCall.disableAutoRequestWithInitial(MESSAGES_IN_FLIGHT_MAX);
    }

    @Override
    public void onNext(SubscribeResponse message) {
      if (!waiting.offer(message)) {
        throw new IllegalStateException("the feed sent more than was asked for");
      }
    }

    @Override
    public void onError(Throwable error) {
      ended.compareAndSet(null, error);
      waiting.offer(SubscribeResponse.getDefaultInstance());
    }

    @Override
    public void onCompleted() {
      onError(Status.UNAVAILABLE.withDescription("the feed ended").asRuntimeException());
    }

    @Override
    public Optional<FeedStep> poll(Duration wait) throws InterruptedException {
      SubscribeResponse message = waiting.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
      if (message == null || message.getEventCase() == SubscribeResponse.EventCase.EVENT_NOT_SET) {
        throwIfEnded();
        return Optional.empty();
      }
      var asking = call;
      if (asking != null) {
        asking.request(1);
      }
      FeedStep step = step(message, head);
      head = step.head();
      return Optional.of(step);
    }

    private void throwIfEnded() {
      Throwable error = ended.get();
      if (error == null) {
        return;
      }
      String reason = StatusDetails.reason(error).orElse("");
      if (reason.equals("FEED_TOKEN_EXPIRED") || reason.equals("FEED_TOKEN_AHEAD")) {
        throw new FeedExpiredException("the feed answered " + reason, error);
      }
      throw error instanceof RuntimeException unchecked
          ? unchecked
          : new IllegalStateException("the feed broke", error);
    }

    @Override
    public void close() {
      var open = call;
      if (open != null) {
        open.cancel("no longer followed", null);
      }
    }
  }
}
