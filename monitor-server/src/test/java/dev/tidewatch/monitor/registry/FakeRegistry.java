package dev.tidewatch.monitor.registry;

import com.google.protobuf.Timestamp;
import dev.tidewatch.proto.registry.v1.Alias;
import dev.tidewatch.proto.registry.v1.AliasMove;
import dev.tidewatch.proto.registry.v1.AliasMoveRecord;
import dev.tidewatch.proto.registry.v1.AliasProtection;
import dev.tidewatch.proto.registry.v1.AliasServiceGrpc;
import dev.tidewatch.proto.registry.v1.CheckGatesRequest;
import dev.tidewatch.proto.registry.v1.CheckGatesResponse;
import dev.tidewatch.proto.registry.v1.Evidence;
import dev.tidewatch.proto.registry.v1.GateVerdict;
import dev.tidewatch.proto.registry.v1.GetAliasHistoryRequest;
import dev.tidewatch.proto.registry.v1.GetAliasHistoryResponse;
import dev.tidewatch.proto.registry.v1.GetAliasProtectionRequest;
import dev.tidewatch.proto.registry.v1.GetAliasProtectionResponse;
import dev.tidewatch.proto.registry.v1.GetModelVersionRequest;
import dev.tidewatch.proto.registry.v1.GetModelVersionResponse;
import dev.tidewatch.proto.registry.v1.GetRoutingRequest;
import dev.tidewatch.proto.registry.v1.GetRoutingResponse;
import dev.tidewatch.proto.registry.v1.ListAliasesRequest;
import dev.tidewatch.proto.registry.v1.ListAliasesResponse;
import dev.tidewatch.proto.registry.v1.ListEvidenceRequest;
import dev.tidewatch.proto.registry.v1.ListEvidenceResponse;
import dev.tidewatch.proto.registry.v1.ModelServiceGrpc;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.MoveAliasesRequest;
import dev.tidewatch.proto.registry.v1.MoveAliasesResponse;
import dev.tidewatch.proto.registry.v1.PairedErrors;
import dev.tidewatch.proto.registry.v1.RollBackAliasRequest;
import dev.tidewatch.proto.registry.v1.RollBackAliasResponse;
import dev.tidewatch.proto.registry.v1.Routing;
import dev.tidewatch.proto.registry.v1.VersionReference;
import dev.tidewatch.proto.registry.v1.VersionState;
import dev.tidewatch.serverkit.config.ConfigLoader;
import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.AlreadyExists;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.Unavailable;
import dev.tidewatch.serverkit.grpc.GrpcConfig;
import dev.tidewatch.serverkit.grpc.GrpcServer;
import dev.tidewatch.serverkit.security.SecurityConfig;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * As much of the registry as the monitor calls for one model, in memory and in process, over real
 * gRPC: aliases with compare-and-set, history, request ids, routing, a gate, evidence. It can fail
 * before or after it did what it was asked.
 */
public final class FakeRegistry implements AutoCloseable {
  public static final String MODEL = "load";

  private final Object lock = new Object();
  private final Map<String, Alias> aliases = new TreeMap<>();
  private final Map<String, List<AliasMoveRecord>> history = new HashMap<>();
  private final Map<String, Object[]> answered = new HashMap<>();
  private final TreeSet<String> refused = new TreeSet<>();
  private final TreeSet<String> pending = new TreeSet<>();
  private final Map<String, PairedErrors> evidence = new HashMap<>();
  private final GrpcServer server;
  private Routing routing = Routing.newBuilder().setModel(MODEL).build();
  private boolean guarded = true;
  private int approvalsMissing;
  private long revision;
  private BooleanSupplier failsBefore = () -> false;
  private BooleanSupplier failsAfter = () -> false;

  public FakeRegistry() {
    var config =
        ConfigLoader.with(
            GrpcConfig.class, Map.of("host", "inproc:" + UUID.randomUUID(), "port", "0"));
    server =
        GrpcServer.builder(config, SecurityConfig.off(), Telemetry.disabled())
            .service(new Aliases())
            .service(new Models())
            .start();
  }

  public String target() {
    return server.target();
  }

  /** Without the retries of the usual channel; the caller shuts it down. */
  public ManagedChannel channel() {
    return InProcessChannelBuilder.forName(target().substring("inproc:".length())).build();
  }

  /** Moves an alias as a person would; an empty version removes it. */
  public void move(String alias, String version) {
    synchronized (lock) {
      carryOut(alias, version, false);
    }
  }

  /** The same, at a time, by somebody and for a reason that the history keeps. */
  public void move(String alias, String version, Instant at, String by, String reason) {
    synchronized (lock) {
      carryOut(alias, version, false);
      List<AliasMoveRecord> moves = history.getOrDefault(alias, new ArrayList<>());
      moves.set(
          moves.size() - 1,
          moves.getLast().toBuilder()
              .setMovedAt(Timestamp.newBuilder().setSeconds(at.getEpochSecond()))
              .setMovedBy(by)
              .setReason(reason)
              .build());
    }
  }

