package dev.tidewatch.ingest.api;

import dev.tidewatch.ingest.catalog.SeriesStore;
import dev.tidewatch.ingest.feed.FeedHead;
import dev.tidewatch.ingest.feed.FeedPosition;
import dev.tidewatch.ingest.feed.FeedStore;
import dev.tidewatch.proto.ingest.v1.CheckpointConsumerRequest;
import dev.tidewatch.proto.ingest.v1.CheckpointConsumerResponse;
import dev.tidewatch.proto.ingest.v1.DeleteConsumerRequest;
import dev.tidewatch.proto.ingest.v1.DeleteConsumerResponse;
import dev.tidewatch.proto.ingest.v1.FeedConsumer;
import dev.tidewatch.proto.ingest.v1.FeedServiceGrpc;
import dev.tidewatch.proto.ingest.v1.GetFeedStatusRequest;
import dev.tidewatch.proto.ingest.v1.GetFeedStatusResponse;
import dev.tidewatch.proto.ingest.v1.LookupFeedPositionRequest;
import dev.tidewatch.proto.ingest.v1.LookupFeedPositionResponse;
import dev.tidewatch.proto.ingest.v1.RegisterConsumerRequest;
import dev.tidewatch.proto.ingest.v1.RegisterConsumerResponse;
import dev.tidewatch.proto.ingest.v1.SubscribeRequest;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.OutOfRange;
import dev.tidewatch.serverkit.errors.Unavailable;
import dev.tidewatch.serverkit.grpc.PacedStream;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The feed over gRPC. */
public final class FeedApi implements FeedServiceGrpc.AsyncService, BindableService {
  private static final Duration HEARTBEAT_INTERVAL = Duration.ofSeconds(1);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final FeedStore store;
  private final FeedHead feedHead;
  private final SeriesStore catalogue;
  private final int shardCount;
  private final InstantSource clock;
  private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();

  public FeedApi(
      FeedStore store,
      FeedHead feedHead,
      SeriesStore catalogue,
      int shardCount,
      InstantSource clock) {
    this.store = store;
    this.feedHead = feedHead;
    this.catalogue = catalogue;
    this.shardCount = shardCount;
    this.clock = clock;
  }

  @Override
  public ServerServiceDefinition bindService() {
    return EncodedBlocks.bind(this, this::subscribeEncoded);
  }

  /** How many follow the feed here. */
  public int subscriberCount() {
    return subscriptions.size();
  }

  /** Commits that the slowest subscriber here has not got yet; 0 without subscribers. */
  public long lagMax() {
    return subscriptions.stream().mapToLong(Subscription::lag).max().orElse(0);
  }

  /**
   * Ends every subscription, so that the server can stop; clients subscribe again where they were.
   */
  public void endStreams() {
    subscriptions.forEach(subscription ->
        subscription.end(
            new Unavailable(
                "SERVER_DRAINING",
                "the server is shutting down; subscribe again after the last position",
                RETRY_AFTER)));
  }

  private void subscribeEncoded(SubscribeRequest request, StreamObserver<byte[]> observer) {
    Set<Integer> shards = new HashSet<>(request.getShardsList());
    for (int shard : shards) {
      if (shard < 0 || shard >= shardCount) {
        throw InvalidArgument.field(
            "shards", "%d does not exist; shards are 0 to %d".formatted(shard, shardCount - 1));
      }
    }
    if (request.getFromHead() && request.hasAfter()) {
      throw InvalidArgument.field("after", "must be absent with from_head");
    }
    Protos.storable(request.getConsumerId(), "consumer_id");
    if (!request.getConsumerId().isEmpty() && store.consumer(request.getConsumerId()).isEmpty()) {
      throw unknown(request.getConsumerId());
    }
    var filter =
        new SectionFilter(
            Protos.selection(request.getSelection()), request.getWithoutReadings(), catalogue);
    long after =
        request.getFromHead() ? currentHead().position() : position(request.getAfter(), "after");
    Subscription.requireKept(store, after);
    var subscription =
        new Subscription(
            store,
            feedHead,
            clock,
            after,
            shards,
            filter,
            request.hasHeartbeatInterval()
                ? Protos.duration(request.getHeartbeatInterval())
                : HEARTBEAT_INTERVAL,
            new PacedStream<>((ServerCallStreamObserver<byte[]>) observer));
    subscriptions.add(subscription);
    Thread.ofVirtual()
        .name("ingest-subscription")
        .start(
            Context.current()
                .wrap(() -> {
                  try {
                    subscription.run();
                  } finally {
                    subscriptions.remove(subscription);
                  }
                }));
  }

