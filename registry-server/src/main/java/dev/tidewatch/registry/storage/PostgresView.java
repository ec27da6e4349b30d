package dev.tidewatch.registry.storage;

import static dev.tidewatch.registry.storage.jooq.Tables.CHANGE;
import static dev.tidewatch.registry.storage.jooq.Tables.REGISTRY_HEAD;

import dev.tidewatch.registry.domain.AliasKey;
import dev.tidewatch.registry.domain.AliasName;
import dev.tidewatch.registry.domain.AliasRows;
import dev.tidewatch.registry.domain.Artifact;
import dev.tidewatch.registry.domain.AssignmentRows;
import dev.tidewatch.registry.domain.AuditEntry;
import dev.tidewatch.registry.domain.AuditFilter;
import dev.tidewatch.registry.domain.ChangedThing;
import dev.tidewatch.registry.domain.EvidenceRows;
import dev.tidewatch.registry.domain.GuardRows;
import dev.tidewatch.registry.domain.ModelName;
import dev.tidewatch.registry.domain.ModelRows;
import dev.tidewatch.registry.domain.Page;
import dev.tidewatch.registry.domain.PageRequest;
import dev.tidewatch.registry.domain.RegistryView;
import dev.tidewatch.registry.domain.RetentionRows;
import dev.tidewatch.registry.domain.Sha256;
import dev.tidewatch.registry.domain.VersionIndex;
import dev.tidewatch.registry.domain.VersionRows;
import dev.tidewatch.registry.storage.jooq.tables.records.RegistryHeadRecord;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Record;

/** The tables as one transaction sees them. */
class PostgresView implements RegistryView {
  final DSLContext sql;
  private final RegistryHeadRecord head;
  private final ModelTable models;
  private final VersionTable versions;
  private final AliasTable aliases;
  private final AssignmentTable assignments;
  private final EvidenceTable evidence;
  private final GuardTable guards;

  PostgresView(DSLContext sql, boolean lock) {
    this.sql = sql;
    this.head =
        lock
            ? sql.selectFrom(REGISTRY_HEAD).forUpdate().fetchSingle()
            : sql.selectFrom(REGISTRY_HEAD).fetchSingle();
    this.models = new ModelTable(sql);
    this.versions = new VersionTable(sql);
    this.aliases = new AliasTable(sql);
    this.assignments = new AssignmentTable(sql);
    this.evidence = new EvidenceTable(sql);
    this.guards = new GuardTable(sql);
  }

  @Override
  public final UUID registryId() {
    return head.get(REGISTRY_HEAD.REGISTRY_ID);
  }

  @Override
  public final long revision() {
    return head.get(REGISTRY_HEAD.REVISION);
  }

  final long changesFrom() {
    return head.get(REGISTRY_HEAD.CHANGES_FROM);
  }

  @Override
  public final ModelRows models() {
    return models;
  }

  @Override
  public final VersionRows versions() {
    return versions;
  }

  @Override
  public final VersionIndex index() {
    return new VersionSearchTable(sql, versions);
  }

  @Override
  public final AliasRows aliases() {
    return aliases;
  }

  @Override
  public final AssignmentRows assignments() {
    return assignments;
  }

  @Override
  public final EvidenceRows evidence() {
    return evidence;
  }

  @Override
  public final GuardRows guards() {
    return guards;
  }

  @Override
  public final Page<AuditEntry> auditEntries(AuditFilter filter, PageRequest request) {
    return new AuditTable(sql).page(filter, request);
  }

  @Override
  public final RetentionRows retention() {
    return new RetentionTable(sql);
  }

  @Override
  public final Optional<Artifact> artifact(Sha256 sha256) {
    return PostgresArtifactIndex.find(sql, sha256);
  }

  @Override
  public final boolean runExists(UUID run) {
    return new RunTable(sql).exists(run);
  }

  @Override
  public final Optional<List<ChangedThing>> changesAfter(long revision) {
    if (revision > revision() || revision + 1 < changesFrom()) {
      return Optional.empty();
    }
    return Optional.of(
        sql
            .selectFrom(CHANGE)
            .where(CHANGE.REVISION.gt(revision))
            .orderBy(CHANGE.REVISION, CHANGE.ORDINAL)
            .fetch(PostgresView::thing)
            .stream()
            .distinct()
            .toList());
  }

  private static ChangedThing thing(Record row) {
    ModelName model = new ModelName(row.get(CHANGE.MODEL));
    String name = row.get(CHANGE.NAME);
    String kind = row.get(CHANGE.KIND);
    return switch (kind) {
      case ALIAS -> new ChangedThing.OfAlias(new AliasKey(model, new AliasName(name)));
      case ROUTING -> new ChangedThing.OfRouting(model);
      case ASSIGNMENT -> new ChangedThing.OfAssignment(model, name);
      default -> throw new IllegalStateException("change.kind: " + kind);
    };
  }

  static final String ALIAS = "ALIAS";
  static final String ROUTING = "ROUTING";
  static final String ASSIGNMENT = "ASSIGNMENT";
}