  /** Registry revision of the newest change. */
  public long revision() {
    synchronized (lock) {
      return revision;
    }
  }

  /** Where an alias stands; empty: nowhere. */
  public String at(String alias) {
    synchronized (lock) {
      Alias at = aliases.get(alias);
      return at == null ? "" : at.getVersion();
    }
  }

  public Routing routing() {
    synchronized (lock) {
      return routing;
    }
  }

  public int moves(String alias) {
    synchronized (lock) {
      return history.getOrDefault(alias, List.of()).size();
    }
  }

  public void refuse(String version) {
    refused.add(version);
  }

  public void check(String version, boolean isPending) {
    if (isPending) {
      pending.add(version);
    } else {
      pending.remove(version);
    }
  }

  public void unguard() {
    guarded = false;
  }

  public void askForApprovals(int missing) {
    approvalsMissing = missing;
  }

  /** Attaches the errors of a version against another at as many origins. */
  public void attach(String version, String other, double[] own, double[] others) {
    var errors =
        PairedErrors.newBuilder()
            .setOther(VersionReference.newBuilder().setModel(MODEL).setVersion(other))
            .setMeasure("absolute_error");
    for (int i = 0; i < own.length; i++) {
      errors.addOriginsMicros(i * 3_600_000_000L).addCandidateErrors(own[i]);
      errors.addOtherErrors(others[i]);
    }
    evidence.put(version, errors.build());
  }

  /** From now on, each change may fail before it happens, or its answer be lost. */
  public void fail(BooleanSupplier before, BooleanSupplier after) {
    failsBefore = before;
    failsAfter = after;
  }

  private void carryOut(String alias, String version, boolean rollback) {
    String from = at(alias);
    revision++;
    if (version.isEmpty()) {
      aliases.remove(alias);
    } else {
      aliases.put(
          alias,
          Alias.newBuilder()
              .setModel(MODEL)
              .setAlias(alias)
              .setVersion(version)
              .setRevision(revision)
              .build());
    }
    history
        .computeIfAbsent(alias, a -> new ArrayList<>())
        .add(
            AliasMoveRecord.newBuilder()
                .setFromVersion(from)
                .setToVersion(version)
                .setRollback(rollback)
                .setRevision(revision)
                .build());
  }

  private void mayFail(BooleanSupplier fails) {
    if (fails.getAsBoolean()) {
      throw new Unavailable("TEST", "the connection broke", Duration.ofMillis(1));
    }
  }

  /** The answer to the same request before; null: there was none. */
  private @Nullable Object known(String requestId, Object request) {
    Object @Nullable [] before = answered.get(requestId);
    if (before == null) {
      return null;
    }
    if (!before[0].equals(request)) {
      throw new AlreadyExists("REQUEST_ID_REUSED", "request_id: came with another request");
    }
    return before[1];
  }

  @Override
  public void close() {
    server.close();
  }

  private final class Aliases extends AliasServiceGrpc.AliasServiceImplBase {
    @Override
    public void listAliases(ListAliasesRequest request, StreamObserver<ListAliasesResponse> to) {
      synchronized (lock) {
        if (!request.getModel().equals(MODEL)) {
          throw new NotFound("MODEL_UNKNOWN", "model: no such model");
        }
        to.onNext(ListAliasesResponse.newBuilder().addAllAliases(aliases.values()).build());
      }
      to.onCompleted();
    }

    @Override
    public void getRouting(GetRoutingRequest request, StreamObserver<GetRoutingResponse> to) {
      to.onNext(GetRoutingResponse.newBuilder().setRouting(routing()).build());
      to.onCompleted();
    }

    @Override
    public void getAliasProtection(
        GetAliasProtectionRequest request, StreamObserver<GetAliasProtectionResponse> to) {
      to.onNext(
          GetAliasProtectionResponse.newBuilder()
              .setProtection(AliasProtection.newBuilder().setProtected(guarded))
              .build());
      to.onCompleted();
    }

    @Override
    public void checkGates(CheckGatesRequest request, StreamObserver<CheckGatesResponse> to) {
      var response = CheckGatesResponse.newBuilder();
      response.addVerdicts(
          GateVerdict.newBuilder()
              .setGate("paired_test")
              .setPassed(!refused.contains(request.getVersion()))
              .setExplanation("looked at"));
      if (approvalsMissing > 0) {
        response.addVerdicts(
            GateVerdict.newBuilder().setGate("approvals").setExplanation("1 is missing"));
      }
      to.onNext(response.build());
      to.onCompleted();
    }

