package dev.tidewatch.monitor.registry;

import dev.tidewatch.monitor.registry.AliasPlaces.Place;
import dev.tidewatch.monitor.registry.AliasPlaces.Sharing;
import dev.tidewatch.proto.registry.v1.Alias;
import dev.tidewatch.proto.registry.v1.AliasExpectation;
import dev.tidewatch.proto.registry.v1.AliasMove;
import dev.tidewatch.proto.registry.v1.AliasMoveRecord;
import dev.tidewatch.proto.registry.v1.AliasServiceGrpc;
import dev.tidewatch.proto.registry.v1.CheckGatesRequest;
import dev.tidewatch.proto.registry.v1.GetAliasHistoryRequest;
import dev.tidewatch.proto.registry.v1.GetAliasHistoryResponse;
import dev.tidewatch.proto.registry.v1.GetAliasProtectionRequest;
import dev.tidewatch.proto.registry.v1.GetModelVersionRequest;
import dev.tidewatch.proto.registry.v1.GetRoutingRequest;
import dev.tidewatch.proto.registry.v1.ListAliasesRequest;
import dev.tidewatch.proto.registry.v1.ListAliasesResponse;
import dev.tidewatch.proto.registry.v1.ListEvidenceRequest;
import dev.tidewatch.proto.registry.v1.ListEvidenceResponse;
import dev.tidewatch.proto.registry.v1.ModelServiceGrpc;
import dev.tidewatch.proto.registry.v1.MoveAliasesRequest;
import dev.tidewatch.proto.registry.v1.PairedErrors;
import dev.tidewatch.proto.registry.v1.RollBackAliasRequest;
import dev.tidewatch.proto.registry.v1.Routing;
import dev.tidewatch.proto.registry.v1.VersionState;
import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.Unavailable;
import dev.tidewatch.serverkit.grpc.StatusDetails;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The registry's aliases over gRPC. */
public final class GrpcPromotions implements Promotions {
  private static final int PAGE_MAX = 1_000;
  private static final int EVIDENCE_PER_PAGE = 20;

  private final AliasServiceGrpc.AliasServiceBlockingStub aliases;
  private final ModelServiceGrpc.ModelServiceBlockingStub models;
  private final Duration deadline;

  public GrpcPromotions(Channel channel, Duration deadline) {
    this.aliases = AliasServiceGrpc.newBlockingStub(channel);
    this.models = ModelServiceGrpc.newBlockingStub(channel);
    this.deadline = deadline;
  }

  @Override
  public AliasPlaces places(String model) {
    return asked(() -> {
      Map<String, Place> places = standing(model);
      Routing routing =
          aliases().getRouting(GetRoutingRequest.newBuilder().setModel(model).build()).getRouting();
      return new AliasPlaces(
          Optional.ofNullable(places.get(CHAMPION)),
          Optional.ofNullable(places.get(CANARY)),
          new Sharing(
              routing.getCanaryBasisPoints(),
              routing.getShadowAliasesList(),
              routing.getRevision()));
    });
  }

  private Map<String, Place> standing(String model) {
    Map<String, Place> places = new HashMap<>();
    String page = "";
    do {
      ListAliasesResponse answer =
          aliases()
              .listAliases(
                  ListAliasesRequest.newBuilder()
                      .setModel(model)
                      .setPageSize(PAGE_MAX)
                      .setPageToken(page)
                      .build());
      for (Alias alias : answer.getAliasesList()) {
        places.put(alias.getAlias(), new Place(alias.getVersion(), alias.getRevision()));
      }
      page = answer.getNextPageToken();
    } while (!page.isEmpty());
    return places;
  }

  @Override
  public GateAnswer gates(String model, String version) {
    return asked(() -> {
      var state =
          models()
              .getModelVersion(
                  GetModelVersionRequest.newBuilder().setModel(model).setVersion(version).build())
              .getModelVersion()
              .getState();
      if (state == VersionState.VERSION_STATE_PENDING) {
        return new GateAnswer(true, List.of());
      }
      var verdicts = new ArrayList<GateAnswer.Verdict>();
      aliases()
          .checkGates(
              CheckGatesRequest.newBuilder()
                  .setModel(model)
                  .setAlias(CHAMPION)
                  .setVersion(version)
                  .build())
          .getVerdictsList()
          .forEach(v ->
              verdicts.add(new GateAnswer.Verdict(v.getGate(), v.getPassed(), v.getExplanation())));
      boolean guarded =
          aliases()
              .getAliasProtection(
                  GetAliasProtectionRequest.newBuilder().setModel(model).setAlias(CHAMPION).build())
              .getProtection()
              .getProtected();
      Optional<Place> champion = places(model).champion();
      if (!guarded && champion.isPresent() && !champion.get().version().equals(version)) {
        verdicts.add(
            EvidenceGate.of(
                pairedErrors(model, version, champion.get().version()), champion.get()));
      }
      return new GateAnswer(false, verdicts);
    });
  }

  /** The newest against a version; empty if there is none. */
  private Optional<PairedErrors> pairedErrors(String model, String version, String against) {
    String page = "";
    do {
      ListEvidenceResponse answer =
          models()
              .listEvidence(
                  ListEvidenceRequest.newBuilder()
                      .setModel(model)
                      .setVersion(version)
                      .setPageSize(EVIDENCE_PER_PAGE)
                      .setPageToken(page)
                      .build());
      for (var evidence : answer.getEvidenceList()) {
        PairedErrors paired = evidence.getPairedErrors();
        if (evidence.hasPairedErrors()
            && paired.getOther().getModel().equals(model)
            && paired.getOther().getVersion().equals(against)) {
          return Optional.of(paired);
        }
      }
      page = answer.getNextPageToken();
    } while (!page.isEmpty());
    return Optional.empty();
  }

