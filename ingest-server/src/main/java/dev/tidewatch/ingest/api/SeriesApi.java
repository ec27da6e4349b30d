package dev.tidewatch.ingest.api;

import dev.tidewatch.ingest.catalog.LabelSelector;
import dev.tidewatch.ingest.catalog.Series;
import dev.tidewatch.ingest.catalog.SeriesDescription;
import dev.tidewatch.ingest.catalog.SeriesSelection;
import dev.tidewatch.ingest.catalog.SeriesStore;
import dev.tidewatch.ingest.feed.FeedHead;
import dev.tidewatch.ingest.feed.FeedPosition;
import dev.tidewatch.proto.ingest.v1.CreateSeriesRequest;
import dev.tidewatch.proto.ingest.v1.CreateSeriesResponse;
import dev.tidewatch.proto.ingest.v1.DeleteSeriesRequest;
import dev.tidewatch.proto.ingest.v1.DeleteSeriesResponse;
import dev.tidewatch.proto.ingest.v1.Device;
import dev.tidewatch.proto.ingest.v1.GetSeriesRequest;
import dev.tidewatch.proto.ingest.v1.GetSeriesResponse;
import dev.tidewatch.proto.ingest.v1.ListDevicesRequest;
import dev.tidewatch.proto.ingest.v1.ListDevicesResponse;
import dev.tidewatch.proto.ingest.v1.ListSeriesRequest;
import dev.tidewatch.proto.ingest.v1.ListSeriesResponse;
import dev.tidewatch.proto.ingest.v1.SeriesServiceGrpc;
import dev.tidewatch.proto.ingest.v1.UpdateSeriesRequest;
import dev.tidewatch.proto.ingest.v1.UpdateSeriesResponse;
import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.AlreadyExists;
import dev.tidewatch.serverkit.errors.NotFound;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The catalogue over gRPC. */
public final class SeriesApi extends SeriesServiceGrpc.SeriesServiceImplBase {
  private final SeriesStore store;
  private final FeedHead feedHead;
  private final InstantSource clock;
  private final DeletionApi deletions;

  public SeriesApi(
      SeriesStore store, FeedHead feedHead, InstantSource clock, DeletionApi deletions) {
    this.deletions = deletions;
    this.store = store;
    this.feedHead = feedHead;
    this.clock = clock;
  }

  @Override
  public void createSeries(
      CreateSeriesRequest request, StreamObserver<CreateSeriesResponse> observer) {
    SeriesDescription description = ProtoSeries.description(request.getSeries());
    SeriesStore.Created created = store.createMissing(List.of(description), false, clock.instant());
    if (created.series().isEmpty()) {
      // A repeat of a request whose answer was lost: the series is there and says just what is
      // asked for.
      Optional<Series> known = find(description.name().value());
      if (request.getRequestId().isEmpty()
          || known.isEmpty()
          || !known.get().description().equals(description)) {
        throw new AlreadyExists(
                "SERIES_EXISTS",
                "series.name: %s exists; use UpdateSeries to change it"
                    .formatted(description.name()))
            .with("series", description.name().value());
      }
      respond(observer, created(known.get(), feedHead.position()));
      return;
    }
    respond(observer, created(created.series().getFirst(), at(created.position())));
  }

  @Override
  public void getSeries(GetSeriesRequest request, StreamObserver<GetSeriesResponse> observer) {
    Protos.storable(request.getSeries(), "series");
    Series series = find(request.getSeries()).orElseThrow(() -> unknown(request.getSeries()));
    respond(
        observer, GetSeriesResponse.newBuilder().setSeries(ProtoSeries.toProto(series)).build());
  }

