package dev.tidewatch.ingest;

import static dev.tidewatch.ingest.Readings.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.proto.ingest.v1.CheckpointConsumerRequest;
import dev.tidewatch.proto.ingest.v1.FeedBlock;
import dev.tidewatch.proto.ingest.v1.GetFeedStatusRequest;
import dev.tidewatch.proto.ingest.v1.IngestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.LookupFeedPositionRequest;
import dev.tidewatch.proto.ingest.v1.ReadingsBatch;
import dev.tidewatch.proto.ingest.v1.RegisterConsumerRequest;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesChangeKind;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.proto.ingest.v1.SubscribeRequest;
import dev.tidewatch.proto.ingest.v1.UpdateSeriesRequest;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.serverkit.grpc.StatusDetails;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Following the feed. */
final class FeedTest {
  @SuppressWarnings("NullAway.Init")
  private static RunningIngest ingest;

  @BeforeAll
  static void start() {
    ingest = RunningIngest.start();
  }

  @AfterAll
  static void stop() {
    ingest.close();
  }

  private static FeedToken ingest(SeriesReadings... columns) {
    return ingest
        .ingest()
        .ingestReadings(IngestReadingsRequest.newBuilder().addAllColumns(List.of(columns)).build())
        .getFeedPosition();
  }

  @Test
  void tellsOfNewCommitsAsTheyCome() {
    FeedToken before = ingest(column("live/a", 0, 1));
    try (var feed =
        FeedClient.subscribe(
            ingest.channel(), SubscribeRequest.newBuilder().setAfter(before).build())) {
      assertThat(feed.next().getHeartbeat().getThrough()).isEqualTo(before);
      FeedToken first = ingest(column("live/a", 1, 2));
      FeedToken second = ingest(column("live/a", 1, 9));
      feed.followThrough(second.getPosition());
      assertThat(feed.blocks()).extracting(FeedBlock::getFeedPosition).contains(first, second);
    }
  }

  @Test
  void carriesTheTraceOfTheBatch() {
    FeedToken before = head();
    String traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    try (var writer = ingest.writer("traced")) {
      var _ = writer.opened();
      writer.send(
          ReadingsBatch.newBuilder()
              .setSequence(1)
              .addColumns(column("traced/a", 0, 1))
              .setTraceparent(traceparent)
              .build());
      writer.acknowledgedThrough(1);
    }
    try (var feed = FeedClient.subscribe(ingest.channel(), after(before))) {
      feed.followThrough(head().getPosition());
      assertThat(feed.blocks().stream())
          .flatMap(FeedBlock::getSectionsList)
          .flatMap(section -> section.getReadingsList())
          .filteredOn(readings -> readings.getSeries().equals("traced/a"))
          .singleElement()
          .satisfies(readings ->
              assertThat(readings.getTraceparent()).contains("0af7651916cd43dd8448eb211c80319c"));
    }
  }

  @Test
  void tellsOfTheCatalogueBeforeItsReadings() {
    FeedToken before = head();
    ingest(column("catalogue/a", 0, 1));
    ingest
        .series()
        .updateSeries(
            UpdateSeriesRequest.newBuilder()
                .setSeries(Series.newBuilder().setName("catalogue/a").setUnit("Cel"))
                .build());
    try (var feed = FeedClient.subscribe(ingest.channel(), after(before))) {
      feed.followThrough(head().getPosition());
      var changes =
          feed.blocks().stream()
              .flatMap(block -> block.getSectionsList().stream())
              .flatMap(section -> section.getSeriesList().stream())
              .filter(change -> change.getSeries().getName().equals("catalogue/a"))
              .toList();
      assertThat(changes)
          .extracting(change -> change.getKind())
          .containsExactly(
              SeriesChangeKind.SERIES_CHANGE_KIND_CREATED,
              SeriesChangeKind.SERIES_CHANGE_KIND_UPDATED);
      assertThat(changes.getLast().getSeries().getUnit()).isEqualTo("Cel");
    }
  }