    @Override
    public void moveAliases(MoveAliasesRequest request, StreamObserver<MoveAliasesResponse> to) {
      synchronized (lock) {
        mayFail(failsBefore);
        var answer = (MoveAliasesResponse) known(request.getRequestId(), request);
        if (answer == null) {
          request.getMovesList().forEach(this::expect);
          for (Routing wanted : request.getRoutingsList()) {
            if (wanted.getRevision() != routing.getRevision()) {
              throw new Aborted("ROUTING_CHANGED", "routings[0].revision: read again");
            }
          }
          for (AliasMove move : request.getMovesList()) {
            if (move.getAlias().equals("champion") && refused.contains(move.getVersion())) {
              throw new FailedPrecondition("GATE_REFUSED", "moves[0]: refused");
            }
            if (move.getAlias().equals("champion") && approvalsMissing > 0) {
              throw new FailedPrecondition("APPROVAL_MISSING", "moves[0]: 1 is missing");
            }
          }
          request.getMovesList().forEach(m -> carryOut(m.getAlias(), m.getVersion(), false));
          request
              .getRoutingsList()
              .forEach(wanted -> routing = wanted.toBuilder().setRevision(++revision).build());
          long made =
              request.getMovesList().stream()
                  .map(m -> aliases.get(m.getAlias()))
                  .filter(a -> a != null)
                  .mapToLong(Alias::getRevision)
                  .max()
                  .orElse(revision);
          answer = MoveAliasesResponse.newBuilder().setRevision(made).build();
          answered.put(request.getRequestId(), new Object[] {request, answer});
        }
        mayFail(failsAfter);
        to.onNext(answer);
      }
      to.onCompleted();
    }

    private void expect(AliasMove move) {
      Alias at = aliases.get(move.getAlias());
      boolean met =
          move.getExpected().getVersion().isEmpty()
              ? at == null
              : at != null
                  && at.getVersion().equals(move.getExpected().getVersion())
                  && at.getRevision() == move.getExpected().getRevision();
      if (!met) {
        throw new Aborted("ALIAS_MOVED", "moves: " + move.getAlias() + " moved");
      }
    }

    @Override
    public void getAliasHistory(
        GetAliasHistoryRequest request, StreamObserver<GetAliasHistoryResponse> to) {
      synchronized (lock) {
        List<AliasMoveRecord> moves = history.getOrDefault(request.getAlias(), List.of());
        if (moves.isEmpty()) {
          throw new NotFound("ALIAS_UNKNOWN", "alias: never named anything");
        }
        int size = request.getPageSize() == 0 ? 50 : request.getPageSize();
        to.onNext(
            GetAliasHistoryResponse.newBuilder()
                .addAllMoves(moves.reversed().stream().limit(size).toList())
                .build());
      }
      to.onCompleted();
    }

    @Override
    public void rollBackAlias(
        RollBackAliasRequest request, StreamObserver<RollBackAliasResponse> to) {
      synchronized (lock) {
        mayFail(failsBefore);
        var answer = (RollBackAliasResponse) known(request.getRequestId(), request);
        if (answer == null) {
          String now = at(request.getAlias());
          if (!now.equals(request.getExpected().getVersion())) {
            throw new Aborted("ALIAS_MOVED", "expected: names " + now);
          }
          String earlier =
              history.getOrDefault(request.getAlias(), List.of()).getLast().getFromVersion();
          if (earlier.isEmpty()) {
            throw new FailedPrecondition("NO_EARLIER_VERSION", "alias: named nothing before");
          }
          carryOut(request.getAlias(), earlier, true);
          answer =
              RollBackAliasResponse.newBuilder()
                  .setAlias(aliases.get(request.getAlias()))
                  .setRolledBackVersion(now)
                  .build();
          answered.put(request.getRequestId(), new Object[] {request, answer});
        }
        mayFail(failsAfter);
        to.onNext(answer);
      }
      to.onCompleted();
    }
  }

  private final class Models extends ModelServiceGrpc.ModelServiceImplBase {
    @Override
    public void getModelVersion(
        GetModelVersionRequest request, StreamObserver<GetModelVersionResponse> to) {
      if (request.getVersion().startsWith("9.")) {
        throw new NotFound("VERSION_UNKNOWN", "version: no such version");
      }
      to.onNext(
          GetModelVersionResponse.newBuilder()
              .setModelVersion(
                  ModelVersion.newBuilder()
                      .setModel(MODEL)
                      .setVersion(request.getVersion())
                      .setState(
                          pending.contains(request.getVersion())
                              ? VersionState.VERSION_STATE_PENDING
                              : VersionState.VERSION_STATE_READY))
              .build());
      to.onCompleted();
    }

    @Override
    public void listEvidence(ListEvidenceRequest request, StreamObserver<ListEvidenceResponse> to) {
      var response = ListEvidenceResponse.newBuilder();
      PairedErrors errors = evidence.get(request.getVersion());
      if (errors != null) {
        response.addEvidence(Evidence.newBuilder().setPairedErrors(errors));
      }
      to.onNext(response.build());
      to.onCompleted();
    }
  }
}
