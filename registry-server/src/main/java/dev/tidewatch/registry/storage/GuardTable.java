package dev.tidewatch.registry.storage;

import static dev.tidewatch.registry.storage.jooq.Tables.ALIAS_PROTECTION;
import static dev.tidewatch.registry.storage.jooq.Tables.APPROVAL;

import dev.tidewatch.registry.domain.AliasKey;
import dev.tidewatch.registry.domain.AliasName;
import dev.tidewatch.registry.domain.AliasProtection;
import dev.tidewatch.registry.domain.Approval;
import dev.tidewatch.registry.domain.GatePolicy;
import dev.tidewatch.registry.domain.GuardRows;
import dev.tidewatch.registry.domain.ModelName;
import dev.tidewatch.registry.domain.Page;
import dev.tidewatch.registry.domain.PageRequest;
import dev.tidewatch.registry.domain.SemanticVersion;
import dev.tidewatch.registry.storage.jooq.tables.records.AliasProtectionRecord;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;

/** Protections and approvals in PostgreSQL. */
final class GuardTable implements GuardRows {
  private final DSLContext sql;

  GuardTable(DSLContext sql) {
    this.sql = sql;
  }

  @Override
  public Optional<AliasProtection> protection(AliasKey key) {
    return sql.selectFrom(ALIAS_PROTECTION)
        .where(
            ALIAS_PROTECTION
                .MODEL
                .eq(key.model().value())
                .and(ALIAS_PROTECTION.ALIAS.eq(key.alias().value())))
        .fetchOptional(row ->
            new AliasProtection(
                key,
                row.get(ALIAS_PROTECTION.PROTECTED),
                policy(row),
                row.get(ALIAS_PROTECTION.APPROVALS_MIN),
                row.get(ALIAS_PROTECTION.REVISION)));
  }

  @Override
  public void setProtection(AliasProtection protection) {
    AliasProtectionRecord row = sql.newRecord(ALIAS_PROTECTION);
    row.set(ALIAS_PROTECTION.MODEL, protection.key().model().value());
    row.set(ALIAS_PROTECTION.ALIAS, protection.key().alias().value());
    row.set(ALIAS_PROTECTION.PROTECTED, protection.isProtected());
    row.set(ALIAS_PROTECTION.APPROVALS_MIN, protection.approvalsMin());
    row.set(ALIAS_PROTECTION.REVISION, protection.revision());
    GatePolicy gates = protection.gates();
    row.set(ALIAS_PROTECTION.SAME_SIGNATURE, gates.sameSignature());
    gates
        .ageMax()
        .ifPresent(age -> row.set(ALIAS_PROTECTION.EVIDENCE_AGE_MAX_MICROS, Spans.micros(age)));
    gates
        .pairedTest()
        .ifPresent(gate -> {
          row.set(ALIAS_PROTECTION.PAIRED_MEASURE, gate.measure());
          row.set(ALIAS_PROTECTION.PAIRED_PAIRS_MIN, gate.pairsMin());
          row.set(ALIAS_PROTECTION.PAIRED_SIGNIFICANCE, gate.significance());
          row.set(ALIAS_PROTECTION.PAIRED_BETTER, gate.better());
        });
    gates
        .coverage()
        .ifPresent(gate -> {
          row.set(ALIAS_PROTECTION.COVERAGE_DIFFERENCE_MAX, gate.differenceMax());
          row.set(ALIAS_PROTECTION.COVERAGE_INTERVALS_MIN, gate.intervalsMin());
        });
    gates
        .data()
        .ifPresent(gate -> {
          row.set(ALIAS_PROTECTION.DATA_ROWS_MIN, gate.rowsMin());
          row.set(ALIAS_PROTECTION.DATA_SPAN_MIN_MICROS, Spans.micros(gate.spanMin()));
        });
    // A gate that is no longer asked for must go: the row is replaced, not merged.
    sql.deleteFrom(ALIAS_PROTECTION)
        .where(
            ALIAS_PROTECTION
                .MODEL
                .eq(protection.key().model().value())
                .and(ALIAS_PROTECTION.ALIAS.eq(protection.key().alias().value())))
        .execute();
    row.insert();
  }