  @Override
  public void getFeedStatus(
      GetFeedStatusRequest request, StreamObserver<GetFeedStatusResponse> observer) {
    FeedStore.Kept kept = store.kept();
    var response =
        GetFeedStatusResponse.newBuilder()
            .setHead(Protos.token(kept.head()))
            .setOldest(Protos.token(new FeedPosition(kept.head().epoch(), kept.floor())))
            .setShardCount(shardCount)
            .setBlockCount(kept.blockCount())
            .setBlockBytes(kept.byteCount())
            .setServerTime(Protos.timestamp(clock.instant()))
            .setSubscriberCount(subscriberCount());
    store.consumers().forEach(consumer -> response.addConsumers(toProto(consumer, kept.head())));
    respond(observer, response.build());
  }

  @Override
  public void lookupFeedPosition(
      LookupFeedPositionRequest request, StreamObserver<LookupFeedPositionResponse> observer) {
    long position = store.positionAt(Protos.instant(request.getCommitTime(), "commit_time"));
    if (position < store.oldestRemembered()) {
      throw new OutOfRange(
          "FEED_TOKEN_EXPIRED",
          "commit_time: commits that old are no longer remembered; the oldest position that is: "
              + store.oldestRemembered());
    }
    respond(
        observer,
        LookupFeedPositionResponse.newBuilder()
            .setFeedPosition(Protos.token(new FeedPosition(feedHead.position().epoch(), position)))
            .build());
  }

  @Override
  public void registerConsumer(
      RegisterConsumerRequest request, StreamObserver<RegisterConsumerResponse> observer) {
    long after =
        request.hasAfter() ? position(request.getAfter(), "after") : currentHead().position();
    if (store.consumer(request.getConsumerId()).isEmpty()) {
      Subscription.requireKept(store, after);
    }
    FeedStore.Consumer consumer = store.register(request.getConsumerId(), after, clock.instant());
    respond(
        observer,
        RegisterConsumerResponse.newBuilder()
            .setConsumer(toProto(consumer, currentHead()))
            .build());
  }

  @Override
  public void checkpointConsumer(
      CheckpointConsumerRequest request, StreamObserver<CheckpointConsumerResponse> observer) {
    Protos.storable(request.getConsumerId(), "consumer_id");
    FeedStore.Consumer consumer =
        store
            .checkpoint(
                request.getConsumerId(), position(request.getThrough(), "through"), clock.instant())
            .orElseThrow(() -> unknown(request.getConsumerId()));
    respond(
        observer,
        CheckpointConsumerResponse.newBuilder()
            .setConsumer(toProto(consumer, currentHead()))
            .build());
  }

  @Override
  public void deleteConsumer(
      DeleteConsumerRequest request, StreamObserver<DeleteConsumerResponse> observer) {
    Protos.storable(request.getConsumerId(), "consumer_id");
    store.forget(request.getConsumerId());
    respond(observer, DeleteConsumerResponse.getDefaultInstance());
  }

  /** The position of a token that belongs to this life of the database and is not ahead of it. */
  private long position(FeedToken token, String field) {
    FeedPosition head = currentHead();
    if (token.getEpoch() == 0 && token.getPosition() == 0) {
      return 0;
    }
    if (token.getEpoch() != head.epoch()) {
      throw new OutOfRange(
              "FEED_TOKEN_EXPIRED",
              "%s: belongs to the life %d of the database, now is %d; rebuild from a query"
                  .formatted(field, token.getEpoch(), head.epoch()))
          .with("epoch", Long.toString(head.epoch()));
    }
    if (token.getPosition() > head.position()) {
      throw new OutOfRange(
              "FEED_TOKEN_AHEAD",
              "%s: position %d is newer than the newest commit %d"
                  .formatted(field, token.getPosition(), head.position()))
          .with("head_position", Long.toString(head.position()));
    }
    return token.getPosition();
  }

  private FeedPosition currentHead() {
    feedHead.advance(store.head());
    return feedHead.position();
  }

  private static FeedConsumer toProto(FeedStore.Consumer consumer, FeedPosition head) {
    var proto =
        FeedConsumer.newBuilder()
            .setConsumerId(consumer.consumerId())
            .setThrough(Protos.token(new FeedPosition(head.epoch(), consumer.position())))
            .setLagCommits(Math.max(0, head.position() - consumer.position()))
            .setCreateTime(Protos.timestamp(consumer.createTime()));
    consumer.checkpointTime().ifPresent(time -> proto.setCheckpointTime(Protos.timestamp(time)));
    return proto.build();
  }

  private static NotFound unknown(String consumerId) {
    return new NotFound(
            "CONSUMER_UNKNOWN", "consumer_id: %s is not registered".formatted(consumerId))
        .with("consumer_id", consumerId);
  }

  private static <T> void respond(StreamObserver<T> observer, T response) {
    observer.onNext(response);
    observer.onCompleted();
  }
}
