package dev.tidewatch.registry.api;

import com.google.protobuf.Duration;
import dev.tidewatch.proto.registry.v1.ApplyRetentionRequest;
import dev.tidewatch.proto.registry.v1.ApplyRetentionResponse;
import dev.tidewatch.proto.registry.v1.AuditEntry;
import dev.tidewatch.proto.registry.v1.ListAuditEntriesRequest;
import dev.tidewatch.proto.registry.v1.ListAuditEntriesResponse;
import dev.tidewatch.proto.registry.v1.MaintenanceServiceGrpc.MaintenanceServiceImplBase;
import dev.tidewatch.proto.registry.v1.PlanRetentionRequest;
import dev.tidewatch.proto.registry.v1.PlanRetentionResponse;
import dev.tidewatch.proto.registry.v1.VersionReference;
import dev.tidewatch.registry.artifacts.ArtifactStore;
import dev.tidewatch.registry.domain.AuditFilter;
import dev.tidewatch.registry.domain.AuditLog;
import dev.tidewatch.registry.domain.Page;
import dev.tidewatch.registry.domain.Retention;
import dev.tidewatch.registry.domain.RetentionPlan;
import dev.tidewatch.registry.domain.RetentionRule;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Retention and audit over gRPC. */
public final class MaintenanceEndpoint extends MaintenanceServiceImplBase {
  private static final Logger log = LoggerFactory.getLogger(MaintenanceEndpoint.class);

  /** No version is that old, and no time that far back leaves the calendar. */
  private static final long SECONDS_MAX = java.time.Duration.ofDays(365_000).toSeconds();

  private final Retention retention;
  private final ArtifactStore artifacts;
  private final AuditLog audit;

  public MaintenanceEndpoint(Retention retention, ArtifactStore artifacts, AuditLog audit) {
    this.retention = retention;
    this.artifacts = artifacts;
    this.audit = audit;
  }

  @Override
  public void planRetention(
      PlanRetentionRequest request, StreamObserver<PlanRetentionResponse> observer) {
    RetentionPlan plan = retention.plan(rule(request.getRule()));
    observer.onNext(
        PlanRetentionResponse.newBuilder()
            .setPlanSha256(plan.digest().hex())
            .addAllVersions(
                plan.versions().stream()
                    .map(version ->
                        VersionReference.newBuilder()
                            .setModel(version.model().value())
                            .setVersion(version.number().toString())
                            .build())
                    .toList())
            .setFreedBytes(plan.freedBytes())
            .setTruncated(plan.truncated())
            .build());
    observer.onCompleted();
  }

  @Override
  public void applyRetention(
      ApplyRetentionRequest request, StreamObserver<ApplyRetentionResponse> observer) {
    Retention.Applied applied =
        retention.apply(
            Origins.of("ApplyRetention", request.getRequestId(), request),
            rule(request.getRule()),
            Fields.sha256("plan_sha256", request.getPlanSha256()));
    try {
      artifacts.deleteRemoved(applied.freed());
    } catch (IOException e) {
      log.warn("the bytes of removed artifacts are left to the sweep", e);
    }
    observer.onNext(
        ApplyRetentionResponse.newBuilder()
            .setVersionsArchived(applied.versionsArchived())
            .setFreedBytes(applied.freedBytes())
            .build());
    observer.onCompleted();
  }

  @Override
  public void listAuditEntries(
      ListAuditEntriesRequest request, StreamObserver<ListAuditEntriesResponse> observer) {
    Optional<Instant> from =
        request.hasFrom() ? Optional.of(Fields.time("from", request.getFrom())) : Optional.empty();
    Optional<Instant> to =
        request.hasTo() ? Optional.of(Fields.time("to", request.getTo())) : Optional.empty();
    Page<dev.tidewatch.registry.domain.AuditEntry> page =
        audit.list(
            new AuditFilter(
                Fields.present(request.getModel()).map(text -> Fields.model("model", text)),
                Fields.present(request.getActor()),
                from,
                to),
            Pages.request("ListAuditEntries", request.getPageSize(), request.getPageToken()));
    observer.onNext(
        ListAuditEntriesResponse.newBuilder()
            .addAllEntries(page.items().stream().map(MaintenanceEndpoint::entry).toList())
            .setNextPageToken(Pages.nextToken("ListAuditEntries", page))
            .build());
    observer.onCompleted();
  }

  private static RetentionRule rule(dev.tidewatch.proto.registry.v1.RetentionRule rule) {
    return new RetentionRule(
        Fields.present(rule.getModel()).map(name -> Fields.model("rule.model", name)),
        rule.getVersionsMin(),
        rule.hasAgeMin()
            ? Optional.of(duration("rule.age_min", rule.getAgeMin()))
            : Optional.empty(),
        rule.hasSinceLiveMin()
            ? Optional.of(duration("rule.since_live_min", rule.getSinceLiveMin()))
            : Optional.empty());
  }

  private static java.time.Duration duration(String field, Duration duration) {
    boolean sound =
        duration.getSeconds() >= 0
            && duration.getSeconds() <= SECONDS_MAX
            && duration.getNanos() >= 0
            && duration.getNanos() < 1_000_000_000;
    if (!sound) {
      throw InvalidArgument.field(field, "expected 0 seconds to 1,000 years");
    }
    return java.time.Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
  }

  private static AuditEntry entry(dev.tidewatch.registry.domain.AuditEntry entry) {
    return AuditEntry.newBuilder()
        .setRevision(entry.revision())
        .setTime(Fields.time(entry.time()))
        .setActor(entry.actor())
        .setAction(entry.action())
        .setModel(entry.model())
        .setSubject(entry.subject())
        .setDescription(entry.description())
        .setReason(entry.reason())
        .setRequestId(entry.requestId())
        .setTraceId(entry.traceId())
        .build();
  }
}
