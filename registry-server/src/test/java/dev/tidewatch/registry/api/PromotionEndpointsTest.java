package dev.tidewatch.registry.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.tidewatch.proto.registry.v1.AliasExpectation;
import dev.tidewatch.proto.registry.v1.AliasMove;
import dev.tidewatch.proto.registry.v1.AliasProtection;
import dev.tidewatch.proto.registry.v1.ApproveVersionRequest;
import dev.tidewatch.proto.registry.v1.AttachEvidenceRequest;
import dev.tidewatch.proto.registry.v1.AuditEntry;
import dev.tidewatch.proto.registry.v1.CatalogServiceGrpc;
import dev.tidewatch.proto.registry.v1.CheckGatesRequest;
import dev.tidewatch.proto.registry.v1.CoverageFinding;
import dev.tidewatch.proto.registry.v1.CoverageGate;
import dev.tidewatch.proto.registry.v1.CreateModelVersionRequest;
import dev.tidewatch.proto.registry.v1.DataFinding;
import dev.tidewatch.proto.registry.v1.DataGate;
import dev.tidewatch.proto.registry.v1.Evidence;
import dev.tidewatch.proto.registry.v1.GatePolicy;
import dev.tidewatch.proto.registry.v1.GateVerdict;
import dev.tidewatch.proto.registry.v1.GetAliasProtectionRequest;
import dev.tidewatch.proto.registry.v1.GetAliasRequest;
import dev.tidewatch.proto.registry.v1.GetLineageRequest;
import dev.tidewatch.proto.registry.v1.GetLiveVersionRequest;
import dev.tidewatch.proto.registry.v1.Lineage;
import dev.tidewatch.proto.registry.v1.ListApprovalsRequest;
import dev.tidewatch.proto.registry.v1.ListAuditEntriesRequest;
import dev.tidewatch.proto.registry.v1.ListEvidenceRequest;
import dev.tidewatch.proto.registry.v1.MaintenanceServiceGrpc;
import dev.tidewatch.proto.registry.v1.ModelSignature;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.MoveAliasesRequest;
import dev.tidewatch.proto.registry.v1.MoveAliasesResponse;
import dev.tidewatch.proto.registry.v1.PairedErrors;
import dev.tidewatch.proto.registry.v1.PairedTestGate;
import dev.tidewatch.proto.registry.v1.RollBackAliasRequest;
import dev.tidewatch.proto.registry.v1.SetAliasProtectionRequest;
import dev.tidewatch.proto.registry.v1.VersionReference;
import dev.tidewatch.proto.registry.v1.WithdrawApprovalRequest;
import dev.tidewatch.proto.type.v1.Grid;
import dev.tidewatch.serverkit.testing.Refusal;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Evidence, gates, approvals, lineage and the audit log, over gRPC. */
class PromotionEndpointsTest extends RegistryOverGrpc {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final String FINGERPRINT = "ab".repeat(32);

  private ModelVersion first;
  private ModelVersion second;

  @BeforeEach
  void fill() {
    clock.set(NOON.toString());
    registry.model("load");
    first = version(Lineage.getDefaultInstance());
    second =
        version(
            Lineage.newBuilder()
                .setDataFingerprint(FINGERPRINT)
                .addParents(reference("1.0.0"))
                .build());
  }

