package dev.tidewatch.sdk;

import com.google.protobuf.FieldMask;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsRequest;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsResponse;
import dev.tidewatch.proto.ingest.v1.CreateSeriesRequest;
import dev.tidewatch.proto.ingest.v1.DeleteReadingsRequest;
import dev.tidewatch.proto.ingest.v1.DeleteReadingsResponse;
import dev.tidewatch.proto.ingest.v1.DeleteSeriesRequest;
import dev.tidewatch.proto.ingest.v1.Device;
import dev.tidewatch.proto.ingest.v1.ExportReadingsRequest;
import dev.tidewatch.proto.ingest.v1.ExportReadingsResponse;
import dev.tidewatch.proto.ingest.v1.GetLatestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.GetLatestReadingsResponse;
import dev.tidewatch.proto.ingest.v1.GetSeriesRequest;
import dev.tidewatch.proto.ingest.v1.GetWriterRequest;
import dev.tidewatch.proto.ingest.v1.IngestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.IngestReadingsResponse;
import dev.tidewatch.proto.ingest.v1.IngestServiceGrpc;
import dev.tidewatch.proto.ingest.v1.ListDevicesRequest;
import dev.tidewatch.proto.ingest.v1.ListDevicesResponse;
import dev.tidewatch.proto.ingest.v1.ListSeriesRequest;
import dev.tidewatch.proto.ingest.v1.ListSeriesResponse;
import dev.tidewatch.proto.ingest.v1.ListWritersRequest;
import dev.tidewatch.proto.ingest.v1.ListWritersResponse;
import dev.tidewatch.proto.ingest.v1.QueryChangesRequest;
import dev.tidewatch.proto.ingest.v1.QueryChangesResponse;
import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsResponse;
import dev.tidewatch.proto.ingest.v1.QueryServiceGrpc;
import dev.tidewatch.proto.ingest.v1.Reading;
import dev.tidewatch.proto.ingest.v1.ReportDataQualityRequest;
import dev.tidewatch.proto.ingest.v1.ReportDataQualityResponse;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesDataQuality;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.proto.ingest.v1.SeriesServiceGrpc;
import dev.tidewatch.proto.ingest.v1.TimeRange;
import dev.tidewatch.proto.ingest.v1.UpdateSeriesRequest;
import dev.tidewatch.proto.ingest.v1.Writer;
import dev.tidewatch.timeseries.ReadingColumns;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.stub.ClientCalls;
import io.opentelemetry.api.trace.Tracer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The ingest server: the catalogue of series, readings in, readings out. Thread-safe. Every method
 * throws {@link TidewatchException} if the call fails.
 */
public final class IngestClient {
  private final Channel channel;
  private final Tracer tracer;
  private final Duration deadline;
  private final Runnable reconnectNow;
  private final IngestServiceGrpc.IngestServiceBlockingStub ingest;
  private final SeriesServiceGrpc.SeriesServiceBlockingStub series;
  private final QueryServiceGrpc.QueryServiceBlockingStub query;
  private final QuarantineClient quarantine;

  IngestClient(Channel channel, Tracer tracer, Duration deadline, Runnable reconnectNow) {
    this.channel = channel;
    this.tracer = tracer;
    this.deadline = deadline;
    this.reconnectNow = reconnectNow;
    this.ingest = IngestServiceGrpc.newBlockingStub(channel);
    this.series = SeriesServiceGrpc.newBlockingStub(channel);
    this.query = QueryServiceGrpc.newBlockingStub(channel);
    this.quarantine = new QuarantineClient(channel);
  }

  /** Readings that were rejected. */
  public QuarantineClient quarantine() {
    return quarantine;
  }

  /** For RPCs that have no method here: any stub of the ingest server may be made on it. */
  public Channel channel() {
    return channel;
  }

  /** As {@link #openWriter(String, WriterSettings, IngestListener)}, with the usual settings. */
  public IngestWriter openWriter(String writerId) throws InterruptedException {
    return openWriter(writerId, WriterSettings.USUAL, IngestListener.SILENT);
  }

  /**
   * Opens an exactly-once writer, fencing whoever had it open. Waits for the server, at most as
   * long as the connection's deadline.
   *
   * @param writerId kept over restarts of the program: 1 to 200 printable ASCII characters without
   *     spaces
   */
  public IngestWriter openWriter(String writerId, WriterSettings settings, IngestListener listener)
      throws InterruptedException {
    return IngestWriter.open(
        writerId,
        settings,
        deadline,
        listener,
        channel,
        reconnectNow,
        tracer,
        RandomGenerator.getDefault());
  }

