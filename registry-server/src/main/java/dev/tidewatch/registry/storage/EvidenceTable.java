package dev.tidewatch.registry.storage;

import static dev.tidewatch.registry.storage.jooq.Tables.EVIDENCE;

import dev.tidewatch.registry.domain.Evidence;
import dev.tidewatch.registry.domain.EvidenceRows;
import dev.tidewatch.registry.domain.Exhibit;
import dev.tidewatch.registry.domain.Finding;
import dev.tidewatch.registry.domain.ModelName;
import dev.tidewatch.registry.domain.NewEvidence;
import dev.tidewatch.registry.domain.Page;
import dev.tidewatch.registry.domain.PageRequest;
import dev.tidewatch.registry.domain.SemanticVersion;
import dev.tidewatch.registry.domain.Sha256;
import dev.tidewatch.registry.domain.VersionName;
import dev.tidewatch.registry.storage.GuardTable.Spans;
import dev.tidewatch.registry.storage.jooq.tables.records.EvidenceRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.Record2;

/** Evidence in PostgreSQL. */
final class EvidenceTable implements EvidenceRows {
  /** Pairs of one page, so that its message stays within what servers send. */
  private static final int PAIRS_PER_PAGE = 100_000;

  private final DSLContext sql;

  EvidenceTable(DSLContext sql) {
    this.sql = sql;
  }

  @Override
  public void insert(Evidence evidence, Optional<Exhibit.Chances> chances) {
    NewEvidence content = evidence.content();
    EvidenceRecord row = sql.newRecord(EVIDENCE);
    row.set(EVIDENCE.EVIDENCE_ID, evidence.id());
    row.set(EVIDENCE.MODEL, content.version().model().value());
    row.set(EVIDENCE.VERSION, content.version().number().toString());
    row.set(EVIDENCE.REVISION, evidence.revision());
    row.set(EVIDENCE.ARTIFACT_SHA256, content.artifact().hex());
    row.set(EVIDENCE.FOUND_AT, content.foundAt());
    content.data().ifPresent(data -> row.set(EVIDENCE.DATA_FINGERPRINT, data.hex()));
    row.set(EVIDENCE.ATTACHED_BY, evidence.attachedBy());
    row.set(EVIDENCE.ATTACHED_AT, evidence.attachedAt());
    row.set(EVIDENCE.PAIRS, 0);
    switch (content.finding()) {
      case Finding.PairedErrors paired -> {
        row.set(EVIDENCE.KIND, Kind.PAIRED_ERRORS.name());
        row.set(EVIDENCE.OTHER_MODEL, paired.other().model().value());
        row.set(EVIDENCE.OTHER_VERSION, paired.other().number().toString());
        row.set(EVIDENCE.MEASURE, paired.measure());
        row.set(EVIDENCE.PAIRS, paired.originsMicros().size());
        row.set(EVIDENCE.ORIGINS_MICROS, paired.originsMicros().toArray(Long[]::new));
        row.set(EVIDENCE.CANDIDATE_ERRORS, paired.candidateErrors().toArray(Double[]::new));
        row.set(EVIDENCE.OTHER_ERRORS, paired.otherErrors().toArray(Double[]::new));
        chances.ifPresent(p -> {
          row.set(EVIDENCE.P_BETTER, p.better());
          row.set(EVIDENCE.P_WORSE, p.worse());
        });
      }
      case Finding.Coverage coverage -> {
        row.set(EVIDENCE.KIND, Kind.COVERAGE.name());
        row.set(EVIDENCE.NOMINAL, coverage.nominal());
        row.set(EVIDENCE.OBSERVED, coverage.observed());
        row.set(EVIDENCE.INTERVALS, coverage.intervals());
      }
      case Finding.Data data -> {
        row.set(EVIDENCE.KIND, Kind.DATA.name());
        row.set(EVIDENCE.DATA_ROWS, data.rows());
        data.span().ifPresent(span -> row.set(EVIDENCE.DATA_SPAN_MICROS, Spans.micros(span)));
      }
    }
    row.insert();
  }

  @Override
  public Optional<Evidence> find(UUID id) {
    return sql.selectFrom(EVIDENCE)
        .where(EVIDENCE.EVIDENCE_ID.eq(id))
        .fetchOptional(EvidenceTable::evidence);
  }

  @Override
  public Page<Evidence> page(VersionName version, PageRequest request) {
    Condition wanted = isOf(version);
    if (request.after().isPresent()) {
      wanted = wanted.and(EVIDENCE.REVISION.lt(Long.parseLong(request.after().get())));
    }
    int fitting = 0;
    int pairs = 0;
    for (Record2<Long, Integer> row :
        sql.select(EVIDENCE.REVISION, EVIDENCE.PAIRS)
            .from(EVIDENCE)
            .where(wanted)
            .orderBy(EVIDENCE.REVISION.desc())
            .limit(request.size())) {
      pairs += row.get(EVIDENCE.PAIRS);
      if (fitting > 0 && pairs > PAIRS_PER_PAGE) {
        break;
      }
      fitting++;
    }
    int size = Math.max(1, fitting);
    // Of the extra row only the key is needed, and its lists with it: a page is at most twice as
    // much to read as to send.
    List<Evidence> rows =
        sql.selectFrom(EVIDENCE)
            .where(wanted)
            .orderBy(EVIDENCE.REVISION.desc())
            .limit(size + 1)
            .fetch(EvidenceTable::evidence);
    return Page.of(rows, size, evidence -> Long.toString(evidence.revision()));
  }

