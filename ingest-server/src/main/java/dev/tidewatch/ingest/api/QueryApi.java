package dev.tidewatch.ingest.api;

import dev.tidewatch.ingest.catalog.Series;
import dev.tidewatch.ingest.catalog.SeriesCatalog;
import dev.tidewatch.ingest.catalog.SeriesSelection;
import dev.tidewatch.ingest.catalog.SeriesStore;
import dev.tidewatch.ingest.query.DifferenceQueries;
import dev.tidewatch.ingest.query.ReadView;
import dev.tidewatch.ingest.query.ReadingColumn;
import dev.tidewatch.ingest.query.ReadingQueries;
import dev.tidewatch.ingest.query.TimeSpan;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsRequest;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsResponse;
import dev.tidewatch.proto.ingest.v1.ExportReadingsRequest;
import dev.tidewatch.proto.ingest.v1.ExportReadingsResponse;
import dev.tidewatch.proto.ingest.v1.GetLatestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.GetLatestReadingsResponse;
import dev.tidewatch.proto.ingest.v1.QueryServiceGrpc;
import dev.tidewatch.proto.ingest.v1.Reading;
import dev.tidewatch.proto.ingest.v1.ReportDataQualityRequest;
import dev.tidewatch.proto.ingest.v1.ReportDataQualityResponse;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reading readings over gRPC; what is more than a few lines has a class of its own. */
public final class QueryApi implements BindableService, QueryServiceGrpc.AsyncService {
  private static final int LATEST_SERIES_MAX = 10_000;
  private static final int LATEST_CHUNK = 1_000;
  private static final int CATALOGUE_PAGE = 1_000;

  private final SeriesStore catalogue;
  private final SeriesCatalog names;
  private final ReadingQueries queries;
  private final RangeApi range;
  private final DataQualityApi quality;
  private final AggregateApi aggregates;
  private final ChangesApi changes;
  private final ExportApi export;

  public QueryApi(
      SeriesStore catalogue,
      SeriesCatalog names,
      ReadingQueries queries,
      DifferenceQueries differences,
      DataQualityApi quality,
      AggregateApi aggregates) {
    this.catalogue = catalogue;
    this.names = names;
    this.queries = queries;
    this.quality = quality;
    this.aggregates = aggregates;
    var snapshots = new Snapshots(queries);
    this.range = new RangeApi(catalogue, queries, snapshots);
    this.changes = new ChangesApi(catalogue, differences, snapshots);
    this.export = new ExportApi(catalogue, queries, snapshots);
  }

  @Override
  public ServerServiceDefinition bindService() {
    ServerServiceDefinition ranges =
        EncodedAnswers.bind(
            QueryServiceGrpc.bindService(this),
            QueryServiceGrpc.getQueryReadingsMethod(),
            range::query);
    return EncodedAnswers.bind(ranges, QueryServiceGrpc.getQueryChangesMethod(), changes::query);
  }

  @Override
  public void aggregateReadings(
      AggregateReadingsRequest request, StreamObserver<AggregateReadingsResponse> observer) {
    aggregates.aggregate(request, observer);
  }

  @Override
  public void reportDataQuality(
      ReportDataQualityRequest request, StreamObserver<ReportDataQualityResponse> observer) {
    quality.report(request, observer);
  }

  @Override
  public void exportReadings(
      ExportReadingsRequest request, StreamObserver<ExportReadingsResponse> observer) {
    export.export(request, observer);
  }

  @Override
  public void getLatestReadings(
      GetLatestReadingsRequest request, StreamObserver<GetLatestReadingsResponse> observer) {
    if (!request.hasSelection()) {
      throw InvalidArgument.field("selection", "value is required");
    }
    Selections.check(request.getSelection(), "selection");
    SeriesSelection selection = Protos.selection(request.getSelection());
    TimeSpan span =
        request.hasAt()
            ? new TimeSpan(TimeSpan.ALL.fromMicros(), Protos.micros(request.getAt(), "at") + 1)
            : TimeSpan.ALL;
    ReadView view = queries.view();
    SortedMap<String, Integer> series = select(selection);
    var response =
        GetLatestReadingsResponse.newBuilder().setFeedPosition(Protos.token(view.position()));
    selection.names().stream()
        .distinct()
        .filter(name -> !series.containsKey(name))
        .forEach(response::addUnknownSeries);
    List<String> names = List.copyOf(series.keySet());
    List<Integer> ids = List.copyOf(series.values());
    for (int from = 0; from < ids.size(); from += LATEST_CHUNK) {
      int to = Math.min(ids.size(), from + LATEST_CHUNK);
      List<ReadingColumn> newest = queries.newest(view, ids.subList(from, to), span);
      for (int i = 0; i < newest.size(); i++) {
        ReadingColumn column = newest.get(i);
        if (column.size() > 0) {
          response.addReadings(
              Reading.newBuilder()
                  .setSeries(names.get(from + i))
                  .setTime(Protos.timestamp(column.timeMicros(0)))
                  .setValue(column.value(0))
                  .setQuality(column.quality(0)));
        }
      }
    }
    observer.onNext(response.build());
    observer.onCompleted();
  }

  private SortedMap<String, Integer> select(SeriesSelection selection) {
    if (!selection.names().isEmpty()) {
      return names.ids(selection.names());
    }
    var series = new TreeMap<String, Integer>();
    String after = "";
    while (true) {
      List<Series> page = catalogue.page(selection, after, CATALOGUE_PAGE);
      page.forEach(each -> series.put(each.name(), each.id()));
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
}
