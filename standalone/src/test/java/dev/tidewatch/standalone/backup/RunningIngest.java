package dev.tidewatch.standalone.backup;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import com.google.rpc.ErrorInfo;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsRequest;
import dev.tidewatch.proto.ingest.v1.BucketFunction;
import dev.tidewatch.proto.ingest.v1.FeedServiceGrpc;
import dev.tidewatch.proto.ingest.v1.GetFeedStatusRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsResponse;
import dev.tidewatch.proto.ingest.v1.QueryServiceGrpc;
import dev.tidewatch.proto.ingest.v1.SeriesBuckets;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.proto.ingest.v1.SubscribeRequest;
import dev.tidewatch.proto.ingest.v1.SubscribeResponse;
import dev.tidewatch.proto.ingest.v1.TimeRange;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.standalone.Standalone;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What a test asks of the ingest server of a {@link Standalone}. */
final class RunningIngest implements AutoCloseable {
  final ManagedChannel open;

  RunningIngest(Standalone standalone) {
    open = BackupTest.channel(standalone.addresses().ingest().toString());
  }

  /** All readings, by series. */
  Map<String, SeriesReadings> everything() {
    var all = new TreeMap<String, SeriesReadings>();
    Iterator<QueryReadingsResponse> pages =
        QueryServiceGrpc.newBlockingStub(open)
            .queryReadings(
                QueryReadingsRequest.newBuilder()
                    .setSelection(SeriesSelection.getDefaultInstance())
                    .build());
    pages.forEachRemaining(page ->
        page.getColumnsList()
            .forEach(column ->
                all.merge(
                    column.getSeries(),
                    column,
                    (begun, more) -> begun.toBuilder().mergeFrom(more).build())));
    return all;
  }

  /** What the days of the year come to, by series. */
  List<SeriesBuckets> days() {
    var all = new ArrayList<SeriesBuckets>();
    QueryServiceGrpc.newBlockingStub(open)
        .aggregateReadings(
            AggregateReadingsRequest.newBuilder()
                .setSelection(SeriesSelection.getDefaultInstance())
                .setRange(
                    TimeRange.newBuilder()
                        .setStartTime(Timestamps.fromMicros(BackupTest.YEAR_BEGIN_MICROS))
                        .setEndTime(
                            Timestamps.fromMicros(
                                BackupTest.YEAR_BEGIN_MICROS
                                    + BackupTest.HOURS * BackupTest.HOUR_MICROS)))
                .setBucket(Durations.fromDays(1))
                .addFunctions(BucketFunction.BUCKET_FUNCTION_COUNT)
                .addFunctions(BucketFunction.BUCKET_FUNCTION_MIN)
                .addFunctions(BucketFunction.BUCKET_FUNCTION_MAX)
                .addFunctions(BucketFunction.BUCKET_FUNCTION_LAST)
                .build())
        .forEachRemaining(page -> all.addAll(page.getSeriesList()));
    return all;
  }

  FeedToken head() {
    return FeedServiceGrpc.newBlockingStub(open)
        .getFeedStatus(GetFeedStatusRequest.getDefaultInstance())
        .getHead();
  }

  long firstBlockAfter(FeedToken after) {
    Iterator<SubscribeResponse> events = subscribe(after);
    while (true) {
      SubscribeResponse event = events.next();
      if (event.hasBlock()) {
        return event.getBlock().getFeedPosition().getPosition();
      }
    }
  }

  String reasonOfSubscribing(FeedToken after) throws Exception {
    try {
      return "answered: " + subscribe(after).next();
    } catch (StatusRuntimeException e) {
      com.google.rpc.Status status = StatusProto.fromThrowable(e);
      if (status == null) {
        throw e;
      }
      return status.getDetails(0).unpack(ErrorInfo.class).getReason();
    }
  }

  private Iterator<SubscribeResponse> subscribe(FeedToken after) {
    return FeedServiceGrpc.newBlockingStub(open)
        .withDeadlineAfter(60, TimeUnit.SECONDS)
        .subscribe(SubscribeRequest.newBuilder().setAfter(after).build());
  }

  @Override
  public void close() {
    open.shutdownNow();
  }
}