  @Override
  public long move(AliasOrder order) {
    var request =
        MoveAliasesRequest.newBuilder()
            .setRequestId(order.requestId().toString())
            .setReason(shortened(order.reason()));
    for (AliasOrder.Move move : order.moves()) {
      request.addMoves(
          AliasMove.newBuilder()
              .setModel(order.model())
              .setAlias(move.alias())
              .setVersion(move.to().orElse(""))
              .setExpected(
                  AliasExpectation.newBuilder()
                      .setVersion(move.seen().map(Place::version).orElse(""))
                      .setRevision(move.seen().map(Place::revision).orElse(0L))));
    }
    order
        .sharing()
        .ifPresent(sharing ->
            request.addRoutings(
                Routing.newBuilder()
                    .setModel(order.model())
                    .setCanaryBasisPoints(sharing.canaryBasisPoints())
                    .addAllShadowAliases(sharing.shadows())
                    .setRevision(sharing.revision())));
    return asked(() -> aliases().moveAliases(request.build()).getRevision());
  }

  @Override
  public Optional<MadeMove> newestMove(String model, String alias) {
    try {
      return asked(() ->
              aliases()
                  .getAliasHistory(
                      GetAliasHistoryRequest.newBuilder()
                          .setModel(model)
                          .setAlias(alias)
                          .setPageSize(1)
                          .build()))
          .getMovesList()
          .stream()
          .findFirst()
          .map(GrpcPromotions::made);
    } catch (NotFound e) {
      if (e.reason().equals("ALIAS_UNKNOWN")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public List<AliasChange> history(String model) {
    var names = new TreeSet<>(Set.of(CHAMPION, CANARY));
    try {
      names.addAll(asked(() -> standing(model)).keySet());
    } catch (NotFound e) {
      return List.of();
    }
    var changes = new ArrayList<AliasChange>();
    for (String name : names) {
      changes.addAll(history(model, name));
    }
    return changes;
  }

  private List<AliasChange> history(String model, String alias) {
    var changes = new ArrayList<AliasChange>();
    var request =
        GetAliasHistoryRequest.newBuilder().setModel(model).setAlias(alias).setPageSize(PAGE_MAX);
    try {
      do {
        GetAliasHistoryResponse answer = asked(() -> aliases().getAliasHistory(request.build()));
        answer.getMovesList().forEach(move -> changes.add(change(alias, move)));
        request.setPageToken(answer.getNextPageToken());
      } while (!request.getPageToken().isEmpty());
    } catch (NotFound e) {
      if (!e.reason().equals("ALIAS_UNKNOWN")) {
        throw e;
      }
    }
    return changes;
  }

  private static AliasChange change(String alias, AliasMoveRecord move) {
    return new AliasChange(
        alias,
        move.getFromVersion(),
        move.getToVersion(),
        Instant.ofEpochSecond(move.getMovedAt().getSeconds(), move.getMovedAt().getNanos()),
        move.getMovedBy().equals("anonymous") ? "" : move.getMovedBy(),
        move.getReason(),
        move.getRollback(),
        move.getRevision());
  }

  private static MadeMove made(AliasMoveRecord move) {
    return new MadeMove(
        move.getFromVersion(), move.getToVersion(), move.getRollback(), move.getRevision());
  }

  @Override
  public MadeMove rollBack(
      UUID requestId, String model, String alias, String expected, String reason) {
    var answer =
        asked(() ->
            aliases()
                .rollBackAlias(
                    RollBackAliasRequest.newBuilder()
                        .setRequestId(requestId.toString())
                        .setModel(model)
                        .setAlias(alias)
                        .setExpected(AliasExpectation.newBuilder().setVersion(expected))
                        .setReason(shortened(reason))
                        .build()));
    return new MadeMove(
        answer.getRolledBackVersion(),
        answer.getAlias().getVersion(),
        true,
        answer.getAlias().getRevision());
  }

  private AliasServiceGrpc.AliasServiceBlockingStub aliases() {
    return aliases.withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
  }

  private ModelServiceGrpc.ModelServiceBlockingStub models() {
    return models.withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static String shortened(String reason) {
    return reason.length() <= 1_000 ? reason : reason.substring(0, 999) + "…";
  }

  private static <T> T asked(Supplier<T> call) {
    try {
      return call.get();
    } catch (StatusRuntimeException e) {
      String reason = StatusDetails.reason(e).orElse("REGISTRY_REFUSED");
      String message =
          "the registry: " + Optional.ofNullable(e.getStatus().getDescription()).orElse("");
      throw switch (e.getStatus().getCode()) {
        case NOT_FOUND -> new NotFound(reason, message, e);
        case ABORTED -> new Aborted(reason, message, e);
        case FAILED_PRECONDITION, INVALID_ARGUMENT, ALREADY_EXISTS ->
            new FailedPrecondition(reason, message, e);
        default ->
            new Unavailable(
                "REGISTRY_UNAVAILABLE",
                "the registry cannot be asked (" + e.getStatus().getCode() + "); try again later",
                Duration.ofSeconds(1),
                e);
      };
    }
  }
}