  /** Stores a few readings in one call; a repeat of the same request id does nothing twice. */
  public IngestReadingsResponse ingest(UUID requestId, List<Reading> rows) {
    var request =
        IngestReadingsRequest.newBuilder()
            .setRequestId(requestId.toString())
            .addAllRows(rows)
            .build();
    return Calls.unary(() -> ingest.ingestReadings(request));
  }

  /**
   * Deletes stored readings in a span of time; with {@code dry_run} only counts them. Gives the
   * request an id if it has none, so that a repeat within the call deletes nothing twice.
   */
  public DeleteReadingsResponse deleteReadings(DeleteReadingsRequest request) {
    var named = request.toBuilder();
    if (request.getRequestId().isEmpty()) {
      named.setRequestId(UUID.randomUUID().toString());
    }
    return Calls.unary(() -> ingest.deleteReadings(named.build()));
  }

  /** Where a writer stands, without opening it. */
  public Writer getWriter(String writerId) {
    var request = GetWriterRequest.newBuilder().setWriterId(writerId).build();
    return Calls.unary(() -> ingest.getWriter(request)).getWriter();
  }

  /** The writers whose ids begin so, in the order of ids. */
  public Stream<Writer> listWriters(String prefix) {
    var first = ListWritersRequest.newBuilder().setPrefix(prefix).setPageSize(1000).build();
    return Calls.pages(
        token -> ingest.listWriters(first.toBuilder().setPageToken(token).build()),
        ListWritersResponse::getWritersList,
        ListWritersResponse::getNextPageToken);
  }

  public Series getSeries(String name) {
    var request = GetSeriesRequest.newBuilder().setSeries(name).build();
    return Calls.unary(() -> series.getSeries(request)).getSeries();
  }

  /** Adds a series to the catalogue. */
  public Series createSeries(Series wanted) {
    var request =
        CreateSeriesRequest.newBuilder()
            .setSeries(wanted)
            .setRequestId(UUID.randomUUID().toString())
            .build();
    return Calls.unary(() -> series.createSeries(request)).getSeries();
  }

  /**
   * The series that match, in the order of names; pages are fetched while the stream is read.
   *
   * @param labelSelector such as {@code floor=3,!test}; empty means all
   */
  public Stream<Series> listSeries(String prefix, String labelSelector) {
    var first =
        ListSeriesRequest.newBuilder()
            .setPrefix(prefix)
            .setLabelSelector(labelSelector)
            .setPageSize(1000)
            .build();
    return Calls.pages(
        token -> series.listSeries(first.toBuilder().setPageToken(token).build()),
        ListSeriesResponse::getSeriesList,
        ListSeriesResponse::getNextPageToken);
  }

  /**
   * Changes what the mask names, nothing else.
   *
   * @param wanted its name says which series; with an etag, only if that is still the current one
   * @param fields of {@link Series}, such as {@code unit} or {@code validation}; none means all
   * @param allowMissing create it if it is not there
   */
  public Series updateSeries(Series wanted, Collection<String> fields, boolean allowMissing) {
    var request =
        UpdateSeriesRequest.newBuilder()
            .setSeries(wanted)
            .setUpdateMask(FieldMask.newBuilder().addAllPaths(fields))
            .setAllowMissing(allowMissing)
            .build();
    return Calls.unary(() -> series.updateSeries(request)).getSeries();
  }

  /**
   * Deletes a series with all its readings.
   *
   * @param etag delete only if this is still the current one; empty: in any case
   * @return the commit that deleted it
   */
  public FeedPosition deleteSeries(String name, String etag) {
    var request =
        DeleteSeriesRequest.newBuilder()
            .setSeries(name)
            .setEtag(etag)
            .setRequestId(UUID.randomUUID().toString())
            .build();
    return FeedPosition.of(Calls.unary(() -> series.deleteSeries(request)).getFeedPosition());
  }

  /** The devices whose names begin so, in the order of names. */
  public Stream<Device> listDevices(String prefix) {
    var first = ListDevicesRequest.newBuilder().setPrefix(prefix).setPageSize(1000).build();
    return Calls.pages(
        token -> series.listDevices(first.toBuilder().setPageToken(token).build()),
        ListDevicesResponse::getDevicesList,
        ListDevicesResponse::getNextPageToken);
  }

  /** The newest reading of each selected series, from one snapshot. */
  public GetLatestReadingsResponse latest(SeriesSelection selection) {
    var request = GetLatestReadingsRequest.newBuilder().setSelection(selection).build();
    return Calls.unary(() -> query.getLatestReadings(request));
  }

  /** Streams readings in columns: series in the order of names, each in the order of times. */
  public ServerStream<QueryReadingsResponse> query(QueryReadingsRequest request) {
    return Calls.stream(() -> query.queryReadings(request));
  }

