package dev.tidewatch.ingest.api;

import dev.tidewatch.ingest.catalog.SeriesSelection;
import dev.tidewatch.ingest.catalog.SeriesStore;
import dev.tidewatch.ingest.query.AggregateQuery;
import dev.tidewatch.ingest.query.BucketGrid;
import dev.tidewatch.ingest.query.BucketSource;
import dev.tidewatch.ingest.query.ReadView;
import dev.tidewatch.ingest.query.ReadingQueries;
import dev.tidewatch.ingest.query.TimeSpan;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsRequest;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsResponse;
import dev.tidewatch.proto.ingest.v1.BucketFunction;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.grpc.PacedStream;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** AggregateReadings. Thread-safe. */
public final class AggregateApi {
  private static final long BUCKETS_MAX = 1_000_000;

  private final SeriesStore catalogue;
  private final BucketSource source;
  private final Snapshots snapshots;

  public AggregateApi(SeriesStore catalogue, ReadingQueries queries, BucketSource source) {
    this.catalogue = catalogue;
    this.source = source;
    this.snapshots = new Snapshots(queries);
  }

  void aggregate(
      AggregateReadingsRequest request, StreamObserver<AggregateReadingsResponse> observer) {
    SeriesSelection selection = Protos.selection(request.getSelection());
    TimeSpan span = span(request);
    BucketGrid grid = grid(request);
    boolean withSketches = percentiles(request);
    if (span.toMicros() > span.fromMicros()) {
      long buckets = grid.indexAt(span.toMicros() - 1) - grid.indexAt(span.fromMicros()) + 1;
      if (buckets > BUCKETS_MAX) {
        throw InvalidArgument.field(
            "bucket",
            "gives %,d buckets a series, more than %,d; ask for wider ones or a shorter range"
                .formatted(buckets, BUCKETS_MAX));
      }
    }
    Selections.requireKnown(catalogue, selection);
    ReadView view = snapshots.of(request.getAsOf());
    boolean now = !request.getAsOf().hasFeedPosition() && !request.getAsOf().hasCommitTime();
    var stream = PacedStream.of((ServerCallStreamObserver<AggregateReadingsResponse>) observer);
    var pages = new BucketPages(stream, Protos.token(view.position()), request);
    var query =
        new AggregateQuery(
            catalogue,
            source.open(view, span, now),
            new AggregateQuery.Question(selection, span, grid, withSketches),
            pages);
    stream.start(
        "ingest-aggregate",
        () -> {
          if (span.toMicros() > span.fromMicros()) {
            query.run();
          }
          pages.end();
        });
  }

  private static TimeSpan span(AggregateReadingsRequest request) {
    if (!request.getRange().hasStartTime()) {
      throw InvalidArgument.field("range.start_time", "is required");
    }
    if (!request.getRange().hasEndTime()) {
      throw InvalidArgument.field("range.end_time", "is required");
    }
    return Protos.span(request.getRange(), "range");
  }

  private static BucketGrid grid(AggregateReadingsRequest request) {
    ZoneId zone;
    try {
      zone = request.getTimeZone().isEmpty() ? ZoneOffset.UTC : ZoneId.of(request.getTimeZone());
    } catch (DateTimeException e) {
      throw InvalidArgument.field(
          "time_zone", "is not an IANA name, such as Europe/Berlin; empty means UTC");
    }
    try {
      return new BucketGrid(Protos.duration(request.getBucket()), zone);
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field("bucket", String.valueOf(e.getMessage()));
    }
  }

  private static boolean percentiles(AggregateReadingsRequest request) {
    boolean wanted = request.getFunctionsList().contains(BucketFunction.BUCKET_FUNCTION_PERCENTILE);
    if (wanted && request.getPercentilesCount() == 0) {
      throw InvalidArgument.field("percentiles", "is required with BUCKET_FUNCTION_PERCENTILE");
    }
    if (!wanted && request.getPercentilesCount() > 0) {
      throw InvalidArgument.field("percentiles", "needs BUCKET_FUNCTION_PERCENTILE in functions");
    }
    return wanted;
  }
}
