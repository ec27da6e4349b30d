package dev.tidewatch.registry.domain;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What the registry knows at one revision. Belongs to the thread that was given it, until the
 * function returns.
 */
public interface RegistryView {
  /** The life of this registry's database. */
  UUID registryId();

  /** Of the last change that is seen here; in a change, of the one before it. */
  long revision();

  ModelRows models();

  VersionRows versions();

  /** Search over all versions. */
  VersionIndex index();

  AliasRows aliases();

  AssignmentRows assignments();

  EvidenceRows evidence();

  GuardRows guards();

  /** Newest first. */
  Page<AuditEntry> auditEntries(AuditFilter filter, PageRequest request);

  RetentionRows retention();

  Optional<Artifact> artifact(Sha256 sha256);

  boolean runExists(UUID run);

  /**
   * What changed after a revision, oldest first, each thing once; empty if that is no longer known
   * or the revision is not of this life.
   */
  Optional<List<ChangedThing>> changesAfter(long revision);
}