  @Test
  void filtersByShardAndBySelection() {
    FeedToken before = head();
    ingest(column("filter/a", 0, 1), column("filter/b", 0, 2), column("other/c", 0, 3));
    int shard =
        ingest
            .series()
            .getSeries(
                dev.tidewatch.proto.ingest.v1.GetSeriesRequest.newBuilder()
                    .setSeries("filter/a")
                    .build())
            .getSeries()
            .getShard();
    long head = head().getPosition();
    try (var feed =
        FeedClient.subscribe(
            ingest.channel(), after(before).toBuilder().addShards(shard).build())) {
      feed.followThrough(head);
      assertThat(feed.table()).containsKey("filter/a");
      assertThat(feed.blocks().stream())
          .flatMap(FeedBlock::getSectionsList)
          .allSatisfy(section -> assertThat(section.getShard()).isEqualTo(shard));
    }
    try (var feed =
        FeedClient.subscribe(
            ingest.channel(),
            after(before).toBuilder()
                .setSelection(SeriesSelection.newBuilder().setPrefix("filter/"))
                .build())) {
      feed.followThrough(head);
      assertThat(feed.table()).containsOnlyKeys("filter/a", "filter/b");
    }
  }

  @Test
  void remembersRegisteredConsumersAndNeverMovesThemBack() {
    FeedToken first = ingest(column("consumer/a", 0, 1));
    FeedToken second = ingest(column("consumer/a", 1, 1));
    var feed = ingest.feed();
    var registered =
        feed.registerConsumer(
            RegisterConsumerRequest.newBuilder().setConsumerId("c1").setAfter(first).build());
    assertThat(registered.getConsumer().getThrough()).isEqualTo(first);
    feed.checkpointConsumer(
        CheckpointConsumerRequest.newBuilder().setConsumerId("c1").setThrough(second).build());
    var back =
        feed.checkpointConsumer(
            CheckpointConsumerRequest.newBuilder().setConsumerId("c1").setThrough(first).build());
    assertThat(back.getConsumer().getThrough()).isEqualTo(second);
    assertThat(feed.getFeedStatus(GetFeedStatusRequest.getDefaultInstance()).getConsumersList())
        .anySatisfy(consumer -> assertThat(consumer.getConsumerId()).isEqualTo("c1"));
    assertThatThrownBy(() ->
            feed.checkpointConsumer(
                CheckpointConsumerRequest.newBuilder()
                    .setConsumerId("nobody")
                    .setThrough(first)
                    .build()))
        .satisfies(e -> assertReason(e, Status.Code.NOT_FOUND, "CONSUMER_UNKNOWN"));
  }

  @Test
  void mapsATimeToAPosition() {
    FeedToken before = ingest(column("lookup/a", 0, 1));
    ingest.clock.advance(Duration.ofHours(1));
    ingest(column("lookup/a", 1, 1));
    var found =
        ingest
            .feed()
            .lookupFeedPosition(
                LookupFeedPositionRequest.newBuilder()
                    .setCommitTime(
                        com.google.protobuf.Timestamp.newBuilder()
                            .setSeconds(ingest.clock.instant().getEpochSecond() - 1))
                    .build());
    assertThat(found.getFeedPosition().getPosition()).isGreaterThanOrEqualTo(before.getPosition());
    assertThat(found.getFeedPosition().getPosition()).isLessThan(head().getPosition());
  }

  @Test
  void refusesTokensItCannotServe() {
    FeedToken head = head();
    assertRefused(
        after(head.toBuilder().setPosition(head.getPosition() + 1_000).build()),
        Status.Code.OUT_OF_RANGE,
        "FEED_TOKEN_AHEAD");
    assertRefused(
        after(head.toBuilder().setEpoch(head.getEpoch() + 1).build()),
        Status.Code.OUT_OF_RANGE,
        "FEED_TOKEN_EXPIRED");
    assertRefused(
        SubscribeRequest.newBuilder().addShards(16).build(),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID");
    assertRefused(
        SubscribeRequest.newBuilder().setConsumerId("unregistered").build(),
        Status.Code.NOT_FOUND,
        "CONSUMER_UNKNOWN");
    assertRefused(
        SubscribeRequest.newBuilder()
            .setSelection(SeriesSelection.newBuilder().setLabelSelector("a=b=c("))
            .build(),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID");
  }

  private static void assertRefused(SubscribeRequest request, Status.Code code, String reason) {
    try (var feed = FeedClient.subscribe(ingest.channel(), request)) {
      assertThatThrownBy(feed::next).satisfies(e -> assertReason(e, code, reason));
    }
  }

  private static void assertReason(Throwable error, Status.Code code, String reason) {
    assertThat(((StatusRuntimeException) error).getStatus().getCode()).isEqualTo(code);
    assertThat(StatusDetails.reason(error)).contains(reason);
  }

  private static SubscribeRequest after(FeedToken token) {
    return SubscribeRequest.newBuilder().setAfter(token).build();
  }

  private static FeedToken head() {
    return ingest.feed().getFeedStatus(GetFeedStatusRequest.getDefaultInstance()).getHead();
  }
}