  private static GatePolicy policy(Record row) {
    return new GatePolicy(
        Optional.ofNullable(row.get(ALIAS_PROTECTION.EVIDENCE_AGE_MAX_MICROS)).map(Spans::of),
        Optional.ofNullable(row.get(ALIAS_PROTECTION.PAIRED_MEASURE))
            .map(measure ->
                new GatePolicy.PairedTestGate(
                    measure,
                    row.get(ALIAS_PROTECTION.PAIRED_PAIRS_MIN),
                    row.get(ALIAS_PROTECTION.PAIRED_SIGNIFICANCE),
                    row.get(ALIAS_PROTECTION.PAIRED_BETTER))),
        Optional.ofNullable(row.get(ALIAS_PROTECTION.COVERAGE_DIFFERENCE_MAX))
            .map(difference ->
                new GatePolicy.CoverageGate(
                    difference, row.get(ALIAS_PROTECTION.COVERAGE_INTERVALS_MIN))),
        Optional.ofNullable(row.get(ALIAS_PROTECTION.DATA_ROWS_MIN))
            .map(rows ->
                new GatePolicy.DataGate(
                    rows, Spans.of(row.get(ALIAS_PROTECTION.DATA_SPAN_MIN_MICROS)))),
        row.get(ALIAS_PROTECTION.SAME_SIGNATURE));
  }

  @Override
  public void approve(Approval approval) {
    sql.insertInto(APPROVAL)
        .set(APPROVAL.MODEL, approval.key().model().value())
        .set(APPROVAL.ALIAS, approval.key().alias().value())
        .set(APPROVAL.VERSION, approval.version().toString())
        .set(APPROVAL.APPROVED_BY, approval.approvedBy())
        .set(APPROVAL.APPROVED_AT, approval.approvedAt())
        .set(APPROVAL.COMMENT, approval.comment())
        .set(APPROVAL.REVISION, approval.revision())
        .onConflict(APPROVAL.MODEL, APPROVAL.ALIAS, APPROVAL.VERSION, APPROVAL.APPROVED_BY)
        .doUpdate()
        .set(APPROVAL.APPROVED_AT, approval.approvedAt())
        .set(APPROVAL.COMMENT, approval.comment())
        .set(APPROVAL.REVISION, approval.revision())
        .execute();
  }

  @Override
  public Optional<Approval> approval(AliasKey key, SemanticVersion version, String approvedBy) {
    return sql.selectFrom(APPROVAL)
        .where(isOf(key, version).and(APPROVAL.APPROVED_BY.eq(approvedBy)))
        .fetchOptional(GuardTable::approval);
  }

  @Override
  public boolean withdraw(AliasKey key, SemanticVersion version, String approvedBy) {
    return sql.deleteFrom(APPROVAL)
            .where(isOf(key, version).and(APPROVAL.APPROVED_BY.eq(approvedBy)))
            .execute()
        > 0;
  }

  @Override
  public int approvals(AliasKey key, SemanticVersion version) {
    return sql.fetchCount(APPROVAL, isOf(key, version));
  }

  @Override
  public Page<Approval> page(
      ModelName model,
      Optional<AliasName> alias,
      Optional<SemanticVersion> version,
      PageRequest request) {
    Condition wanted = APPROVAL.MODEL.eq(model.value());
    if (alias.isPresent()) {
      wanted = wanted.and(APPROVAL.ALIAS.eq(alias.get().value()));
    }
    if (version.isPresent()) {
      wanted = wanted.and(APPROVAL.VERSION.eq(version.get().toString()));
    }
    if (request.after().isPresent()) {
      wanted = wanted.and(APPROVAL.REVISION.lt(Long.parseLong(request.after().get())));
    }
    List<Approval> rows =
        sql.selectFrom(APPROVAL)
            .where(wanted)
            .orderBy(APPROVAL.REVISION.desc())
            .limit(request.size() + 1)
            .fetch(GuardTable::approval);
    return Page.of(rows, request.size(), approval -> Long.toString(approval.revision()));
  }

  private static Condition isOf(AliasKey key, SemanticVersion version) {
    return APPROVAL
        .MODEL
        .eq(key.model().value())
        .and(APPROVAL.ALIAS.eq(key.alias().value()))
        .and(APPROVAL.VERSION.eq(version.toString()));
  }

  private static Approval approval(Record row) {
    return new Approval(
        new AliasKey(
            new ModelName(row.get(APPROVAL.MODEL)), new AliasName(row.get(APPROVAL.ALIAS))),
        SemanticVersion.parse(row.get(APPROVAL.VERSION)),
        row.get(APPROVAL.APPROVED_BY),
        row.get(APPROVAL.APPROVED_AT),
        row.get(APPROVAL.COMMENT),
        row.get(APPROVAL.REVISION));
  }

  /** Durations as microseconds. */
  static final class Spans {
    private Spans() {}

    static long micros(Duration span) {
      return Math.addExact(
          Math.multiplyExact(span.getSeconds(), 1_000_000L), span.getNano() / 1_000);
    }

    static Duration of(long micros) {
      return Duration.of(micros, ChronoUnit.MICROS);
    }
  }
}
