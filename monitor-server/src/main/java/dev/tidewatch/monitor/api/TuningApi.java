package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.TextField;
import dev.tidewatch.monitor.tuning.Tuning;
import dev.tidewatch.monitor.tuning.TuningCause;
import dev.tidewatch.monitor.tuning.TuningKey;
import dev.tidewatch.monitor.tuning.TuningStore;
import dev.tidewatch.proto.monitor.v1.GetTuningRequest;
import dev.tidewatch.proto.monitor.v1.GetTuningResponse;
import dev.tidewatch.proto.monitor.v1.ListTuningsRequest;
import dev.tidewatch.proto.monitor.v1.ListTuningsResponse;
import dev.tidewatch.proto.monitor.v1.ResetTuningRequest;
import dev.tidewatch.proto.monitor.v1.ResetTuningResponse;
import dev.tidewatch.proto.monitor.v1.SetTuningRequest;
import dev.tidewatch.proto.monitor.v1.SetTuningResponse;
import dev.tidewatch.proto.monitor.v1.TuningServiceGrpc;
import dev.tidewatch.proto.monitor.v1.WatchTuningRequest;
import dev.tidewatch.proto.monitor.v1.WatchTuningResponse;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.security.Caller;
import dev.tidewatch.timeseries.SeriesName;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Tunings over gRPC. */
public final class TuningApi extends TuningServiceGrpc.TuningServiceImplBase {
  private final TuningStore store;
  private final InstantSource clock;
  private final Duration lookInterval;
  private final BooleanSupplier draining;
  private final WatchPlaces watchPlaces;

  /**
   * @param clock domain time
   * @param lookInterval how often a watch looks for changes
   * @param draining whether watches are to end
   * @param watchersMax streams at once
   */
  public TuningApi(
      TuningStore store,
      InstantSource clock,
      Duration lookInterval,
      BooleanSupplier draining,
      int watchersMax) {
    this.store = store;
    this.clock = clock;
    this.lookInterval = lookInterval;
    this.draining = draining;
    this.watchPlaces = new WatchPlaces(watchersMax);
  }

  @Override
  public void watchTuning(WatchTuningRequest request, StreamObserver<WatchTuningResponse> answer) {
    Optional<String> model = Wire.text("model", request.getModel());
    watchPlaces.start(
        "tuning-watch",
        answer,
        "connect again",
        new TuningWatch(store, clock, model, lookInterval, draining));
  }

  @Override
  public void getTuning(GetTuningRequest request, StreamObserver<GetTuningResponse> answer) {
    TuningKey key =
        TuningMessages.key("", request.getSeries(), request.getModel(), request.getVersion());
    Tuning tuning =
        store
            .find(key)
            .orElseThrow(() ->
                new NotFound(
                    "TUNING_UNKNOWN",
                    "%s %s runs on %s as it was trained"
                        .formatted(request.getModel(), request.getVersion(), request.getSeries())));
    answer.onNext(GetTuningResponse.newBuilder().setTuning(TuningMessages.write(tuning)).build());
    answer.onCompleted();
  }

  @Override
  public void listTunings(ListTuningsRequest request, StreamObserver<ListTuningsResponse> answer) {
    Optional<TuningKey> after =
        Paging.read(
            request.getPageToken(),
            "tunings",
            3,
            parts ->
                new TuningKey(
                    new SeriesName(parts.get(0)), new ModelVersion(parts.get(1), parts.get(2))));
    Page<Tuning, TuningKey> page =
        store.page(
            Wire.text("series", request.getSeries())
                .map(name -> Wire.series("series", name).value()),
            Wire.text("model", request.getModel()),
            after,
            Paging.size(request.getPageSize()));
    var response = ListTuningsResponse.newBuilder();
    page.items().forEach(tuning -> response.addTunings(TuningMessages.write(tuning)));
    page.next()
        .ifPresent(next ->
            response.setNextPageToken(
                Paging.token(
                    "tunings",
                    next.series().value(),
                    next.version().model(),
                    next.version().version())));
    answer.onNext(response.build());
    answer.onCompleted();
  }

  @Override
  public void setTuning(SetTuningRequest request, StreamObserver<SetTuningResponse> answer) {
    if (!request.hasTuning()) {
      throw InvalidArgument.field("tuning", "is missing; say what to set");
    }
    dev.tidewatch.proto.monitor.v1.Tuning wanted = request.getTuning();
    TuningKey key =
        TuningMessages.key("tuning.", wanted.getSeries(), wanted.getModel(), wanted.getVersion());
    Tuning tuning =
        store.set(
            key,
            Wire.text("tuning.etag", wanted.getEtag()),
            wanted.getThresholdFactor(),
            wanted.getConformalOffsetsList(),
            TuningCause.byHand(
                "by hand: " + TextField.require("reason", request.getReason(), 1, 1000), actor()),
            clock.instant());
    answer.onNext(SetTuningResponse.newBuilder().setTuning(TuningMessages.write(tuning)).build());
    answer.onCompleted();
  }

  @Override
  public void resetTuning(ResetTuningRequest request, StreamObserver<ResetTuningResponse> answer) {
    long revision =
        store.reset(
            TuningMessages.key("", request.getSeries(), request.getModel(), request.getVersion()),
            Wire.text("etag", request.getEtag()),
            TuningCause.byHand("reset", actor()),
            clock.instant());
    answer.onNext(ResetTuningResponse.newBuilder().setRevision(revision).build());
    answer.onCompleted();
  }

  /** Id of the API key; empty without one. */
  private static String actor() {
    String id = Caller.current().keyId();
    return id.equals("anonymous") ? "" : id;
  }
}
