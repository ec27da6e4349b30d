package dev.tidewatch.registry.domain;

/** Who changed what. Thread-safe. */
public final class AuditLog {
  private final RegistryStore store;

  public AuditLog(RegistryStore store) {
    this.store = store;
  }

  /** Newest first. */
  public Page<AuditEntry> list(AuditFilter filter, PageRequest request) {
    return store.read(registry -> registry.auditEntries(filter, request));
  }
}