  @Test
  void aGatedPromotionFromTheFirstVersionToARollback() {
    move("1.0.0", "");
    protect(
        AliasProtection.newBuilder()
            .setProtected(true)
            .setApprovalsMin(1)
            .setGates(
                GatePolicy.newBuilder()
                    .setEvidenceAgeMax(Duration.newBuilder().setSeconds(86_400))
                    .setPairedTest(PairedTestGate.newBuilder().setMeasure("mae"))
                    .setCoverage(CoverageGate.getDefaultInstance())
                    .setData(DataGate.newBuilder().setRowsMin(500))
                    .setSameSignature(true)));
    Refusal.of(() -> move("1.1.0", ""))
        .is("FAILED_PRECONDITION", "GATE_REFUSED")
        .says("moves[0]: 'load/champion' is protected")
        .says("paired_test: no fresh paired errors (mae) against load 1.0.0");

    Evidence paired = attach(evidence().setPairedErrors(paired(40, 0)));
    attach(evidence().setCoverage(coverage(.9, .88)));
    attach(
        evidence().setDataFingerprint(FINGERPRINT).setData(DataFinding.newBuilder().setRows(720)));
    Refusal.of(() -> move("1.1.0", ""))
        .is("FAILED_PRECONDITION", "APPROVAL_MISSING")
        .says("0 of 1 approvals");
    approve();
    var check = check("1.1.0");
    assertThat(check.getPassed()).isTrue();
    assertThat(check.getVerdictsList())
        .extracting(GateVerdict::getGate)
        .containsExactly(
            "state",
            "evidence_age",
            "paired_test",
            "coverage",
            "data",
            "same_signature",
            "approvals");

    var moved = move("1.1.0", "better on holidays");
    assertThat(moved.getVerdictsList()).isEqualTo(check.getVerdictsList());
    assertThat(moved.getVerdicts(2).getEvidenceIdsList()).containsExactly(paired.getEvidenceId());
    clock.advance(java.time.Duration.ofDays(30));
    var back =
        registry
            .aliases()
            .rollBackAlias(
                RollBackAliasRequest.newBuilder()
                    .setModel("load")
                    .setAlias("champion")
                    .setReason("too slow")
                    .build());
    assertThat(back.getAlias().getVersion()).isEqualTo("1.0.0");
    var history = registry.history("load", "champion");
    assertThat(history).hasSize(3);
    assertThat(history.get(0).getRollback()).isTrue();
    assertThat(history.get(1).getVerdictsList()).isEqualTo(moved.getVerdictsList());
    assertThat(history.get(1).getForced()).isFalse();
    assertThat(live(NOON.plusSeconds(3600))).isEqualTo("1.1.0");
    assertThat(live(NOON.minusSeconds(1))).isEmpty();
  }

  @Test
  void evidenceIsReadAsItWasAttachedOnce() {
    var request =
        AttachEvidenceRequest.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .setModel("load")
            .setVersion("1.1.0")
            .setEvidence(evidence().setPairedErrors(paired(3, 1)))
            .build();
    var made = registry.models().attachEvidence(request).getEvidence();
    assertThat(registry.models().attachEvidence(request).getEvidence()).isEqualTo(made);
    assertThat(made.toBuilder().clearEvidenceId().clearAttachedAt().clearAttachedBy().build())
        .isEqualTo(request.getEvidence());
    assertThat(made.getAttachedBy()).isEqualTo("anonymous");
    assertThat(
            registry
                .models()
                .listEvidence(
                    ListEvidenceRequest.newBuilder().setModel("load").setVersion("1.1.0").build())
                .getEvidenceList())
        .containsExactly(made);
  }

  @Test
  void malformedEvidenceNamesTheField() {
    refused(evidence().setPairedErrors(paired(3, 0).addOtherErrors(1)), "EVIDENCE_MALFORMED")
        .says("evidence.paired_errors.other_errors")
        .says("4 errors for 3 origins");
    refused(
            evidence().setPairedErrors(paired(3, 0).setCandidateErrors(1, Double.NaN)),
            "EVIDENCE_MALFORMED")
        .says("evidence.paired_errors.candidate_errors[1]");
    refused(evidence().setPairedErrors(paired(3, 0).setOriginsMicros(2, 0)), "EVIDENCE_MALFORMED")
        .says("evidence.paired_errors.origins_micros[2]");
    refused(
            evidence().setArtifactSha256("0".repeat(64)).setCoverage(coverage(.9, .9)),
            "EVIDENCE_MALFORMED")
        .says("evidence.artifact_sha256");
    refused(evidence().setCoverage(coverage(1, .9)), "FIELD_INVALID").says("nominal");
    refused(evidence().setCoverage(coverage(.9, Double.NaN)), "FIELD_INVALID").says("observed");
    refused(evidence(), "FIELD_INVALID").says("finding");
    refused(
            evidence()
                .setFoundAt(Timestamp.newBuilder().setSeconds(1).setNanos(1))
                .setCoverage(coverage(.9, .9)),
            "TIME_TOO_FINE")
        .says("evidence.found_at");
    refused(
            evidence()
                .setData(DataFinding.newBuilder().setSpan(Duration.newBuilder().setSeconds(-1))),
            "EVIDENCE_MALFORMED")
        .says("evidence.data.span");
  }

