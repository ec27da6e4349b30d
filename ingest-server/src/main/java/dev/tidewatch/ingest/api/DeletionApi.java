package dev.tidewatch.ingest.api;

import dev.tidewatch.ingest.catalog.SeriesSelection;
import dev.tidewatch.ingest.deletion.DeletionStore.Deleted;
import dev.tidewatch.ingest.deletion.DeletionStore.Range;
import dev.tidewatch.ingest.deletion.DeletionTicket;
import dev.tidewatch.ingest.deletion.Deletions;
import dev.tidewatch.ingest.deletion.RequestDigest;
import dev.tidewatch.proto.ingest.v1.DeleteReadingsRequest;
import dev.tidewatch.proto.ingest.v1.DeleteReadingsResponse;
import dev.tidewatch.proto.ingest.v1.DeleteSeriesRequest;
import dev.tidewatch.proto.ingest.v1.DeleteSeriesResponse;
import dev.tidewatch.proto.ingest.v1.TimeRange;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.security.Caller;
import io.grpc.Context;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Deleting over gRPC, for the services that series and readings belong to. */
public final class DeletionApi {
  private final Deletions deletions;

  public DeletionApi(Deletions deletions) {
    this.deletions = deletions;
  }

  DeleteReadingsResponse deleteReadings(DeleteReadingsRequest request) {
    SeriesSelection selection = Protos.selection(request.getSelection());
    boolean selectsAll =
        selection.names().isEmpty()
            && selection.prefix().isEmpty()
            && selection.labels().conditions().isEmpty();
    if (selectsAll != request.getAllSeries()) {
      throw InvalidArgument.field(
          "selection",
          selectsAll
              ? "is empty; say which series, or set all_series to delete from every one"
              : "must stay empty with all_series");
    }
    Range range = range(request.getRange());
    DeletionTicket ticket =
        ticket(
            request.getRequestId(),
            RequestDigest.of(
                "DeleteReadings", request.toBuilder().clearRequestId().build().toByteArray()));
    if (request.getDryRun()) {
      return response(deletions.countReadings(selection, range)).clearFeedPosition().build();
    }
    return response(
            deletions.deleteReadings(selection, range, ticket, Context.current()::isCancelled))
        .build();
  }

  DeleteSeriesResponse deleteSeries(DeleteSeriesRequest request) {
    Protos.storable(request.getSeries(), "series");
    DeletionTicket ticket =
        ticket(
            request.getRequestId(),
            RequestDigest.of(
                "DeleteSeries", request.toBuilder().clearRequestId().build().toByteArray()));
    Deleted deleted = deletions.deleteSeries(request.getSeries(), request.getEtag(), ticket);
    return DeleteSeriesResponse.newBuilder()
        .setFeedPosition(Protos.token(deleted.position()))
        .build();
  }

  private static DeleteReadingsResponse.Builder response(Deleted deleted) {
    return DeleteReadingsResponse.newBuilder()
        .setReadingsDeleted(deleted.readings())
        .setSeriesTouched(deleted.series())
        .setFeedPosition(Protos.token(deleted.position()));
  }

  private static Range range(TimeRange range) {
    // For its checks.
    var _ = Protos.span(range, "range");
    return new Range(
        range.hasStartTime()
            ? OptionalLong.of(Protos.micros(range.getStartTime(), "range.start_time"))
            : OptionalLong.empty(),
        range.hasEndTime()
            ? OptionalLong.of(Protos.micros(range.getEndTime(), "range.end_time"))
            : OptionalLong.empty());
  }

  private static @Nullable DeletionTicket ticket(String requestId, RequestDigest digest) {
    if (requestId.isEmpty()) {
      return null;
    }
    try {
      return new DeletionTicket(UUID.fromString(requestId), Caller.current().keyId(), digest);
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field("request_id", "is not a UUID");
    }
  }
}
