package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.accuracy.AccuracyQuestion;
import dev.tidewatch.monitor.accuracy.AccuracyStore;
import dev.tidewatch.monitor.drift.Drift;
import dev.tidewatch.monitor.drift.DriftStore.Filter;
import dev.tidewatch.monitor.drift.DriftStore.HistoryCursor;
import dev.tidewatch.monitor.drift.DriftStore.NewestCursor;
import dev.tidewatch.monitor.drift.DriftVerdict;
import dev.tidewatch.monitor.drift.LossEstimate;
import dev.tidewatch.monitor.ledger.PredictionFilter;
import dev.tidewatch.proto.monitor.v1.DriftServiceGrpc;
import dev.tidewatch.proto.monitor.v1.EstimateLossRequest;
import dev.tidewatch.proto.monitor.v1.EstimateLossResponse;
import dev.tidewatch.proto.monitor.v1.GetDriftRequest;
import dev.tidewatch.proto.monitor.v1.GetDriftResponse;
import dev.tidewatch.proto.monitor.v1.ListDriftVerdictsRequest;
import dev.tidewatch.proto.monitor.v1.ListDriftVerdictsResponse;
import dev.tidewatch.proto.monitor.v1.RegisterDriftReferenceRequest;
import dev.tidewatch.proto.monitor.v1.RegisterDriftReferenceResponse;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.NotFound;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;

/** Drift over gRPC. */
public final class DriftApi extends DriftServiceGrpc.DriftServiceImplBase {
  private static final Duration TRAILING_DEFAULT = Duration.ofDays(1);

  private final Drift drift;
  private final AccuracyStore accuracy;
  private final InstantSource clock;

  /**
   * @param clock domain time
   */
  public DriftApi(Drift drift, AccuracyStore accuracy, InstantSource clock) {
    this.drift = drift;
    this.accuracy = accuracy;
    this.clock = clock;
  }

  @Override
  public void registerDriftReference(
      RegisterDriftReferenceRequest request,
      StreamObserver<RegisterDriftReferenceResponse> answer) {
    boolean registered = drift.store().register(DriftMessages.reference(request), clock.instant());
    answer.onNext(RegisterDriftReferenceResponse.newBuilder().setRegistered(registered).build());
    answer.onCompleted();
  }

  @Override
  public void getDrift(GetDriftRequest request, StreamObserver<GetDriftResponse> answer) {
    int size = Paging.size(request.getPageSize());
    Optional<NewestCursor> after =
        Paging.read(
            request.getPageToken(),
            "drift",
            4,
            parts ->
                new NewestCursor(
                    Integer.parseInt(parts.get(0)),
                    parts.get(1),
                    parts.get(2),
                    Integer.parseInt(parts.get(3))));
    var version = new ModelVersion(request.getModel(), request.getVersion());
    if (!drift.store().hasReference(version)) {
      throw new NotFound(
          "REFERENCE_UNKNOWN",
          "version: %s %s has no drift reference; training registers one, or call RegisterDriftReference"
              .formatted(version.model(), version.version()));
    }
    Page<DriftVerdict, NewestCursor> page =
        drift.store().newest(version, Wire.text("series", request.getSeries()), after, size);
    var response = GetDriftResponse.newBuilder();
    page.items().forEach(verdict -> response.addVerdicts(DriftMessages.write(verdict)));
    page.next()
        .ifPresent(next ->
            response.setNextPageToken(
                Paging.token("drift", next.level(), next.series(), next.input(), next.kind())));
    answer.onNext(response.build());
    answer.onCompleted();
  }

  @Override
  public void listDriftVerdicts(
      ListDriftVerdictsRequest request, StreamObserver<ListDriftVerdictsResponse> answer) {
    int size = Paging.size(request.getPageSize());
    Optional<HistoryCursor> after =
        Paging.read(
            request.getPageToken(),
            "drift-verdicts",
            5,
            parts ->
                new HistoryCursor(
                    Instant.parse(parts.get(0)),
                    Integer.parseInt(parts.get(1)),
                    Long.parseLong(parts.get(2)),
                    parts.get(3),
                    Integer.parseInt(parts.get(4))));
    var filter =
        new Filter(
            Wire.text("model", request.getModel()),
            Wire.text("version", request.getVersion()),
            Wire.text("series", request.getSeries()),
            DriftMessages.kind("kind", request.getKind()),
            DriftMessages.level("level_min", request.getLevelMin()));
    Page<DriftVerdict, HistoryCursor> page =
        drift.store().history(filter, Wire.span("range", request.getRange()), after, size);
    var response = ListDriftVerdictsResponse.newBuilder();
    page.items().forEach(verdict -> response.addVerdicts(DriftMessages.write(verdict)));
    page.next()
        .ifPresent(next ->
            response.setNextPageToken(
                Paging.token(
                    "drift-verdicts",
                    next.time(),
                    next.modelVersionId(),
                    next.seriesId(),
                    next.input(),
                    next.kind())));
    answer.onNext(response.build());
    answer.onCompleted();
  }

  @Override
  public void estimateLoss(
      EstimateLossRequest request, StreamObserver<EstimateLossResponse> answer) {
    Duration trailing = Wire.duration(request.getTrailing());
    if (trailing.isZero()) {
      trailing = TRAILING_DEFAULT;
    }
    var version = new ModelVersion(request.getModel(), request.getVersion());
    Optional<String> series = Wire.text("series", request.getSeries());
    final Duration window = trailing;
    LossEstimate estimate =
        drift
            .estimateLoss(version, series, window)
            .orElseThrow(() ->
                new FailedPrecondition(
                    "INSUFFICIENT_HISTORY",
                    "trailing: %s %s predicted too little in the last %s to tell its loss; widen it"
                        .formatted(version.model(), version.version(), window)));
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    var measured =
        accuracy.answer(
            new AccuracyQuestion(
                new PredictionFilter(
                    series,
                    Optional.empty(),
                    Optional.of(version.model()),
                    Optional.of(version.version()),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()),
                now.minus(window),
                now,
                Set.of(),
                0,
                1));
    answer.onNext(
        EstimateLossResponse.newBuilder()
            .setMae(estimate.mae())
            .setMaeLower(estimate.lower())
            .setMaeUpper(estimate.upper())
            .setMeasured(AccuracyApi.write(measured.getFirst().figures()))
            .build());
    answer.onCompleted();
  }
}