  @Test
  void forceNeedsAReasonAndReadinessAllTheSame() {
    protect(
        AliasProtection.newBuilder()
            .setProtected(true)
            .setGates(GatePolicy.newBuilder().setCoverage(CoverageGate.getDefaultInstance())));
    var forced = request("1.1.0").setForce(true);
    Refusal.of(() -> registry.aliases().moveAliases(forced.build()))
        .is("INVALID_ARGUMENT", "REASON_MISSING")
        .says("reason");
    var answer = registry.aliases().moveAliases(forced.setReason("it burns").build());
    assertThat(answer.getVerdictsList()).anyMatch(verdict -> !verdict.getPassed());
    AuditEntry newest = audit(ListAuditEntriesRequest.getDefaultInstance()).getFirst();
    assertThat(newest.getAction()).isEqualTo("MoveAliases");
    assertThat(newest.getReason()).isEqualTo("it burns");
    assertThat(newest.getDescription())
        .isEqualTo("moved from nothing to 1.1.0, forced past coverage");
    assertThat(newest.getRequestId()).isEqualTo(forced.getRequestId());
    assertThat(newest.getRevision()).isEqualTo(answer.getRevision());
    Refusal.of(() ->
            registry
                .aliases()
                .moveAliases(
                    MoveAliasesRequest.newBuilder()
                        .setForce(true)
                        .setReason("why not")
                        .addMoves(to("9.9.9"))
                        .build()))
        .is("NOT_FOUND", "VERSION_UNKNOWN");
  }

  @Test
  void aProtectionSaysItsDefaultsAndIsChangedByEtag() {
    var wanted =
        AliasProtection.newBuilder()
            .setProtected(true)
            .setGates(
                GatePolicy.newBuilder()
                    .setPairedTest(PairedTestGate.newBuilder().setMeasure("mae"))
                    .setCoverage(CoverageGate.getDefaultInstance()));
    AliasProtection set = protect(wanted);
    assertThat(set.getGates().getPairedTest().getPairsMin()).isEqualTo(30);
    assertThat(set.getGates().getPairedTest().getSignificance()).isEqualTo(.05);
    assertThat(set.getGates().getCoverage().getDifferenceMax()).isEqualTo(.05);
    assertThat(set.getGates().getCoverage().getIntervalsMin()).isEqualTo(100);
    assertThat(protection()).isEqualTo(set);
    Refusal.of(() -> protect(wanted)).is("ABORTED", "ETAG_STALE").says("etag");
    var off = protect(set.toBuilder().setProtected(false));
    assertThat(off.getGates()).isEqualTo(set.getGates());
    Refusal.of(() -> protect(off.toBuilder().setEtag("tuesday")))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("protection.etag");
    Refusal.of(() ->
            protect(
                off.toBuilder()
                    .setGates(
                        GatePolicy.newBuilder().setEvidenceAgeMax(Duration.getDefaultInstance()))))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("evidence_age_max");
  }

  @Test
  void approvalsAreListedAndWithdrawn() {
    var request =
        ApproveVersionRequest.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .setModel("load")
            .setAlias("champion")
            .setVersion("1.1.0")
            .setComment("seen")
            .build();
    var approval = registry.aliases().approveVersion(request).getApproval();
    assertThat(registry.aliases().approveVersion(request).getApproval()).isEqualTo(approval);
    assertThat(approval.getApprovedBy()).isEqualTo("anonymous");
    var list = ListApprovalsRequest.newBuilder().setModel("load").setAlias("champion").build();
    assertThat(registry.aliases().listApprovals(list).getApprovalsList()).containsExactly(approval);
    var withdrawal =
        WithdrawApprovalRequest.newBuilder()
            .setModel("load")
            .setAlias("champion")
            .setVersion("1.1.0")
            .build();
    var _ = registry.aliases().withdrawApproval(withdrawal);
    assertThat(registry.aliases().listApprovals(list).getApprovalsList()).isEmpty();
    var _ = registry.aliases().withdrawApproval(withdrawal);
  }

