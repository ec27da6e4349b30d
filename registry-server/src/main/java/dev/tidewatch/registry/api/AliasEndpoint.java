package dev.tidewatch.registry.api;

import dev.tidewatch.proto.registry.v1.AliasServiceGrpc.AliasServiceImplBase;
import dev.tidewatch.proto.registry.v1.ApproveVersionRequest;
import dev.tidewatch.proto.registry.v1.ApproveVersionResponse;
import dev.tidewatch.proto.registry.v1.CheckGatesRequest;
import dev.tidewatch.proto.registry.v1.CheckGatesResponse;
import dev.tidewatch.proto.registry.v1.GetAliasHistoryRequest;
import dev.tidewatch.proto.registry.v1.GetAliasHistoryResponse;
import dev.tidewatch.proto.registry.v1.GetAliasProtectionRequest;
import dev.tidewatch.proto.registry.v1.GetAliasProtectionResponse;
import dev.tidewatch.proto.registry.v1.GetAliasRequest;
import dev.tidewatch.proto.registry.v1.GetAliasResponse;
import dev.tidewatch.proto.registry.v1.GetLiveVersionRequest;
import dev.tidewatch.proto.registry.v1.GetLiveVersionResponse;
import dev.tidewatch.proto.registry.v1.GetRoutingRequest;
import dev.tidewatch.proto.registry.v1.GetRoutingResponse;
import dev.tidewatch.proto.registry.v1.ListAliasesRequest;
import dev.tidewatch.proto.registry.v1.ListAliasesResponse;
import dev.tidewatch.proto.registry.v1.ListApprovalsRequest;
import dev.tidewatch.proto.registry.v1.ListApprovalsResponse;
import dev.tidewatch.proto.registry.v1.MoveAliasesRequest;
import dev.tidewatch.proto.registry.v1.MoveAliasesResponse;
import dev.tidewatch.proto.registry.v1.RollBackAliasRequest;
import dev.tidewatch.proto.registry.v1.RollBackAliasResponse;
import dev.tidewatch.proto.registry.v1.SetAliasProtectionRequest;
import dev.tidewatch.proto.registry.v1.SetAliasProtectionResponse;
import dev.tidewatch.proto.registry.v1.WithdrawApprovalRequest;
import dev.tidewatch.proto.registry.v1.WithdrawApprovalResponse;
import dev.tidewatch.registry.domain.Alias;
import dev.tidewatch.registry.domain.AliasBoard;
import dev.tidewatch.registry.domain.AliasGuards;
import dev.tidewatch.registry.domain.AliasMove;
import dev.tidewatch.registry.domain.AliasMoveRecord;
import dev.tidewatch.registry.domain.AliasProtection;
import dev.tidewatch.registry.domain.Approval;
import dev.tidewatch.registry.domain.GateVerdict;
import dev.tidewatch.registry.domain.Page;
import dev.tidewatch.registry.domain.Routing;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Aliases over gRPC. */
public final class AliasEndpoint extends AliasServiceImplBase {
  private final AliasBoard board;
  private final AliasGuards guards;

  public AliasEndpoint(AliasBoard board, AliasGuards guards) {
    this.board = board;
    this.guards = guards;
  }

  @Override
  public void moveAliases(
      MoveAliasesRequest request, StreamObserver<MoveAliasesResponse> observer) {
    List<AliasMove> moves =
        IntStream.range(0, request.getMovesCount())
            .mapToObj(i -> AliasMessages.move("moves[" + i + "]", request.getMoves(i)))
            .toList();
    List<Routing> routings =
        IntStream.range(0, request.getRoutingsCount())
            .mapToObj(i -> AliasMessages.routing("routings[" + i + "]", request.getRoutings(i)))
            .toList();
    AliasBoard.Moved moved =
        board.move(
            Origins.of("MoveAliases", request.getRequestId(), request),
            moves,
            routings,
            request.getReason(),
            request.getForce());
    observer.onNext(
        MoveAliasesResponse.newBuilder()
            .addAllAliases(moved.aliases().stream().map(AliasMessages::alias).toList())
            .addAllRoutings(moved.routings().stream().map(AliasMessages::routing).toList())
            .setRevision(moved.revision())
            .addAllVerdicts(moved.verdicts().stream().map(GuardMessages::verdict).toList())
            .build());
    observer.onCompleted();
  }

  @Override
  public void rollBackAlias(
      RollBackAliasRequest request, StreamObserver<RollBackAliasResponse> observer) {
    AliasBoard.RolledBack back =
        board.rollBack(
            Origins.of("RollBackAlias", request.getRequestId(), request),
            AliasMessages.key(request.getModel(), request.getAlias()),
            request.hasExpected()
                ? Optional.of(AliasMessages.expectation("expected", request.getExpected()))
                : Optional.empty(),
            request.getReason());
    observer.onNext(
        RollBackAliasResponse.newBuilder()
            .setAlias(AliasMessages.alias(back.alias()))
            .setRolledBackVersion(back.from().toString())
            .build());
    observer.onCompleted();
  }

  @Override
  public void getAlias(GetAliasRequest request, StreamObserver<GetAliasResponse> observer) {
    Alias alias = board.get(AliasMessages.key(request.getModel(), request.getAlias()));
    observer.onNext(GetAliasResponse.newBuilder().setAlias(AliasMessages.alias(alias)).build());
    observer.onCompleted();
  }

