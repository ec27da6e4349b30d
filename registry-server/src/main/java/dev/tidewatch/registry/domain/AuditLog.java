package dev.tidewatch.registry.domain;

/** Who changed what. Thread-safe. */
public final class AuditLog {
  private final RegistryStore store;

  public AuditLog(RegistryStore store) {
    this.store = store;
  }

  /**
   * Enters an artifact whose bytes are stored now, as a change of its own: artifacts belong to no
   * model yet.
   */
  public void uploaded(Origin origin, Artifact artifact) {
    var _ =
        store.change(
            origin,
            registry -> {
              registry.audit(
                  "",
                  artifact.sha256().hex(),
                  "uploaded %d bytes as %s%s"
                      .formatted(
                          artifact.sizeBytes(),
                          artifact.format(),
                          artifact
                              .signature()
                              .map(signature -> ", signed by " + signature.keyId())
                              .orElse("")),
                  "");
              return true;
            });
  }

  /** Newest first. */
  public Page<AuditEntry> list(AuditFilter filter, PageRequest request) {
    return store.read(registry -> registry.auditEntries(filter, request));
  }
}