  @Test
  void ofMovesFromTheSamePlaceOneWins() throws Exception {
    move("1.0.0", "");
    long revision =
        registry
            .aliases()
            .getAlias(GetAliasRequest.newBuilder().setModel("load").setAlias("champion").build())
            .getAlias()
            .getRevision();
    var expected = AliasExpectation.newBuilder().setVersion("1.0.0").setRevision(revision);
    var calls = new ArrayList<Callable<String>>();
    for (int i = 0; i < 8; i++) {
      var move = to(i % 2 == 0 ? "1.1.0" : "").setExpected(expected);
      var canary = AliasMove.newBuilder().setModel("load").setAlias("canary").setVersion("1.0.0");
      var request = MoveAliasesRequest.newBuilder().addMoves(canary).addMoves(move).build();
      calls.add(() -> outcome(request));
    }
    var outcomes = new ArrayList<String>();
    try (var pool = Executors.newFixedThreadPool(calls.size())) {
      for (Future<String> outcome : pool.invokeAll(calls)) {
        outcomes.add(outcome.get());
      }
    }
    assertThat(outcomes).filteredOn("moved"::equals).hasSize(1);
    assertThat(outcomes)
        .filteredOn(outcome -> !outcome.equals("moved"))
        .hasSize(7)
        .allMatch(outcome -> outcome.startsWith("ABORTED") && outcome.contains("moves[1]"));
    assertThat(registry.history("load", "canary")).hasSize(1);
  }

  private String outcome(MoveAliasesRequest request) {
    try {
      var _ = registry.aliases().moveAliases(request);
      return "moved";
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode() + " " + e.getStatus().getDescription();
    }
  }

  @Test
  void lineageNamesParentsAndChildren() {
    var answer =
        CatalogServiceGrpc.newBlockingStub(registry.channel())
            .getLineage(
                GetLineageRequest.newBuilder().setModel("load").setVersion("1.0.0").build());
    assertThat(answer.getNodesList())
        .extracting(node -> node.getVersion().getVersion())
        .containsExactly("1.0.0", "1.1.0");
    assertThat(answer.getNodes(1).getLineage()).isEqualTo(second.getLineage());
    assertThat(answer.getTruncated()).isFalse();
    assertThat(first.getVersion()).isEqualTo("1.0.0");
  }

  @Test
  void theAuditLogIsFilteredAndPaged() {
    clock.advance(java.time.Duration.ofHours(1));
    move("1.0.0", "first");
    move("1.1.0", "second");
    var later =
        ListAuditEntriesRequest.newBuilder()
            .setModel("load")
            .setActor("anonymous")
            .setFrom(Timestamp.newBuilder().setSeconds(NOON.getEpochSecond() + 1))
            .build();
    assertThat(audit(later)).extracting(AuditEntry::getReason).containsExactly("second", "first");
    assertThat(audit(later.toBuilder().setActor("ann").build())).isEmpty();
    var maintenance = MaintenanceServiceGrpc.newBlockingStub(registry.channel());
    var page = maintenance.listAuditEntries(later.toBuilder().setPageSize(1).build());
    assertThat(page.getEntriesList()).hasSize(1);
    var rest =
        maintenance.listAuditEntries(
            later.toBuilder().setPageSize(1).setPageToken(page.getNextPageToken()).build());
    assertThat(rest.getEntriesList()).extracting(AuditEntry::getReason).containsExactly("first");
    assertThat(rest.getNextPageToken()).isEmpty();
    Refusal.of(() -> maintenance.listAuditEntries(later.toBuilder().setPageToken("x").build()))
        .is("INVALID_ARGUMENT", "PAGE_TOKEN_INVALID");
  }

  private List<AuditEntry> audit(ListAuditEntriesRequest request) {
    return MaintenanceServiceGrpc.newBlockingStub(registry.channel())
        .listAuditEntries(request)
        .getEntriesList();
  }