  @Override
  public void listAliases(
      ListAliasesRequest request, StreamObserver<ListAliasesResponse> observer) {
    Page<Alias> page =
        board.list(
            Fields.present(request.getModel()).map(text -> Fields.model("model", text)),
            Pages.request("ListAliases", request.getPageSize(), request.getPageToken()));
    observer.onNext(
        ListAliasesResponse.newBuilder()
            .addAllAliases(page.items().stream().map(AliasMessages::alias).toList())
            .setNextPageToken(Pages.nextToken("ListAliases", page))
            .build());
    observer.onCompleted();
  }

  @Override
  public void getAliasHistory(
      GetAliasHistoryRequest request, StreamObserver<GetAliasHistoryResponse> observer) {
    Page<AliasMoveRecord> page =
        board.history(
            AliasMessages.key(request.getModel(), request.getAlias()),
            Pages.request("GetAliasHistory", request.getPageSize(), request.getPageToken()));
    observer.onNext(
        GetAliasHistoryResponse.newBuilder()
            .addAllMoves(page.items().stream().map(AliasMessages::record).toList())
            .setNextPageToken(Pages.nextToken("GetAliasHistory", page))
            .build());
    observer.onCompleted();
  }

  @Override
  public void getLiveVersion(
      GetLiveVersionRequest request, StreamObserver<GetLiveVersionResponse> observer) {
    AliasBoard.Live live =
        board.liveAt(
            AliasMessages.key(request.getModel(), request.getAlias()),
            Fields.time("at", request.getAt()));
    GetLiveVersionResponse.Builder response =
        GetLiveVersionResponse.newBuilder()
            .setVersion(live.version().map(Object::toString).orElse(""));
    live.since().map(AliasMessages::record).ifPresent(response::setSince);
    live.until().map(Fields::time).ifPresent(response::setUntil);
    observer.onNext(response.build());
    observer.onCompleted();
  }

  @Override
  public void setAliasProtection(
      SetAliasProtectionRequest request, StreamObserver<SetAliasProtectionResponse> observer) {
    AliasProtection protection =
        guards.protect(
            Origins.of("SetAliasProtection", request.getRequestId(), request),
            GuardMessages.protection(request.getProtection()));
    observer.onNext(
        SetAliasProtectionResponse.newBuilder()
            .setProtection(GuardMessages.protection(protection))
            .build());
    observer.onCompleted();
  }

  @Override
  public void getAliasProtection(
      GetAliasProtectionRequest request, StreamObserver<GetAliasProtectionResponse> observer) {
    AliasProtection protection =
        guards.protection(AliasMessages.key(request.getModel(), request.getAlias()));
    observer.onNext(
        GetAliasProtectionResponse.newBuilder()
            .setProtection(GuardMessages.protection(protection))
            .build());
    observer.onCompleted();
  }

  @Override
  public void checkGates(CheckGatesRequest request, StreamObserver<CheckGatesResponse> observer) {
    List<GateVerdict> verdicts =
        guards.check(
            AliasMessages.key(request.getModel(), request.getAlias()),
            Fields.version("version", request.getVersion()));
    observer.onNext(
        CheckGatesResponse.newBuilder()
            .setPassed(verdicts.stream().allMatch(GateVerdict::passed))
            .addAllVerdicts(verdicts.stream().map(GuardMessages::verdict).toList())
            .build());
    observer.onCompleted();
  }

  @Override
  public void approveVersion(
      ApproveVersionRequest request, StreamObserver<ApproveVersionResponse> observer) {
    Approval approval =
        guards.approve(
            Origins.of("ApproveVersion", request.getRequestId(), request),
            AliasMessages.key(request.getModel(), request.getAlias()),
            Fields.version("version", request.getVersion()),
            request.getComment());
    observer.onNext(
        ApproveVersionResponse.newBuilder().setApproval(GuardMessages.approval(approval)).build());
    observer.onCompleted();
  }

  @Override
  public void withdrawApproval(
      WithdrawApprovalRequest request, StreamObserver<WithdrawApprovalResponse> observer) {
    guards.withdraw(
        Origins.of("WithdrawApproval", request.getRequestId(), request),
        AliasMessages.key(request.getModel(), request.getAlias()),
        Fields.version("version", request.getVersion()));
    observer.onNext(WithdrawApprovalResponse.getDefaultInstance());
    observer.onCompleted();
  }

  @Override
  public void listApprovals(
      ListApprovalsRequest request, StreamObserver<ListApprovalsResponse> observer) {
    Page<Approval> page =
        guards.approvals(
            Fields.model("model", request.getModel()),
            Fields.present(request.getAlias()).map(text -> Fields.alias("alias", text)),
            Fields.present(request.getVersion()).map(text -> Fields.version("version", text)),
            Pages.request("ListApprovals", request.getPageSize(), request.getPageToken()));
    observer.onNext(
        ListApprovalsResponse.newBuilder()
            .addAllApprovals(page.items().stream().map(GuardMessages::approval).toList())
            .setNextPageToken(Pages.nextToken("ListApprovals", page))
            .build());
    observer.onCompleted();
  }

  @Override
  public void getRouting(GetRoutingRequest request, StreamObserver<GetRoutingResponse> observer) {
    Routing routing = board.routing(Fields.model("model", request.getModel()));
    observer.onNext(
        GetRoutingResponse.newBuilder().setRouting(AliasMessages.routing(routing)).build());
    observer.onCompleted();
  }
}
