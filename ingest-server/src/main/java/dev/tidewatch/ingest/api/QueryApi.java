package dev.tidewatch.ingest.api;

import dev.tidewatch.ingest.catalog.Series;
import dev.tidewatch.ingest.catalog.SeriesSelection;
import dev.tidewatch.ingest.catalog.SeriesStore;
import dev.tidewatch.ingest.query.RangeCursor;
import dev.tidewatch.ingest.query.RangeQuery;
import dev.tidewatch.ingest.query.ReadView;
import dev.tidewatch.ingest.query.ReadingColumn;
import dev.tidewatch.ingest.query.ReadingQueries;
import dev.tidewatch.ingest.query.TimeSpan;
import dev.tidewatch.proto.ingest.v1.AsOf;
import dev.tidewatch.proto.ingest.v1.GetLatestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.GetLatestReadingsResponse;
import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsResponse;
import dev.tidewatch.proto.ingest.v1.QueryServiceGrpc;
import dev.tidewatch.proto.ingest.v1.Reading;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.OutOfRange;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reading readings over gRPC. AggregateReadings, QueryChanges, ReportDataQuality and ExportReadings
 * are not built yet.
 */
public final class QueryApi extends QueryServiceGrpc.QueryServiceImplBase {
  private static final int LATEST_SERIES_MAX = 10_000;
  private static final int LATEST_CHUNK = 1_000;
  private static final int CATALOGUE_PAGE = 1_000;

  private final SeriesStore catalogue;
  private final ReadingQueries queries;

  public QueryApi(SeriesStore catalogue, ReadingQueries queries) {
    this.catalogue = catalogue;
    this.queries = queries;
  }

  @Override
  public void queryReadings(
      QueryReadingsRequest request, StreamObserver<QueryReadingsResponse> observer) {
    SeriesSelection selection = Protos.selection(request.getSelection());
    TimeSpan span = Protos.span(request.getRange(), "range");
    Optional<RangeCursor> resume = resume(request.getResumeToken());
    requireKnown(selection);
    ReadView view =
        resume.isPresent()
            ? viewOf(resume.get())
            : view(request.hasAsOf() ? request.getAsOf() : AsOf.getDefaultInstance());
    var question =
        new RangeQuery.Question(
            selection, span, request.getReadingsPerSeriesMax(), request.getNewest());
    var stream = new PacedStream<>((ServerCallStreamObserver<QueryReadingsResponse>) observer);
    var pages = new ReadingPages(stream, Protos.token(view.position()), request.getWithQualities());
    var query = new RangeQuery(catalogue, queries, question, view, pages);
    // Not on the call's thread: that one brings the news that the client is ready for more.
    Thread.ofVirtual()
        .name("ingest-query")
        .start(
            Context.current()
                .wrap(() -> {
                  try {
                    query.run(resume);
                    pages.end();
                    stream.complete();
                  } catch (InterruptedException e) {
                    // The client is gone.
                    Thread.currentThread().interrupt();
                  } catch (Throwable e) {
                    stream.fail(e);
                  }
                }));
  }

  @Override
  public void getLatestReadings(
      GetLatestReadingsRequest request, StreamObserver<GetLatestReadingsResponse> observer) {
    SeriesSelection selection = Protos.selection(request.getSelection());
    TimeSpan span =
        request.hasAt()
            ? new TimeSpan(TimeSpan.ALL.fromMicros(), Protos.micros(request.getAt(), "at") + 1)
            : TimeSpan.ALL;
    ReadView view = queries.view();
    List<Series> series = select(selection);
    var response =
        GetLatestReadingsResponse.newBuilder().setFeedPosition(Protos.token(view.position()));
    Set<String> known = new HashSet<>();
    series.forEach(each -> known.add(each.name()));
    selection.names().stream()
        .distinct()
        .filter(name -> !known.contains(name))
        .forEach(response::addUnknownSeries);
    for (int from = 0; from < series.size(); from += LATEST_CHUNK) {
      List<Series> chunk = series.subList(from, Math.min(series.size(), from + LATEST_CHUNK));
      List<ReadingColumn> newest =
          queries.newest(view, chunk.stream().map(Series::id).toList(), span);
      for (int i = 0; i < chunk.size(); i++) {
        ReadingColumn column = newest.get(i);
        if (column.size() > 0) {
          response.addReadings(
              Reading.newBuilder()
                  .setSeries(chunk.get(i).name())
                  .setTime(Protos.timestamp(column.timeMicros(0)))
                  .setValue(column.value(0))
                  .setQuality(column.quality(0)));
        }
      }
    }
    observer.onNext(response.build());
    observer.onCompleted();
  }

  private List<Series> select(SeriesSelection selection) {
    if (!selection.names().isEmpty()) {
      var named = new ArrayList<>(catalogue.find(selection.names()).series());
      named.sort(Comparator.comparing(Series::name));
      return named;
    }
    var series = new ArrayList<Series>();
    String after = "";
    while (true) {
      List<Series> page = catalogue.page(selection, after, CATALOGUE_PAGE);
      series.addAll(page);
      if (series.size() > LATEST_SERIES_MAX) {
        throw InvalidArgument.field(
            "selection", "matches more than " + LATEST_SERIES_MAX + " series; ask in parts");
      }
      if (page.size() < CATALOGUE_PAGE) {
        return series;
      }
      after = page.getLast().name();
    }
  }

  private void requireKnown(SeriesSelection selection) {
    if (selection.names().isEmpty()) {
      return;
    }
    Set<String> known = new HashSet<>();
    catalogue.find(selection.names()).series().forEach(series -> known.add(series.name()));
    for (String name : selection.names()) {
      if (!known.contains(name)) {
        throw SeriesApi.unknown(name);
      }
    }
  }

  private static Optional<RangeCursor> resume(String token) {
    if (token.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(RangeCursor.parse(token));
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field(
          "resume_token", "is not a token of this server; begin without one");
    }
  }

  private ReadView viewOf(RangeCursor cursor) {
    return at(cursor.epoch(), cursor.position());
  }

  private ReadView view(AsOf asOf) {
    return switch (asOf.getMomentCase()) {
      case FEED_POSITION -> {
        FeedToken token = asOf.getFeedPosition();
        yield at(token.getEpoch(), token.getPosition());
      }
      case COMMIT_TIME -> queries.viewAt(Protos.instant(asOf.getCommitTime(), "as_of.commit_time"));
      case MOMENT_NOT_SET -> queries.view();
    };
  }

  private ReadView at(long epoch, long position) {
    ReadView view =
        queries
            .viewAt(position)
            .orElseThrow(() ->
                new OutOfRange(
                    "AS_OF_AHEAD",
                    "as_of: position %d is newer than the newest commit".formatted(position)));
    if (view.position().epoch() != epoch && !(epoch == 0 && position == 0)) {
      throw new OutOfRange(
          "AS_OF_EXPIRED",
          "as_of: belongs to the life %d of the database, now is %d"
              .formatted(epoch, view.position().epoch()));
    }
    return view;
  }
}
