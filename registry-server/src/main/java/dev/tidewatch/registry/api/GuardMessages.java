package dev.tidewatch.registry.api;

import dev.tidewatch.proto.registry.v1.AliasProtection;
import dev.tidewatch.proto.registry.v1.Approval;
import dev.tidewatch.proto.registry.v1.CoverageGate;
import dev.tidewatch.proto.registry.v1.DataGate;
import dev.tidewatch.proto.registry.v1.GatePolicy;
import dev.tidewatch.proto.registry.v1.GateVerdict;
import dev.tidewatch.proto.registry.v1.PairedTestGate;
import dev.tidewatch.registry.domain.AliasKey;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** Protections, gates, verdicts and approvals as messages. */
final class GuardMessages {
  private GuardMessages() {}

  /** With the usual bounds where the message says 0. */
  static dev.tidewatch.registry.domain.AliasProtection protection(AliasProtection message) {
    var key =
        new AliasKey(
            Fields.model("protection.model", message.getModel()),
            Fields.alias("protection.alias", message.getAlias()));
    long revision =
        message.getEtag().isEmpty() ? 0 : Fields.revision("protection.etag", message.getEtag());
    return Fields.read(
        "protection",
        () ->
            new dev.tidewatch.registry.domain.AliasProtection(
                key,
                message.getProtected(),
                policy(message.getGates()),
                message.getApprovalsMin(),
                revision));
  }

  private static dev.tidewatch.registry.domain.GatePolicy policy(GatePolicy message) {
    String field = "protection.gates";
    return Fields.read(
        field,
        () ->
            new dev.tidewatch.registry.domain.GatePolicy(
                message.hasEvidenceAgeMax()
                    ? Optional.of(
                        Fields.duration(field + ".evidence_age_max", message.getEvidenceAgeMax()))
                    : Optional.empty(),
                message.hasPairedTest()
                    ? Optional.of(pairedTest(message.getPairedTest()))
                    : Optional.empty(),
                message.hasCoverage()
                    ? Optional.of(coverage(message.getCoverage()))
                    : Optional.empty(),
                message.hasData()
                    ? Optional.of(data(field + ".data", message.getData()))
                    : Optional.empty(),
                message.getSameSignature()));
  }

  private static dev.tidewatch.registry.domain.GatePolicy.PairedTestGate pairedTest(
      PairedTestGate gate) {
    return new dev.tidewatch.registry.domain.GatePolicy.PairedTestGate(
        gate.getMeasure(),
        gate.getPairsMin() == 0
            ? dev.tidewatch.registry.domain.GatePolicy.PairedTestGate.PAIRS_MIN_USUAL
            : gate.getPairsMin(),
        gate.getSignificance() == 0
            ? dev.tidewatch.registry.domain.GatePolicy.PairedTestGate.SIGNIFICANCE_USUAL
            : gate.getSignificance(),
        gate.getBetter());
  }

  private static dev.tidewatch.registry.domain.GatePolicy.CoverageGate coverage(CoverageGate gate) {
    return new dev.tidewatch.registry.domain.GatePolicy.CoverageGate(
        gate.getDifferenceMax() == 0
            ? dev.tidewatch.registry.domain.GatePolicy.CoverageGate.DIFFERENCE_MAX_USUAL
            : gate.getDifferenceMax(),
        gate.getIntervalsMin() == 0
            ? dev.tidewatch.registry.domain.GatePolicy.CoverageGate.INTERVALS_MIN_USUAL
            : gate.getIntervalsMin());
  }

  private static dev.tidewatch.registry.domain.GatePolicy.DataGate data(
      String field, DataGate gate) {
    return new dev.tidewatch.registry.domain.GatePolicy.DataGate(
        gate.getRowsMin(),
        gate.hasSpanMin()
            ? Fields.duration(field + ".span_min", gate.getSpanMin())
            : Duration.ZERO);
  }

  static AliasProtection protection(dev.tidewatch.registry.domain.AliasProtection protection) {
    return AliasProtection.newBuilder()
        .setModel(protection.key().model().value())
        .setAlias(protection.key().alias().value())
        .setProtected(protection.isProtected())
        .setGates(policy(protection.gates()))
        .setApprovalsMin(protection.approvalsMin())
        .setEtag(protection.revision() == 0 ? "" : Long.toString(protection.revision()))
        .build();
  }

  private static GatePolicy policy(dev.tidewatch.registry.domain.GatePolicy policy) {
    GatePolicy.Builder message = GatePolicy.newBuilder().setSameSignature(policy.sameSignature());
    policy.ageMax().map(EvidenceMessages::duration).ifPresent(message::setEvidenceAgeMax);
    policy
        .pairedTest()
        .ifPresent(gate ->
            message.setPairedTest(
                PairedTestGate.newBuilder()
                    .setMeasure(gate.measure())
                    .setPairsMin(gate.pairsMin())
                    .setSignificance(gate.significance())
                    .setBetter(gate.better())));
    policy
        .coverage()
        .ifPresent(gate ->
            message.setCoverage(
                CoverageGate.newBuilder()
                    .setDifferenceMax(gate.differenceMax())
                    .setIntervalsMin(gate.intervalsMin())));
    policy
        .data()
        .ifPresent(gate ->
            message.setData(
                DataGate.newBuilder()
                    .setRowsMin(gate.rowsMin())
                    .setSpanMin(EvidenceMessages.duration(gate.spanMin()))));
    return message.build();
  }

  static GateVerdict verdict(dev.tidewatch.registry.domain.GateVerdict verdict) {
    return GateVerdict.newBuilder()
        .setGate(verdict.gate())
        .setPassed(verdict.passed())
        .setExplanation(verdict.explanation())
        .addAllEvidenceIds(verdict.evidence().stream().map(UUID::toString).toList())
        .build();
  }

  static Approval approval(dev.tidewatch.registry.domain.Approval approval) {
    return Approval.newBuilder()
        .setModel(approval.key().model().value())
        .setAlias(approval.key().alias().value())
        .setVersion(approval.version().toString())
        .setApprovedBy(approval.approvedBy())
        .setApprovedAt(Fields.time(approval.approvedAt()))
        .setComment(approval.comment())
        .build();
  }
}