  @Override
  public void updateSeries(
      UpdateSeriesRequest request, StreamObserver<UpdateSeriesResponse> observer) {
    var wanted = request.getSeries();
    String name = ProtoSeries.name(wanted.getName(), "series.name").value();
    Optional<Series> found = find(name);
    if (found.isEmpty()) {
      if (!request.getAllowMissing()) {
        throw unknown(name);
      }
      SeriesStore.Created created =
          store.createMissing(List.of(ProtoSeries.description(wanted)), false, clock.instant());
      if (!created.series().isEmpty()) {
        respond(observer, updated(created.series().getFirst(), at(created.position())));
        return;
      }
      found = find(name);
    }
    Series known = found.orElseThrow(() -> unknown(name));
    if (!wanted.getEtag().isEmpty() && !wanted.getEtag().equals(known.etag())) {
      throw stale(known);
    }
    SeriesDescription description =
        ProtoSeries.apply(known.description(), wanted, request.getUpdateMask().getPathsList());
    if (description.equals(known.description()) && !known.autoCreated()) {
      respond(observer, updated(known, feedHead.position()));
      return;
    }
    SeriesStore.Changed changed =
        store.update(known, description, clock.instant()).orElseThrow(() -> stale(known));
    respond(observer, updated(changed.series(), at(changed.position())));
  }

  @Override
  public void listSeries(ListSeriesRequest request, StreamObserver<ListSeriesResponse> observer) {
    int size = Pages.size(request.getPageSize());
    LabelSelector labels = Protos.labels(request.getLabelSelector(), "label_selector");
    Protos.storable(request.getPrefix(), "prefix");
    Protos.storable(request.getDevice(), "device");
    FeedPosition position = feedHead.position();
    var selection =
        new SeriesSelection(List.of(), request.getPrefix(), labels, request.getDevice());
    // The extra row only tells whether another page follows.
    List<Series> page = store.page(selection, Pages.after(request.getPageToken()), size + 1);
    var response = ListSeriesResponse.newBuilder().setFeedPosition(Protos.token(position));
    page.stream().limit(size).map(ProtoSeries::toProto).forEach(response::addSeries);
    if (page.size() > size) {
      response.setNextPageToken(Pages.token(page.get(size - 1).name()));
    }
    respond(observer, response.build());
  }

  @Override
  public void listDevices(
      ListDevicesRequest request, StreamObserver<ListDevicesResponse> observer) {
    int size = Pages.size(request.getPageSize());
    Protos.storable(request.getPrefix(), "prefix");
    String after = Pages.after(request.getPageToken());
    var response = ListDevicesResponse.newBuilder();
    String last = "";
    // The extra one only tells whether another page follows.
    for (var device : store.devices(request.getPrefix(), after, size + 1).entrySet()) {
      if (response.getDevicesCount() == size) {
        response.setNextPageToken(Pages.token(last));
        break;
      }
      last = device.getKey();
      response.addDevices(Device.newBuilder().setDevice(last).setSeriesCount(device.getValue()));
    }
    respond(observer, response.build());
  }

  @Override
  public void deleteSeries(
      DeleteSeriesRequest request, StreamObserver<DeleteSeriesResponse> observer) {
    respond(observer, deletions.deleteSeries(request));
  }

  private Optional<Series> find(String name) {
    return store.find(List.of(name)).series().stream().findFirst();
  }

  private FeedPosition at(long position) {
    return new FeedPosition(feedHead.position().epoch(), position);
  }

  private static CreateSeriesResponse created(Series series, FeedPosition position) {
    return CreateSeriesResponse.newBuilder()
        .setSeries(ProtoSeries.toProto(series))
        .setFeedPosition(Protos.token(position))
        .build();
  }

  private static UpdateSeriesResponse updated(Series series, FeedPosition position) {
    return UpdateSeriesResponse.newBuilder()
        .setSeries(ProtoSeries.toProto(series))
        .setFeedPosition(Protos.token(position))
        .build();
  }

  static NotFound unknown(String name) {
    return new NotFound("SERIES_UNKNOWN", "series: %s is not in the catalogue".formatted(name))
        .with("series", name);
  }

  private static Aborted stale(Series known) {
    return new Aborted(
            "ETAG_STALE",
            "series.etag: %s has changed; read it again, then decide".formatted(known.name()))
        .with("series", known.name());
  }

  private static <T> void respond(StreamObserver<T> observer, T response) {
    observer.onNext(response);
    observer.onCompleted();
  }
}
