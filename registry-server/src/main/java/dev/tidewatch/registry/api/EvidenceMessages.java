package dev.tidewatch.registry.api;

import com.google.protobuf.Duration;
import dev.tidewatch.proto.registry.v1.AttachEvidenceRequest;
import dev.tidewatch.proto.registry.v1.CoverageFinding;
import dev.tidewatch.proto.registry.v1.DataFinding;
import dev.tidewatch.proto.registry.v1.Evidence;
import dev.tidewatch.proto.registry.v1.PairedErrors;
import dev.tidewatch.proto.registry.v1.VersionReference;
import dev.tidewatch.registry.domain.Finding;
import dev.tidewatch.registry.domain.NewEvidence;
import dev.tidewatch.registry.domain.Sha256;
import dev.tidewatch.registry.domain.VersionName;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import java.util.Optional;

/** Evidence as messages. */
final class EvidenceMessages {
  private EvidenceMessages() {}

  static VersionName key(String field, String model, String version) {
    return new VersionName(
        Fields.model(field + "model", model), Fields.version(field + "version", version));
  }

  static NewEvidence newEvidence(AttachEvidenceRequest request) {
    Evidence evidence = request.getEvidence();
    return new NewEvidence(
        key("", request.getModel(), request.getVersion()),
        Fields.sha256("evidence.artifact_sha256", evidence.getArtifactSha256()),
        Fields.time("evidence.found_at", evidence.getFoundAt()),
        Fields.present(evidence.getDataFingerprint())
            .map(text -> Fields.sha256("evidence.data_fingerprint", text)),
        finding(evidence));
  }

  private static Finding finding(Evidence evidence) {
    return switch (evidence.getFindingCase()) {
      case PAIRED_ERRORS -> {
        PairedErrors paired = evidence.getPairedErrors();
        VersionName other =
            key(
                "evidence.paired_errors.other.",
                paired.getOther().getModel(),
                paired.getOther().getVersion());
        try {
          yield new Finding.PairedErrors(
              other,
              paired.getMeasure(),
              paired.getOriginsMicrosList(),
              paired.getCandidateErrorsList(),
              paired.getOtherErrorsList());
        } catch (IllegalArgumentException e) {
          throw malformed("evidence.paired_errors.", e);
        }
      }
      case COVERAGE -> {
        CoverageFinding coverage = evidence.getCoverage();
        try {
          yield new Finding.Coverage(
              coverage.getNominal(), coverage.getObserved(), coverage.getIntervals());
        } catch (IllegalArgumentException e) {
          throw malformed("evidence.coverage.", e);
        }
      }
      case DATA -> {
        DataFinding data = evidence.getData();
        Optional<java.time.Duration> span =
            data.hasSpan()
                ? Optional.of(Fields.duration("evidence.data.span", data.getSpan()))
                : Optional.empty();
        try {
          yield new Finding.Data(data.getRows(), span);
        } catch (IllegalArgumentException e) {
          throw malformed("evidence.data.", e);
        }
      }
      case FINDING_NOT_SET ->
          throw InvalidArgument.field("evidence.finding", "required; give one of its kinds");
    };
  }

  /** The message of a finding begins with its field. */
  private static InvalidArgument malformed(String path, IllegalArgumentException e) {
    String message = String.valueOf(e.getMessage());
    int colon = message.indexOf(':');
    return new InvalidArgument(
        "EVIDENCE_MALFORMED",
        path + message.substring(0, Math.max(colon, 0)),
        message.substring(colon + 1).strip());
  }

  static Evidence evidence(dev.tidewatch.registry.domain.Evidence evidence) {
    NewEvidence content = evidence.content();
    Evidence.Builder message =
        Evidence.newBuilder()
            .setEvidenceId(evidence.id().toString())
            .setArtifactSha256(content.artifact().hex())
            .setFoundAt(Fields.time(content.foundAt()))
            .setDataFingerprint(content.data().map(Sha256::hex).orElse(""))
            .setAttachedBy(evidence.attachedBy())
            .setAttachedAt(Fields.time(evidence.attachedAt()));
    switch (content.finding()) {
      case Finding.PairedErrors paired ->
          message.setPairedErrors(
              PairedErrors.newBuilder()
                  .setOther(reference(paired.other()))
                  .setMeasure(paired.measure())
                  .addAllOriginsMicros(paired.originsMicros())
                  .addAllCandidateErrors(paired.candidateErrors())
                  .addAllOtherErrors(paired.otherErrors()));
      case Finding.Coverage coverage ->
          message.setCoverage(
              CoverageFinding.newBuilder()
                  .setNominal(coverage.nominal())
                  .setObserved(coverage.observed())
                  .setIntervals(coverage.intervals()));
      case Finding.Data data -> {
        DataFinding.Builder finding = DataFinding.newBuilder().setRows(data.rows());
        data.span().map(EvidenceMessages::duration).ifPresent(finding::setSpan);
        message.setData(finding);
      }
    }
    return message.build();
  }

  static VersionReference reference(VersionName key) {
    return VersionReference.newBuilder()
        .setModel(key.model().value())
        .setVersion(key.number().toString())
        .build();
  }

  static Duration duration(java.time.Duration span) {
    return Duration.newBuilder().setSeconds(span.getSeconds()).setNanos(span.getNano()).build();
  }
}
