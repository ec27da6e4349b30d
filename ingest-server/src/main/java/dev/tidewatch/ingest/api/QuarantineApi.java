package dev.tidewatch.ingest.api;

import dev.tidewatch.ingest.feed.FeedHead;
import dev.tidewatch.ingest.intake.BatchCheck;
import dev.tidewatch.ingest.intake.QuarantineReplay;
import dev.tidewatch.ingest.intake.QuarantineStore;
import dev.tidewatch.ingest.intake.QuarantinedReading;
import dev.tidewatch.ingest.intake.RejectReason;
import dev.tidewatch.proto.ingest.v1.DeleteQuarantinedReadingsRequest;
import dev.tidewatch.proto.ingest.v1.DeleteQuarantinedReadingsResponse;
import dev.tidewatch.proto.ingest.v1.ListQuarantinedReadingsRequest;
import dev.tidewatch.proto.ingest.v1.ListQuarantinedReadingsResponse;
import dev.tidewatch.proto.ingest.v1.QuarantineFilter;
import dev.tidewatch.proto.ingest.v1.QuarantineServiceGrpc;
import dev.tidewatch.proto.ingest.v1.ReplayQuarantinedReadingsRequest;
import dev.tidewatch.proto.ingest.v1.ReplayQuarantinedReadingsResponse;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.telemetry.TraceParents;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Rejected readings over gRPC. */
public final class QuarantineApi extends QuarantineServiceGrpc.QuarantineServiceImplBase {
  private static final int REPLAY_MAX = 10_000;

  private final QuarantineStore store;
  private final QuarantineReplay replay;
  private final FeedHead feedHead;

  public QuarantineApi(QuarantineStore store, QuarantineReplay replay, FeedHead feedHead) {
    this.store = store;
    this.replay = replay;
    this.feedHead = feedHead;
  }

  @Override
  public void listQuarantinedReadings(
      ListQuarantinedReadingsRequest request,
      StreamObserver<ListQuarantinedReadingsResponse> observer) {
    int size = Pages.size(request.getPageSize());
    // The extra row only tells whether another page follows.
    List<QuarantinedReading> page =
        store.page(filter(request.getFilter()), before(request.getPageToken()), size + 1);
    var response = ListQuarantinedReadingsResponse.newBuilder();
    page.stream().limit(size).map(QuarantineApi::toProto).forEach(response::addReadings);
    if (page.size() > size) {
      response.setNextPageToken(Pages.token(Long.toString(page.get(size - 1).id())));
    }
    observer.onNext(response.build());
    observer.onCompleted();
  }

  @Override
  public void replayQuarantinedReadings(
      ReplayQuarantinedReadingsRequest request,
      StreamObserver<ReplayQuarantinedReadingsResponse> observer) {
    boolean byIds = isByIds(request.getQuarantineIdsCount(), request.hasFilter(), "replay");
    // The extra row only tells whether more match.
    List<QuarantinedReading> found =
        byIds
            ? store.find(request.getQuarantineIdsList())
            : store.oldest(filter(request.getFilter()), REPLAY_MAX + 1);
    QuarantineReplay.Outcome outcome =
        replay.run(found.subList(0, Math.min(found.size(), REPLAY_MAX)), TraceParents.current());
    observer.onNext(
        ReplayQuarantinedReadingsResponse.newBuilder()
            .setCounts(Acknowledgements.toProto(outcome.counts()))
            .setFeedPosition(Protos.token(outcome.position().orElseGet(feedHead::position)))
            .setMore(found.size() > REPLAY_MAX)
            .build());
    observer.onCompleted();
  }

  @Override
  public void deleteQuarantinedReadings(
      DeleteQuarantinedReadingsRequest request,
      StreamObserver<DeleteQuarantinedReadingsResponse> observer) {
    boolean byIds = isByIds(request.getQuarantineIdsCount(), request.hasFilter(), "delete");
    long deleted =
        byIds
            ? store.delete(request.getQuarantineIdsList())
            : store.delete(filter(request.getFilter()));
    observer.onNext(
        DeleteQuarantinedReadingsResponse.newBuilder().setReadingsDeleted(deleted).build());
    observer.onCompleted();
  }

  private static boolean isByIds(int ids, boolean filter, String what) {
    if (ids > 0 && filter) {
      throw InvalidArgument.field("filter", "is only for a request without quarantine_ids");
    }
    if (ids == 0 && !filter) {
      throw InvalidArgument.field(
          "quarantine_ids",
          "neither ids nor a filter; set an empty filter to " + what + " all there are");
    }
    return ids > 0;
  }

  private static long before(String token) {
    String last = Pages.after(token);
    try {
      return last.isEmpty() ? Long.MAX_VALUE : Long.parseLong(last);
    } catch (NumberFormatException e) {
      throw InvalidArgument.field("page_token", "is not a token of this server; begin without one");
    }
  }

  private static QuarantineStore.Filter filter(QuarantineFilter filter) {
    Set<RejectReason> reasons = new HashSet<>();
    for (int number : filter.getReasonsValueList()) {
      try {
        reasons.add(RejectReason.of(number));
      } catch (IllegalArgumentException e) {
        throw InvalidArgument.field("filter.reasons", number + " is not a reason in use");
      }
    }
    var range = filter.getRejectRange();
    Optional<Instant> from =
        range.hasStartTime()
            ? Optional.of(Protos.instant(range.getStartTime(), "filter.reject_range.start_time"))
            : Optional.empty();
    Optional<Instant> to =
        range.hasEndTime()
            ? Optional.of(Protos.instant(range.getEndTime(), "filter.reject_range.end_time"))
            : Optional.empty();
    return new QuarantineStore.Filter(
        Protos.storable(filter.getSeriesPrefix(), "filter.series_prefix"),
        reasons,
        Protos.storable(filter.getWriterId(), "filter.writer_id"),
        from,
        to);
  }

  private static dev.tidewatch.proto.ingest.v1.QuarantinedReading toProto(
      QuarantinedReading reading) {
    var proto =
        dev.tidewatch.proto.ingest.v1.QuarantinedReading.newBuilder()
            .setQuarantineId(reading.id())
            .setSeries(reading.series())
            .setQuality(reading.quality())
            .setReasonValue(reading.reason().number())
            .setMessage(reading.message())
            .setWriterId(reading.writerId())
            .setSequence(reading.sequence())
            .setIndex(reading.index())
            .setRejectTime(Protos.timestamp(reading.rejectTime()));
    reading.value().ifPresent(proto::setValue);
    // A Timestamp holds the years 1 to 9999; readings are refused long before its bounds.
    reading.timeMicros().stream()
        .filter(
            micros -> micros >= BatchCheck.TIME_MIN_MICROS && micros < BatchCheck.TIME_MAX_MICROS)
        .forEach(micros -> proto.setTime(Protos.timestamp(micros)));
    return proto.build();
  }
}