  @Override
  public List<Exhibit> exhibits(VersionName version, int limit) {
    return sql.select(
            EVIDENCE.EVIDENCE_ID,
            EVIDENCE.FOUND_AT,
            EVIDENCE.ATTACHED_AT,
            EVIDENCE.DATA_FINGERPRINT,
            EVIDENCE.KIND,
            EVIDENCE.OTHER_MODEL,
            EVIDENCE.OTHER_VERSION,
            EVIDENCE.MEASURE,
            EVIDENCE.PAIRS,
            EVIDENCE.P_BETTER,
            EVIDENCE.P_WORSE,
            EVIDENCE.NOMINAL,
            EVIDENCE.OBSERVED,
            EVIDENCE.INTERVALS,
            EVIDENCE.DATA_ROWS,
            EVIDENCE.DATA_SPAN_MICROS)
        .from(EVIDENCE)
        .where(isOf(version))
        .orderBy(EVIDENCE.REVISION.desc())
        .limit(limit)
        .fetch(EvidenceTable::exhibit);
  }

  private enum Kind {
    PAIRED_ERRORS,
    COVERAGE,
    DATA
  }

  private static Condition isOf(VersionName version) {
    return EVIDENCE
        .MODEL
        .eq(version.model().value())
        .and(EVIDENCE.VERSION.eq(version.number().toString()));
  }

  private static Exhibit exhibit(Record row) {
    UUID id = row.get(EVIDENCE.EVIDENCE_ID);
    Instant found = row.get(EVIDENCE.FOUND_AT);
    Instant attached = row.get(EVIDENCE.ATTACHED_AT);
    Instant since = found.isBefore(attached) ? found : attached;
    return switch (Kind.valueOf(row.get(EVIDENCE.KIND))) {
      case PAIRED_ERRORS ->
          new Exhibit.Paired(
              id,
              since,
              other(row),
              row.get(EVIDENCE.MEASURE),
              row.get(EVIDENCE.PAIRS),
              Optional.ofNullable(row.get(EVIDENCE.P_BETTER))
                  .map(better -> new Exhibit.Chances(better, row.get(EVIDENCE.P_WORSE))));
      case COVERAGE -> new Exhibit.Covered(id, since, coverage(row));
      case DATA -> new Exhibit.Trained(id, since, fingerprint(row), data(row));
    };
  }

  private static Evidence evidence(Record row) {
    Finding finding =
        switch (Kind.valueOf(row.get(EVIDENCE.KIND))) {
          case PAIRED_ERRORS ->
              new Finding.PairedErrors(
                  other(row),
                  row.get(EVIDENCE.MEASURE),
                  List.of(row.get(EVIDENCE.ORIGINS_MICROS)),
                  List.of(row.get(EVIDENCE.CANDIDATE_ERRORS)),
                  List.of(row.get(EVIDENCE.OTHER_ERRORS)));
          case COVERAGE -> coverage(row);
          case DATA -> data(row);
        };
    return new Evidence(
        row.get(EVIDENCE.EVIDENCE_ID),
        new NewEvidence(
            new VersionName(
                new ModelName(row.get(EVIDENCE.MODEL)),
                SemanticVersion.parse(row.get(EVIDENCE.VERSION))),
            new Sha256(row.get(EVIDENCE.ARTIFACT_SHA256)),
            row.get(EVIDENCE.FOUND_AT),
            fingerprint(row),
            finding),
        row.get(EVIDENCE.ATTACHED_BY),
        row.get(EVIDENCE.ATTACHED_AT),
        row.get(EVIDENCE.REVISION));
  }

  private static VersionName other(Record row) {
    return new VersionName(
        new ModelName(row.get(EVIDENCE.OTHER_MODEL)),
        SemanticVersion.parse(row.get(EVIDENCE.OTHER_VERSION)));
  }

  private static Optional<Sha256> fingerprint(Record row) {
    return Optional.ofNullable(row.get(EVIDENCE.DATA_FINGERPRINT)).map(Sha256::new);
  }

  private static Finding.Coverage coverage(Record row) {
    return new Finding.Coverage(
        row.get(EVIDENCE.NOMINAL), row.get(EVIDENCE.OBSERVED), row.get(EVIDENCE.INTERVALS));
  }

  private static Finding.Data data(Record row) {
    return new Finding.Data(
        row.get(EVIDENCE.DATA_ROWS),
        Optional.ofNullable(row.get(EVIDENCE.DATA_SPAN_MICROS)).map(Spans::of));
  }
}
