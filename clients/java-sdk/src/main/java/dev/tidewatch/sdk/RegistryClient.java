package dev.tidewatch.sdk;

import dev.tidewatch.proto.registry.v1.Alias;
import dev.tidewatch.proto.registry.v1.AliasMove;
import dev.tidewatch.proto.registry.v1.AliasMoveRecord;
import dev.tidewatch.proto.registry.v1.AliasProtection;
import dev.tidewatch.proto.registry.v1.AliasServiceGrpc;
import dev.tidewatch.proto.registry.v1.ApplyRetentionRequest;
import dev.tidewatch.proto.registry.v1.ApplyRetentionResponse;
import dev.tidewatch.proto.registry.v1.Approval;
import dev.tidewatch.proto.registry.v1.ApproveVersionRequest;
import dev.tidewatch.proto.registry.v1.Assignment;
import dev.tidewatch.proto.registry.v1.AssignmentServiceGrpc;
import dev.tidewatch.proto.registry.v1.AttachEvidenceRequest;
import dev.tidewatch.proto.registry.v1.AuditEntry;
import dev.tidewatch.proto.registry.v1.CatalogServiceGrpc;
import dev.tidewatch.proto.registry.v1.CheckGatesRequest;
import dev.tidewatch.proto.registry.v1.CheckGatesResponse;
import dev.tidewatch.proto.registry.v1.CompareVersionsRequest;
import dev.tidewatch.proto.registry.v1.CompareVersionsResponse;
import dev.tidewatch.proto.registry.v1.CreateAssignmentRequest;
import dev.tidewatch.proto.registry.v1.CreateModelRequest;
import dev.tidewatch.proto.registry.v1.CreateModelVersionRequest;
import dev.tidewatch.proto.registry.v1.DeleteAssignmentRequest;
import dev.tidewatch.proto.registry.v1.Evidence;
import dev.tidewatch.proto.registry.v1.ExportVersionsRequest;
import dev.tidewatch.proto.registry.v1.ExportVersionsResponse;
import dev.tidewatch.proto.registry.v1.GetAliasHistoryRequest;
import dev.tidewatch.proto.registry.v1.GetAliasHistoryResponse;
import dev.tidewatch.proto.registry.v1.GetAliasProtectionRequest;
import dev.tidewatch.proto.registry.v1.GetAssignmentRequest;
import dev.tidewatch.proto.registry.v1.GetLineageRequest;
import dev.tidewatch.proto.registry.v1.GetLineageResponse;
import dev.tidewatch.proto.registry.v1.GetLiveVersionRequest;
import dev.tidewatch.proto.registry.v1.GetLiveVersionResponse;
import dev.tidewatch.proto.registry.v1.GetModelRequest;
import dev.tidewatch.proto.registry.v1.GetModelVersionRequest;
import dev.tidewatch.proto.registry.v1.GetRoutingRequest;
import dev.tidewatch.proto.registry.v1.ListAliasesRequest;
import dev.tidewatch.proto.registry.v1.ListAliasesResponse;
import dev.tidewatch.proto.registry.v1.ListApprovalsRequest;
import dev.tidewatch.proto.registry.v1.ListApprovalsResponse;
import dev.tidewatch.proto.registry.v1.ListAssignmentsRequest;
import dev.tidewatch.proto.registry.v1.ListAssignmentsResponse;
import dev.tidewatch.proto.registry.v1.ListAuditEntriesRequest;
import dev.tidewatch.proto.registry.v1.ListAuditEntriesResponse;
import dev.tidewatch.proto.registry.v1.ListEvidenceRequest;
import dev.tidewatch.proto.registry.v1.ListEvidenceResponse;
import dev.tidewatch.proto.registry.v1.ListModelVersionsRequest;
import dev.tidewatch.proto.registry.v1.ListModelVersionsResponse;
import dev.tidewatch.proto.registry.v1.ListModelsRequest;
import dev.tidewatch.proto.registry.v1.ListModelsResponse;
import dev.tidewatch.proto.registry.v1.MaintenanceServiceGrpc;
import dev.tidewatch.proto.registry.v1.Model;
import dev.tidewatch.proto.registry.v1.ModelServiceGrpc;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.MoveAliasesRequest;
import dev.tidewatch.proto.registry.v1.MoveAliasesResponse;
import dev.tidewatch.proto.registry.v1.PlanRetentionRequest;
import dev.tidewatch.proto.registry.v1.PlanRetentionResponse;
import dev.tidewatch.proto.registry.v1.RetentionRule;
import dev.tidewatch.proto.registry.v1.RollBackAliasRequest;
import dev.tidewatch.proto.registry.v1.RollBackAliasResponse;
import dev.tidewatch.proto.registry.v1.Routing;
import dev.tidewatch.proto.registry.v1.SearchVersionsRequest;
import dev.tidewatch.proto.registry.v1.SearchVersionsResponse;
import dev.tidewatch.proto.registry.v1.SetAliasProtectionRequest;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.proto.registry.v1.UpdateAssignmentRequest;
import dev.tidewatch.proto.registry.v1.WatchRequest;
import dev.tidewatch.proto.registry.v1.WatchResponse;
import dev.tidewatch.proto.registry.v1.WatchServiceGrpc;
import dev.tidewatch.proto.registry.v1.WithdrawApprovalRequest;
import io.grpc.Channel;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The registry server: models, versions, evidence, aliases and what guards them, assignments;
 * {@link #artifacts()} for the files. Thread-safe. Every method throws {@link TidewatchException}
 * if the call fails; lists fetch their pages while they are read. Each mutation carries a request
 * id of its own, so that the transport may repeat it safely.
 */
public final class RegistryClient {
  private static final int PAGE = 1000;
  private static final int SEARCH_PAGE = 200;

  private final Channel channel;
  private final ModelServiceGrpc.ModelServiceBlockingStub models;
  private final AliasServiceGrpc.AliasServiceBlockingStub aliases;
  private final AssignmentServiceGrpc.AssignmentServiceBlockingStub assignments;
  private final CatalogServiceGrpc.CatalogServiceBlockingStub catalog;
  private final MaintenanceServiceGrpc.MaintenanceServiceBlockingStub maintenance;
  private final WatchServiceGrpc.WatchServiceBlockingStub watch;
  private final ArtifactTransfer artifacts;

  RegistryClient(Channel channel, @Nullable SigningKey signingKey) {
    this.channel = channel;
    this.models = ModelServiceGrpc.newBlockingStub(channel);
    this.aliases = AliasServiceGrpc.newBlockingStub(channel);
    this.assignments = AssignmentServiceGrpc.newBlockingStub(channel);
    this.catalog = CatalogServiceGrpc.newBlockingStub(channel);
    this.maintenance = MaintenanceServiceGrpc.newBlockingStub(channel);
    this.watch = WatchServiceGrpc.newBlockingStub(channel);
    this.artifacts = new ArtifactTransfer(channel, signingKey);
  }

  /** For RPCs that have no method here: any stub of the registry server may be made on it. */
  public Channel channel() {
    return channel;
  }

  /** Uploads and downloads. */
  public ArtifactTransfer artifacts() {
    return artifacts;
  }

  public Model createModel(String model, Task task, String description) {
    var request =
        CreateModelRequest.newBuilder()
            .setRequestId(requestId())
            .setModel(model)
            .setTask(task)
            .setDescription(description)
            .build();
    return Calls.unary(() -> models.createModel(request)).getModel();
  }

  public Model getModel(String model) {
    var request = GetModelRequest.newBuilder().setModel(model).build();
    return Calls.unary(() -> models.getModel(request)).getModel();
  }

  /** Models whose names begin so, by name. */
  public Stream<Model> listModels(String prefix) {
    var first = ListModelsRequest.newBuilder().setPrefix(prefix).setPageSize(PAGE).build();
    return Calls.pages(
        token -> models.listModels(first.toBuilder().setPageToken(token).build()),
        ListModelsResponse::getModelsList,
        ListModelsResponse::getNextPageToken);
  }

  /** Makes a version out of an uploaded artifact. A missing request id is filled in. */
  public ModelVersion createVersion(CreateModelVersionRequest wanted) {
    var request =
        wanted.getRequestId().isEmpty()
            ? wanted.toBuilder().setRequestId(requestId()).build()
            : wanted;
    return Calls.unary(() -> models.createModelVersion(request)).getModelVersion();
  }

  /** One version by its number. */
  public ModelVersion getVersion(String model, String version) {
    var request = GetModelVersionRequest.newBuilder().setModel(model).setVersion(version).build();
    return Calls.unary(() -> models.getModelVersion(request)).getModelVersion();
  }

  /** The version that an alias names now. */
  public ModelVersion getVersionByAlias(String model, String alias) {
    var request = GetModelVersionRequest.newBuilder().setModel(model).setAlias(alias).build();
    return Calls.unary(() -> models.getModelVersion(request)).getModelVersion();
  }

  /** Versions of a model, highest number first. */
  public Stream<ModelVersion> listVersions(String model) {
    var first = ListModelVersionsRequest.newBuilder().setModel(model).setPageSize(PAGE).build();
    return Calls.pages(
        token -> models.listModelVersions(first.toBuilder().setPageToken(token).build()),
        ListModelVersionsResponse::getModelVersionsList,
        ListModelVersionsResponse::getNextPageToken);
  }

  /** Versions of all models that meet a filter, in its order. Page size and token are ignored. */
  public Stream<ModelVersion> searchVersions(SearchVersionsRequest wanted) {
    return Calls.pages(
        token ->
            catalog.searchVersions(
                wanted.toBuilder().setPageSize(SEARCH_PAGE).setPageToken(token).build()),
        SearchVersionsResponse::getModelVersionsList,
        SearchVersionsResponse::getNextPageToken);
  }

  /** 2 to 16 versions side by side, with what differs. */
  public CompareVersionsResponse compareVersions(CompareVersionsRequest request) {
    return Calls.unary(() -> catalog.compareVersions(request));
  }

  /** The versions that meet a filter, as JSON or CSV; concatenate. */
  public ServerStream<ExportVersionsResponse> exportVersions(ExportVersionsRequest request) {
    return Calls.stream(() -> catalog.exportVersions(request));
  }

  /** Aliases of a model; of all models if its name is empty. */
  public Stream<Alias> listAliases(String model) {
    var first = ListAliasesRequest.newBuilder().setModel(model).setPageSize(PAGE).build();
    return Calls.pages(
        token -> aliases.listAliases(first.toBuilder().setPageToken(token).build()),
        ListAliasesResponse::getAliasesList,
        ListAliasesResponse::getNextPageToken);
  }

  /** Moves one alias, wherever it stands now. */
  public Alias moveAlias(String model, String alias, String version, String reason) {
    var move = AliasMove.newBuilder().setModel(model).setAlias(alias).setVersion(version);
    return moveAliases(MoveAliasesRequest.newBuilder().addMoves(move).setReason(reason).build())
        .getAliases(0);
  }

  /** How a model's requests are shared; revision 0 if that was never set. */
  public Routing routing(String model) {
    var request = GetRoutingRequest.newBuilder().setModel(model).build();
    return Calls.unary(() -> aliases.getRouting(request)).getRouting();
  }

  /** Shares a model's requests; based on the revision that the routing carries. */
  public Routing setRouting(Routing routing, String reason) {
    return moveAliases(
            MoveAliasesRequest.newBuilder().addRoutings(routing).setReason(reason).build())
        .getRoutings(0);
  }

  /** Moves aliases and routings together. A missing request id is filled in. */
  public MoveAliasesResponse moveAliases(MoveAliasesRequest wanted) {
    var request =
        wanted.getRequestId().isEmpty()
            ? wanted.toBuilder().setRequestId(requestId()).build()
            : wanted;
    return Calls.unary(() -> aliases.moveAliases(request));
  }

  /** Puts an alias back to where it was before its last move. */
  public RollBackAliasResponse rollBackAlias(String model, String alias, String reason) {
    var request =
        RollBackAliasRequest.newBuilder()
            .setRequestId(requestId())
            .setModel(model)
            .setAlias(alias)
            .setReason(reason)
            .build();
    return Calls.unary(() -> aliases.rollBackAlias(request));
  }

  /** Moves of an alias, newest first. */
  public Stream<AliasMoveRecord> aliasHistory(String model, String alias) {
    var first =
        GetAliasHistoryRequest.newBuilder()
            .setModel(model)
            .setAlias(alias)
            .setPageSize(PAGE)
            .build();
    return Calls.pages(
        token -> aliases.getAliasHistory(first.toBuilder().setPageToken(token).build()),
        GetAliasHistoryResponse::getMovesList,
        GetAliasHistoryResponse::getNextPageToken);
  }

  /** What an alias named at a time. */
  public GetLiveVersionResponse liveVersion(String model, String alias, Instant at) {
    var request =
        GetLiveVersionRequest.newBuilder()
            .setModel(model)
            .setAlias(alias)
            .setAt(ProtoTimes.timestamp(at))
            .build();
    return Calls.unary(() -> aliases.getLiveVersion(request));
  }

  /** Adds evidence to a version. A missing request id is filled in. */
  public Evidence attachEvidence(AttachEvidenceRequest wanted) {
    var request =
        wanted.getRequestId().isEmpty()
            ? wanted.toBuilder().setRequestId(requestId()).build()
            : wanted;
    return Calls.unary(() -> models.attachEvidence(request)).getEvidence();
  }

  /** Evidence of a version, newest first. */
  public Stream<Evidence> listEvidence(String model, String version) {
    var first =
        ListEvidenceRequest.newBuilder()
            .setModel(model)
            .setVersion(version)
            .setPageSize(PAGE)
            .build();
    return Calls.pages(
        token -> models.listEvidence(first.toBuilder().setPageToken(token).build()),
        ListEvidenceResponse::getEvidenceList,
        ListEvidenceResponse::getNextPageToken);
  }

  /** What guards an alias. */
  public AliasProtection getAliasProtection(String model, String alias) {
    var request = GetAliasProtectionRequest.newBuilder().setModel(model).setAlias(alias).build();
    return Calls.unary(() -> aliases.getAliasProtection(request)).getProtection();
  }

  /** Replaces what guards an alias if its etag is still the given one. */
  public AliasProtection setAliasProtection(AliasProtection changed) {
    var request =
        SetAliasProtectionRequest.newBuilder()
            .setRequestId(requestId())
            .setProtection(changed)
            .build();
    return Calls.unary(() -> aliases.setAliasProtection(request)).getProtection();
  }

  /** What every gate of an alias says of a version. */
  public CheckGatesResponse checkGates(String model, String alias, String version) {
    var request =
        CheckGatesRequest.newBuilder().setModel(model).setAlias(alias).setVersion(version).build();
    return Calls.unary(() -> aliases.checkGates(request));
  }

  /** Says yes, in the name of the own API key, to an alias naming a version. */
  public Approval approve(String model, String alias, String version, String comment) {
    var request =
        ApproveVersionRequest.newBuilder()
            .setRequestId(requestId())
            .setModel(model)
            .setAlias(alias)
            .setVersion(version)
            .setComment(comment)
            .build();
    return Calls.unary(() -> aliases.approveVersion(request)).getApproval();
  }

  /** Takes the own approval back; none is no error. */
  public void withdrawApproval(String model, String alias, String version) {
    var request =
        WithdrawApprovalRequest.newBuilder()
            .setRequestId(requestId())
            .setModel(model)
            .setAlias(alias)
            .setVersion(version)
            .build();
    Calls.unary(() -> aliases.withdrawApproval(request));
  }

  /** Approvals of a model's versions, newest first. */
  public Stream<Approval> listApprovals(String model) {
    var first = ListApprovalsRequest.newBuilder().setModel(model).setPageSize(PAGE).build();
    return Calls.pages(
        token -> aliases.listApprovals(first.toBuilder().setPageToken(token).build()),
        ListApprovalsResponse::getApprovalsList,
        ListApprovalsResponse::getNextPageToken);
  }

  /** Ancestors and descendants of a version, so many steps each way. */
  public GetLineageResponse lineage(String model, String version, int depth) {
    var request =
        GetLineageRequest.newBuilder().setModel(model).setVersion(version).setDepth(depth).build();
    return Calls.unary(() -> catalog.getLineage(request));
  }

  /** Who changed what, newest first; page size and token of the filter are filled in. */
  public Stream<AuditEntry> auditEntries(ListAuditEntriesRequest filter) {
    var first = filter.toBuilder().setPageSize(PAGE).build();
    return Calls.pages(
        token -> maintenance.listAuditEntries(first.toBuilder().setPageToken(token).build()),
        ListAuditEntriesResponse::getEntriesList,
        ListAuditEntriesResponse::getNextPageToken);
  }

  /** What a retention rule would remove now. */
  public PlanRetentionResponse planRetention(RetentionRule rule) {
    var request = PlanRetentionRequest.newBuilder().setRule(rule).build();
    return Calls.unary(() -> maintenance.planRetention(request));
  }

  /**
   * Removes what was planned.
   *
   * @param planSha256 of the plan that somebody has looked at
   * @throws TidewatchException {@code PLAN_STALE}, if it would be another one by now
   */
  public ApplyRetentionResponse applyRetention(RetentionRule rule, String planSha256) {
    var request =
        ApplyRetentionRequest.newBuilder()
            .setRequestId(requestId())
            .setRule(rule)
            .setPlanSha256(planSha256)
            .build();
    return Calls.unary(() -> maintenance.applyRetention(request));
  }

  public Assignment createAssignment(Assignment wanted) {
    var request =
        CreateAssignmentRequest.newBuilder()
            .setRequestId(requestId())
            .setAssignment(wanted)
            .build();
    return Calls.unary(() -> assignments.createAssignment(request)).getAssignment();
  }

  public Assignment getAssignment(String name) {
    var request = GetAssignmentRequest.newBuilder().setAssignment(name).build();
    return Calls.unary(() -> assignments.getAssignment(request)).getAssignment();
  }

  /** Replaces an assignment if its etag is still the given one. */
  public Assignment updateAssignment(Assignment changed) {
    var request =
        UpdateAssignmentRequest.newBuilder()
            .setRequestId(requestId())
            .setAssignment(changed)
            .build();
    return Calls.unary(() -> assignments.updateAssignment(request)).getAssignment();
  }

  /** Deletes an assignment as it was read. */
  public void deleteAssignment(String name, String etag) {
    var request =
        DeleteAssignmentRequest.newBuilder()
            .setRequestId(requestId())
            .setAssignment(name)
            .setEtag(etag)
            .build();
    Calls.unary(() -> assignments.deleteAssignment(request));
  }

  /** Assignments of a model; of all models if its name is empty. */
  public Stream<Assignment> listAssignments(String model) {
    var first = ListAssignmentsRequest.newBuilder().setModel(model).setPageSize(PAGE).build();
    return Calls.pages(
        token -> assignments.listAssignments(first.toBuilder().setPageToken(token).build()),
        ListAssignmentsResponse::getAssignmentsList,
        ListAssignmentsResponse::getNextPageToken);
  }

  /** Follows aliases, routings and assignments: a snapshot, then deltas and heartbeats. */
  public ServerStream<WatchResponse> watch(WatchRequest request) {
    return Calls.stream(() -> watch.watch(request));
  }

  private static String requestId() {
    return UUID.randomUUID().toString();
  }
}
