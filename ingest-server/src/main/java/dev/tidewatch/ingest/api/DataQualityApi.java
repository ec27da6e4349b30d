package dev.tidewatch.ingest.api;

import dev.tidewatch.ingest.catalog.SeriesSelection;
import dev.tidewatch.ingest.catalog.SeriesStore;
import dev.tidewatch.ingest.quality.QualityQueries;
import dev.tidewatch.ingest.quality.SeriesQuality;
import dev.tidewatch.ingest.quality.SeriesQuality.Coverage;
import dev.tidewatch.ingest.query.TimeSpan;
import dev.tidewatch.proto.ingest.v1.ReadingGap;
import dev.tidewatch.proto.ingest.v1.RejectCount;
import dev.tidewatch.proto.ingest.v1.ReportDataQualityRequest;
import dev.tidewatch.proto.ingest.v1.ReportDataQualityResponse;
import dev.tidewatch.proto.ingest.v1.SeriesDataQuality;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;

/** ReportDataQuality of the query service. Thread-safe. */
public final class DataQualityApi {
  private final SeriesStore catalogue;
  private final QualityQueries queries;
  private final InstantSource clock;

  public DataQualityApi(SeriesStore catalogue, QualityQueries queries, InstantSource clock) {
    this.catalogue = catalogue;
    this.queries = queries;
    this.clock = clock;
  }

  void report(
      ReportDataQualityRequest request, StreamObserver<ReportDataQualityResponse> observer) {
    SeriesSelection selection = Protos.selection(request.getSelection());
    // Bounds that were not given are told from those that were: what lies outside the readings is
    // missing only within given ones.
    TimeSpan span = Protos.span(request.getRange(), "range");
    var question =
        new QualityQueries.Question(
            selection,
            request.getRange().hasStartTime()
                ? OptionalLong.of(span.fromMicros())
                : OptionalLong.empty(),
            request.getRange().hasEndTime()
                ? OptionalLong.of(span.toMicros())
                : OptionalLong.empty(),
            Pages.after(request.getPageToken()),
            Pages.size(request.getPageSize()));
    Selections.requireKnown(catalogue, selection);
    Context context = Context.current();
    QualityQueries.Page page;
    try {
      page = queries.report(question, clock.instant(), context::isCancelled);
    } catch (CancellationException e) {
      // Nobody is left to be answered.
      observer.onError(io.grpc.Status.CANCELLED.withCause(e).asRuntimeException());
      return;
    }
    var response =
        ReportDataQualityResponse.newBuilder().setFeedPosition(Protos.token(page.position()));
    page.series().forEach(series -> response.addSeries(toProto(series)));
    if (page.more()) {
      response.setNextPageToken(Pages.token(page.series().getLast().series()));
    }
    observer.onNext(response.build());
    observer.onCompleted();
  }

  private static SeriesDataQuality toProto(SeriesQuality quality) {
    Coverage coverage = quality.coverage();
    var proto =
        SeriesDataQuality.newBuilder()
            .setSeries(quality.series())
            .setCounts(Acknowledgements.toProto(quality.counts()))
            .setReadingCount(coverage.readings())
            .setCompleteness(coverage.completeness())
            .setGapCount(coverage.gapCount())
            .setOutOfOrderCount(quality.outOfOrder())
            .setFlaggedCount(coverage.flagged());
    coverage
        .gaps()
        .forEach(gap ->
            proto.addGaps(
                ReadingGap.newBuilder()
                    .setStartTime(Protos.timestamp(gap.startMicros()))
                    .setEndTime(Protos.timestamp(gap.endMicros()))
                    .setIntervalCount(gap.intervals())));
    quality.rejects().entrySet().stream()
        .sorted(Comparator.comparingInt(each -> each.getKey().number()))
        .forEach(each ->
            proto.addRejects(
                RejectCount.newBuilder()
                    .setReasonValue(each.getKey().number())
                    .setReadingCount(each.getValue())));
    if (coverage.intervalMicros() > 0) {
      proto.setInterval(duration(coverage.intervalMicros()));
    }
    if (coverage.timed() > 0) {
      proto.setLatencyP50(duration(coverage.latencyMicrosP50()));
      proto.setLatencyP99(duration(coverage.latencyMicrosP99()));
    }
    if (coverage.readings() > 0) {
      proto.setFirstTime(Protos.timestamp(coverage.firstMicros()));
      proto.setLastTime(Protos.timestamp(coverage.lastMicros()));
    }
    return proto.build();
  }

  private static com.google.protobuf.Duration duration(long micros) {
    return Protos.duration(Duration.of(micros, ChronoUnit.MICROS));
  }
}
