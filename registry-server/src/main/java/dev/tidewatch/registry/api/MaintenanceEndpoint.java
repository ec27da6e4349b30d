package dev.tidewatch.registry.api;

import dev.tidewatch.proto.registry.v1.AuditEntry;
import dev.tidewatch.proto.registry.v1.ListAuditEntriesRequest;
import dev.tidewatch.proto.registry.v1.ListAuditEntriesResponse;
import dev.tidewatch.proto.registry.v1.MaintenanceServiceGrpc.MaintenanceServiceImplBase;
import dev.tidewatch.registry.domain.AuditFilter;
import dev.tidewatch.registry.domain.AuditLog;
import dev.tidewatch.registry.domain.Page;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.Optional;

/** The audit log over gRPC. Retention is part of the contract, not built: it answers NOT_BUILT. */
public final class MaintenanceEndpoint extends MaintenanceServiceImplBase {
  private final AuditLog audit;

  public MaintenanceEndpoint(AuditLog audit) {
    this.audit = audit;
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