  private ModelVersion version(Lineage lineage) {
    byte[] bytes = UUID.randomUUID().toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    return registry
        .models()
        .createModelVersion(
            CreateModelVersionRequest.newBuilder()
                .setModel("load")
                .setArtifactSha256(registry.upload(bytes).getSha256())
                .setFamily("naive")
                .setSignature(
                    ModelSignature.newBuilder()
                        .setHorizonSteps(24)
                        .setGrid(Grid.newBuilder().setStep(Duration.newBuilder().setSeconds(3600))))
                .setLineage(lineage)
                .build())
        .getModelVersion();
  }

  private Evidence.Builder evidence() {
    return Evidence.newBuilder()
        .setArtifactSha256(second.getArtifact().getSha256())
        .setFoundAt(Timestamp.newBuilder().setSeconds(NOON.getEpochSecond()));
  }

  private static PairedErrors.Builder paired(int pairs, double worseBy) {
    var errors = PairedErrors.newBuilder().setOther(reference("1.0.0")).setMeasure("mae");
    for (int i = 0; i < pairs; i++) {
      errors
          .addOriginsMicros(1 + i * 86_400_000_000L)
          .addCandidateErrors(2 + worseBy + (i % 2 == 0 ? .3 : -.3))
          .addOtherErrors(2 + (i % 3 - 1) * .1);
    }
    return errors;
  }

  private static CoverageFinding coverage(double nominal, double observed) {
    return CoverageFinding.newBuilder()
        .setNominal(nominal)
        .setObserved(observed)
        .setIntervals(1000)
        .build();
  }

  private static VersionReference reference(String version) {
    return VersionReference.newBuilder().setModel("load").setVersion(version).build();
  }

  private Evidence attach(Evidence.Builder evidence) {
    return registry
        .models()
        .attachEvidence(
            AttachEvidenceRequest.newBuilder()
                .setModel("load")
                .setVersion("1.1.0")
                .setEvidence(evidence)
                .build())
        .getEvidence();
  }

  private Refusal refused(Evidence.Builder evidence, String reason) {
    return Refusal.of(() -> attach(evidence)).is("INVALID_ARGUMENT", reason);
  }

  private AliasProtection protect(AliasProtection.Builder protection) {
    return registry
        .aliases()
        .setAliasProtection(
            SetAliasProtectionRequest.newBuilder()
                .setProtection(protection.setModel("load").setAlias("champion"))
                .build())
        .getProtection();
  }

  private AliasProtection protection() {
    return registry
        .aliases()
        .getAliasProtection(
            GetAliasProtectionRequest.newBuilder().setModel("load").setAlias("champion").build())
        .getProtection();
  }

  private void approve() {
    var _ =
        registry
            .aliases()
            .approveVersion(
                ApproveVersionRequest.newBuilder()
                    .setModel("load")
                    .setAlias("champion")
                    .setVersion("1.1.0")
                    .build());
  }

  private dev.tidewatch.proto.registry.v1.CheckGatesResponse check(String version) {
    return registry
        .aliases()
        .checkGates(
            CheckGatesRequest.newBuilder()
                .setModel("load")
                .setAlias("champion")
                .setVersion(version)
                .build());
  }

  private static AliasMove.Builder to(String version) {
    return AliasMove.newBuilder().setModel("load").setAlias("champion").setVersion(version);
  }

  private static MoveAliasesRequest.Builder request(String version) {
    return MoveAliasesRequest.newBuilder()
        .setRequestId(UUID.randomUUID().toString())
        .addMoves(to(version));
  }

  private MoveAliasesResponse move(String version, String reason) {
    return registry.aliases().moveAliases(request(version).setReason(reason).build());
  }

  private String live(Instant at) {
    return registry
        .aliases()
        .getLiveVersion(
            GetLiveVersionRequest.newBuilder()
                .setModel("load")
                .setAlias("champion")
                .setAt(Timestamp.newBuilder().setSeconds(at.getEpochSecond()))
                .build())
        .getVersion();
  }
}
