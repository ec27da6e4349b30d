package dev.tidewatch.sdk;

import dev.tidewatch.proto.ingest.v1.DeleteQuarantinedReadingsRequest;
import dev.tidewatch.proto.ingest.v1.ListQuarantinedReadingsRequest;
import dev.tidewatch.proto.ingest.v1.ListQuarantinedReadingsResponse;
import dev.tidewatch.proto.ingest.v1.QuarantineFilter;
import dev.tidewatch.proto.ingest.v1.QuarantineServiceGrpc;
import dev.tidewatch.proto.ingest.v1.QuarantinedReading;
import dev.tidewatch.proto.ingest.v1.ReplayQuarantinedReadingsRequest;
import dev.tidewatch.proto.ingest.v1.ReplayQuarantinedReadingsResponse;
import java.util.Collection;
import java.util.stream.Stream;

/**
 * Readings that were rejected: look at them, store them after all, or forget them. Thread-safe.
 * Every method throws {@link TidewatchException} if the call fails.
 */
public final class QuarantineClient {
  private final QuarantineServiceGrpc.QuarantineServiceBlockingStub quarantine;

  QuarantineClient(io.grpc.Channel channel) {
    this.quarantine = QuarantineServiceGrpc.newBlockingStub(channel);
  }

  /** Those that match, newest first; pages are fetched while the stream is read. */
  public Stream<QuarantinedReading> list(QuarantineFilter filter) {
    var first =
        ListQuarantinedReadingsRequest.newBuilder().setFilter(filter).setPageSize(1000).build();
    return Calls.pages(
        token -> quarantine.listQuarantinedReadings(first.toBuilder().setPageToken(token).build()),
        ListQuarantinedReadingsResponse::getReadingsList,
        ListQuarantinedReadingsResponse::getNextPageToken);
  }

  /**
   * Judges readings again, by the rules of now, and stores those that pass; the others stay.
   *
   * @param quarantineIds at most 10,000
   */
  public ReplayQuarantinedReadingsResponse replay(Collection<Long> quarantineIds) {
    return replay(
        ReplayQuarantinedReadingsRequest.newBuilder().addAllQuarantineIds(quarantineIds).build());
  }

  /**
   * As {@link #replay(Collection)}, for up to 10,000 that match, the oldest first; {@code more} in
   * the answer says that there are others.
   */
  public ReplayQuarantinedReadingsResponse replay(QuarantineFilter filter) {
    return replay(ReplayQuarantinedReadingsRequest.newBuilder().setFilter(filter).build());
  }

  private ReplayQuarantinedReadingsResponse replay(ReplayQuarantinedReadingsRequest request) {
    return Calls.unary(() -> quarantine.replayQuarantinedReadings(request));
  }

  /**
   * Forgets readings.
   *
   * @param quarantineIds at most 10,000
   * @return how many were there
   */
  public long delete(Collection<Long> quarantineIds) {
    return delete(
        DeleteQuarantinedReadingsRequest.newBuilder().addAllQuarantineIds(quarantineIds).build());
  }

  /** Forgets all that match; returns how many. */
  public long delete(QuarantineFilter filter) {
    return delete(DeleteQuarantinedReadingsRequest.newBuilder().setFilter(filter).build());
  }

  private long delete(DeleteQuarantinedReadingsRequest request) {
    return Calls.unary(() -> quarantine.deleteQuarantinedReadings(request)).getReadingsDeleted();
  }
}
