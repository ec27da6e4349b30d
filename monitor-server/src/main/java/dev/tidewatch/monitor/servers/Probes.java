package dev.tidewatch.monitor.servers;

import dev.tidewatch.monitor.FeedPosition;
import dev.tidewatch.monitor.alert.ServerEvaluator.ServerProbe;
import dev.tidewatch.monitor.alert.ServerEvaluator.Trouble;
import dev.tidewatch.proto.inference.v1.GetServingStatusRequest;
import dev.tidewatch.proto.inference.v1.GetServingStatusResponse;
import dev.tidewatch.proto.inference.v1.ServedModelServiceGrpc;
import dev.tidewatch.proto.ingest.v1.FeedServiceGrpc;
import dev.tidewatch.proto.ingest.v1.GetFeedStatusRequest;
import dev.tidewatch.proto.ingest.v1.GetFeedStatusResponse;
import dev.tidewatch.proto.type.v1.FeedToken;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Questions to servers over gRPC: grpc.health.v1, and what each tells of its queues. */
public final class Probes {
  /** Of the bytes that ingest keeps for slow consumers by default, 20 GB. */
  private static final long FEED_BYTES_HALF = 10_000_000_000L;

  /** More commits than this behind the head of the feed, and the truth comes late. */
  private static final long LAG_COMMITS_MAX = 50_000;

  private static final double SPOOL_SHARE_MAX = 0.9;
  private static final long WAIT_SECONDS = 2;

  private Probes() {}

  /** Serves or does not. */
  public static ServerProbe health(Channel channel) {
    return () -> serving(channel);
  }

  /** Serves, and keeps less than half of the feed that it may keep. */
  public static ServerProbe ingest(Channel channel) {
    return () -> serving(channel).or(() -> asked(() -> feed(channel)));
  }

  /**
   * This server, which serves if it asks: it keeps up with the feed.
   *
   * @param ingest knows the head; while it does not answer, nothing is said
   * @param followed how far this server has come, all replicas together
   */
  public static ServerProbe monitor(Channel ingest, Supplier<Optional<FeedPosition>> followed) {
    return () -> {
      try {
        return lag(ingest, followed.get());
      } catch (StatusRuntimeException e) {
        return Optional.empty();
      }
    };
  }

  private static Optional<Trouble> lag(Channel ingest, Optional<FeedPosition> followed) {
    FeedToken head =
        FeedServiceGrpc.newBlockingStub(ingest)
            .withDeadlineAfter(WAIT_SECONDS, TimeUnit.SECONDS)
            .getFeedStatus(GetFeedStatusRequest.getDefaultInstance())
            .getHead();
    return followed
        .filter(at -> at.epoch() == head.getEpoch())
        .map(at -> head.getPosition() - at.position())
        .filter(commits -> commits > LAG_COMMITS_MAX)
        .map(commits ->
            new Trouble(
                "is %d commits behind the feed; actuals, accuracy and drift come late."
                    .formatted(commits),
                Map.of("feed_lag_commits", (double) commits)));
  }

  /** Serves, and its spool of predictions neither is full nor was since the last question. */
  public static ServerProbe inference(Channel channel) {
    var spool = new Spool(channel);
    return () -> serving(channel).or(() -> asked(spool::trouble));
  }

  private static Optional<Trouble> serving(Channel channel) {
    return asked(() -> {
      ServingStatus status =
          HealthGrpc.newBlockingStub(channel)
              .withDeadlineAfter(WAIT_SECONDS, TimeUnit.SECONDS)
              .check(HealthCheckRequest.getDefaultInstance())
              .getStatus();
      return status == ServingStatus.SERVING
          ? Optional.empty()
          : Optional.of(new Trouble("answers, but is %s.".formatted(status), Map.of()));
    });
  }

  private static Optional<Trouble> asked(Supplier<Optional<Trouble>> question) {
    try {
      return question.get();
    } catch (StatusRuntimeException e) {
      return Optional.of(
          new Trouble("does not answer: %s.".formatted(e.getStatus().getCode()), Map.of()));
    }
  }

  private static Optional<Trouble> feed(Channel channel) {
    GetFeedStatusResponse feed =
        FeedServiceGrpc.newBlockingStub(channel)
            .withDeadlineAfter(WAIT_SECONDS, TimeUnit.SECONDS)
            .getFeedStatus(GetFeedStatusRequest.getDefaultInstance());
    return feed.getBlockBytes() < FEED_BYTES_HALF
        ? Optional.empty()
        : Optional.of(
            new Trouble(
                "keeps %d MB of its feed for consumers that lag; they lose their place at %d MB."
                    .formatted(feed.getBlockBytes() / 1_000_000, 2 * FEED_BYTES_HALF / 1_000_000),
                Map.of("feed_bytes", (double) feed.getBlockBytes())));
  }

  /** The spool of one inference server. For one thread. */
  private static final class Spool {
    private final Channel channel;
    private long notRecorded = -1;

    Spool(Channel channel) {
      this.channel = channel;
    }

    Optional<Trouble> trouble() {
      GetServingStatusResponse status =
          ServedModelServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(WAIT_SECONDS, TimeUnit.SECONDS)
              .getServingStatus(GetServingStatusRequest.getDefaultInstance());
      long before = notRecorded;
      notRecorded = status.getPredictionsNotRecorded();
      if (before >= 0 && notRecorded > before) {
        return Optional.of(
            new Trouble(
                "did not record %d predictions of late.".formatted(notRecorded - before),
                Map.of("predictions_not_recorded", (double) (notRecorded - before))));
      }
      if (status.getSpoolBytesMax() > 0
          && status.getSpooledBytes() >= SPOOL_SHARE_MAX * status.getSpoolBytesMax()) {
        return Optional.of(
            new Trouble(
                "has a spool of predictions that is %d %% full."
                    .formatted(100 * status.getSpooledBytes() / status.getSpoolBytesMax()),
                Map.of(
                    "spooled_bytes", (double) status.getSpooledBytes(),
                    "spool_bytes_max", (double) status.getSpoolBytesMax())));
      }
      return Optional.empty();
    }
  }
}