  /**
   * As {@link #query}, decoded into arrays: for whoever reads much. Several times faster than the
   * generated messages.
   */
  public ServerStream<ReadingsPage> readings(QueryReadingsRequest request) {
    return Calls.stream(() ->
        ClientCalls.blockingServerStreamingCall(
            channel, ReadingsDecoder.METHOD, CallOptions.DEFAULT, request));
  }

  /** As {@link #query}, over broken connections, from one snapshot throughout. */
  public ResumableStream<QueryReadingsResponse> queryResuming(QueryReadingsRequest request) {
    return resumable(
        token -> query(request.toBuilder().setResumeToken(token).build()),
        QueryReadingsResponse::getResumeToken,
        request.getResumeToken());
  }

  /** Streams buckets of a fixed width, from rollups where they cover the range. */
  public ServerStream<AggregateReadingsResponse> aggregate(AggregateReadingsRequest request) {
    return Calls.stream(() -> query.aggregateReadings(request));
  }

  /** Streams what differs between two commits; a reading that changed twice comes once. */
  public ServerStream<QueryChangesResponse> changes(QueryChangesRequest request) {
    return Calls.stream(() -> query.queryChanges(request));
  }

  /**
   * Streams a file over broken connections; the bytes continue exactly. The request's resume token,
   * if any, is where it begins.
   */
  public ResumableStream<ExportReadingsResponse> export(ExportReadingsRequest request) {
    return resumable(
        token ->
            Calls.stream(
                () -> query.exportReadings(request.toBuilder().setResumeToken(token).build())),
        ExportReadingsResponse::getResumeToken,
        request.getResumeToken());
  }

  private <T> ResumableStream<T> resumable(
      Function<String, ServerStream<T>> open, Function<T, String> tokenOf, String resumeToken) {
    return new ResumableStream<>(
        open,
        tokenOf,
        resumeToken,
        Backoff.USUAL,
        RandomGenerator.getDefault(),
        reconnectNow,
        false);
  }

  /** How complete, timely and clean the readings are, by series in the order of names. */
  public Stream<SeriesDataQuality> dataQuality(SeriesSelection selection, TimeRange range) {
    var first =
        ReportDataQualityRequest.newBuilder()
            .setSelection(selection)
            .setRange(range)
            .setPageSize(100)
            .build();
    return Calls.pages(
        token -> query.reportDataQuality(first.toBuilder().setPageToken(token).build()),
        ReportDataQualityResponse::getSeriesList,
        ReportDataQualityResponse::getNextPageToken);
  }

  /**
   * All readings of one series in a half-open range, in the order of times, held in memory.
   *
   * @param from inclusive; null means from the beginning
   * @param to exclusive; null means to the end
   */
  public History history(String seriesName, @Nullable Instant from, @Nullable Instant to) {
    return history(seriesName, from, to, null);
  }

  /**
   * As {@link #history(String, Instant, Instant)}, as it would have been answered at a commit.
   *
   * @param asOf null means now
   */
  public History history(
      String seriesName,
      @Nullable Instant from,
      @Nullable Instant to,
      @Nullable FeedPosition asOf) {
    var range = TimeRange.newBuilder();
    if (from != null) {
      range.setStartTime(ProtoTimes.timestamp(from));
    }
    if (to != null) {
      range.setEndTime(ProtoTimes.timestamp(to));
    }
    var request =
        QueryReadingsRequest.newBuilder()
            .setSelection(SeriesSelection.newBuilder().addNames(seriesName))
            .setRange(range);
    if (asOf != null) {
      request.getAsOfBuilder().setFeedPosition(asOf.token());
    }
    long[] times = new long[1024];
    double[] values = new double[1024];
    int count = 0;
    FeedPosition position = new FeedPosition(0, 0);
    try (var pages = readings(request.build())) {
      while (pages.hasNext()) {
        ReadingsPage page = pages.next();
        position = page.feedPosition();
        for (ReadingsPage.Column column : page.columns()) {
          int more = column.size();
          if (count + more > times.length) {
            int size = Math.max(count + more, times.length * 2);
            times = Arrays.copyOf(times, size);
            values = Arrays.copyOf(values, size);
          }
          System.arraycopy(column.timesMicros(), 0, times, count, more);
          System.arraycopy(column.values(), 0, values, count, more);
          count += more;
        }
      }
    }
    return new History(
        ReadingColumns.of(Arrays.copyOf(times, count), Arrays.copyOf(values, count)), position);
  }

  /**
   * Readings and the snapshot that they are of.
   *
   * @param feedPosition exactly the commits up to it are included
   */
  public record History(ReadingColumns readings, FeedPosition feedPosition) {}
}
