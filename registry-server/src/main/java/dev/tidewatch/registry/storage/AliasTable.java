package dev.tidewatch.registry.storage;

import static dev.tidewatch.registry.storage.jooq.Tables.ALIAS;
import static dev.tidewatch.registry.storage.jooq.Tables.ALIAS_MOVE;
import static dev.tidewatch.registry.storage.jooq.Tables.ARTIFACT;
import static dev.tidewatch.registry.storage.jooq.Tables.MODEL_VERSION;
import static dev.tidewatch.registry.storage.jooq.Tables.ROUTING;

import dev.tidewatch.registry.domain.Alias;
import dev.tidewatch.registry.domain.AliasKey;
import dev.tidewatch.registry.domain.AliasMoveRecord;
import dev.tidewatch.registry.domain.AliasName;
import dev.tidewatch.registry.domain.AliasRows;
import dev.tidewatch.registry.domain.ModelName;
import dev.tidewatch.registry.domain.Page;
import dev.tidewatch.registry.domain.PageRequest;
import dev.tidewatch.registry.domain.Routing;
import dev.tidewatch.registry.domain.SemanticVersion;
import dev.tidewatch.registry.domain.Sha256;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.SelectOnConditionStep;
import org.jooq.impl.DSL;

/** Aliases, their moves, and routings in PostgreSQL. */
final class AliasTable implements AliasRows {
  private final DSLContext sql;

  AliasTable(DSLContext sql) {
    this.sql = sql;
  }

  @Override
  public Optional<Alias> find(AliasKey key) {
    return select().where(is(key)).fetchOptional(AliasTable::alias);
  }

  @Override
  public Page<Alias> page(Optional<ModelName> model, PageRequest request) {
    Condition wanted = model.map(name -> ALIAS.MODEL.eq(name.value())).orElseGet(DSL::noCondition);
    if (request.after().isPresent()) {
      int slash = request.after().get().indexOf('/');
      wanted =
          wanted.and(
              DSL.row(ALIAS.MODEL, ALIAS.ALIAS_)
                  .gt(
                      request.after().get().substring(0, slash),
                      request.after().get().substring(slash + 1)));
    }
    List<Alias> rows =
        select()
            .where(wanted)
            .orderBy(ALIAS.MODEL, ALIAS.ALIAS_)
            .limit(request.size() + 1)
            .fetch(AliasTable::alias);
    return Page.of(rows, request.size(), alias -> alias.model() + "/" + alias.name());
  }

  @Override
  public List<Alias> all() {
    return select().orderBy(ALIAS.MODEL, ALIAS.ALIAS_).fetch(AliasTable::alias);
  }

  @Override
  public void move(AliasMoveRecord move) {
    String model = move.key().model().value();
    String alias = move.key().alias().value();
    if (move.to().isPresent()) {
      String version = move.to().get().toString();
      sql.insertInto(ALIAS)
          .set(ALIAS.MODEL, model)
          .set(ALIAS.ALIAS_, alias)
          .set(ALIAS.VERSION, version)
          .set(ALIAS.REVISION, move.revision())
          .set(ALIAS.MOVED_AT, move.movedAt())
          .set(ALIAS.MOVED_BY, move.movedBy())
          .onConflict(ALIAS.MODEL, ALIAS.ALIAS_)
          .doUpdate()
          .set(ALIAS.VERSION, version)
          .set(ALIAS.REVISION, move.revision())
          .set(ALIAS.MOVED_AT, move.movedAt())
          .set(ALIAS.MOVED_BY, move.movedBy())
          .execute();
    } else {
      sql.deleteFrom(ALIAS).where(is(move.key())).execute();
    }
    sql.insertInto(ALIAS_MOVE)
        .set(ALIAS_MOVE.MODEL, model)
        .set(ALIAS_MOVE.ALIAS, alias)
        .set(ALIAS_MOVE.REVISION, move.revision())
        .set(ALIAS_MOVE.FROM_VERSION, text(move.from()))
        .set(ALIAS_MOVE.TO_VERSION, text(move.to()))
        .set(ALIAS_MOVE.MOVED_AT, move.movedAt())
        .set(ALIAS_MOVE.MOVED_BY, move.movedBy())
        .set(ALIAS_MOVE.REASON, move.reason())
        .set(ALIAS_MOVE.FORCED, move.forced())
        .set(ALIAS_MOVE.ROLLBACK, move.rollback())
        .set(ALIAS_MOVE.VERDICTS, Json.verdicts(move.verdicts()))
        .execute();
  }

  @Override
  public Optional<AliasMoveRecord> lastMove(AliasKey key) {
    return history(key, PageRequest.first(1)).items().stream().findFirst();
  }

  @Override
  public Page<AliasMoveRecord> history(AliasKey key, PageRequest request) {
    Condition wanted = isMoveOf(key);
    if (request.after().isPresent()) {
      wanted = wanted.and(ALIAS_MOVE.REVISION.lt(Long.parseLong(request.after().get())));
    }
    List<AliasMoveRecord> rows =
        sql.selectFrom(ALIAS_MOVE)
            .where(wanted)
            .orderBy(ALIAS_MOVE.REVISION.desc())
            .limit(request.size() + 1)
            .fetch(AliasTable::move);
    return Page.of(rows, request.size(), move -> Long.toString(move.revision()));
  }

  @Override
  public Optional<AliasMoveRecord> moveIn(AliasKey key, long revision) {
    return sql.selectFrom(ALIAS_MOVE)
        .where(isMoveOf(key).and(ALIAS_MOVE.REVISION.eq(revision)))
        .fetchOptional(AliasTable::move);
  }

  @Override
  public Optional<AliasMoveRecord> moveAtOrBefore(AliasKey key, Instant time) {
    return sql.selectFrom(ALIAS_MOVE)
        .where(isMoveOf(key).and(ALIAS_MOVE.MOVED_AT.le(time)))
        .orderBy(ALIAS_MOVE.MOVED_AT.desc(), ALIAS_MOVE.REVISION.desc())
        .limit(1)
        .fetchOptional(AliasTable::move);
  }

  @Override
  public Optional<AliasMoveRecord> moveAfter(AliasKey key, long revision) {
    return sql.selectFrom(ALIAS_MOVE)
        .where(isMoveOf(key).and(ALIAS_MOVE.REVISION.gt(revision)))
        .orderBy(ALIAS_MOVE.REVISION)
        .limit(1)
        .fetchOptional(AliasTable::move);
  }

  @Override
  public Optional<Routing> routing(ModelName model) {
    return sql.selectFrom(ROUTING)
        .where(ROUTING.MODEL.eq(model.value()))
        .fetchOptional(AliasTable::routing);
  }

  @Override
  public List<Routing> routings() {
    return sql.selectFrom(ROUTING).orderBy(ROUTING.MODEL).fetch(AliasTable::routing);
  }

  @Override
  public void setRouting(Routing routing) {
    String[] shadows = routing.shadows().stream().map(AliasName::value).toArray(String[]::new);
    sql.insertInto(ROUTING)
        .set(ROUTING.MODEL, routing.model().value())
        .set(ROUTING.CANARY_BASIS_POINTS, routing.canaryBasisPoints())
        .set(ROUTING.SHADOW_ALIASES, shadows)
        .set(ROUTING.REVISION, routing.revision())
        .onConflict(ROUTING.MODEL)
        .doUpdate()
        .set(ROUTING.CANARY_BASIS_POINTS, routing.canaryBasisPoints())
        .set(ROUTING.SHADOW_ALIASES, shadows)
        .set(ROUTING.REVISION, routing.revision())
        .execute();
  }

  private SelectOnConditionStep<Record> select() {
    return sql.select(ALIAS.asterisk(), ARTIFACT.SHA256, ARTIFACT.SIZE_BYTES)
        .from(ALIAS)
        .join(MODEL_VERSION)
        .on(MODEL_VERSION.MODEL.eq(ALIAS.MODEL).and(MODEL_VERSION.VERSION.eq(ALIAS.VERSION)))
        .join(ARTIFACT)
        .on(ARTIFACT.SHA256.eq(MODEL_VERSION.ARTIFACT_SHA256));
  }

  private static Condition is(AliasKey key) {
    return ALIAS.MODEL.eq(key.model().value()).and(ALIAS.ALIAS_.eq(key.alias().value()));
  }

  private static Condition isMoveOf(AliasKey key) {
    return ALIAS_MOVE.MODEL.eq(key.model().value()).and(ALIAS_MOVE.ALIAS.eq(key.alias().value()));
  }

  private static org.jooq.Field<String> text(Optional<SemanticVersion> version) {
    return DSL.val(version.map(SemanticVersion::toString).orElse(null), String.class);
  }

  private static Alias alias(Record row) {
    return new Alias(
        new ModelName(row.get(ALIAS.MODEL)),
        new AliasName(row.get(ALIAS.ALIAS_)),
        SemanticVersion.parse(row.get(ALIAS.VERSION)),
        new Sha256(row.get(ARTIFACT.SHA256)),
        row.get(ARTIFACT.SIZE_BYTES),
        row.get(ALIAS.REVISION),
        row.get(ALIAS.MOVED_AT),
        row.get(ALIAS.MOVED_BY));
  }

  private static AliasMoveRecord move(Record row) {
    return new AliasMoveRecord(
        new AliasKey(
            new ModelName(row.get(ALIAS_MOVE.MODEL)), new AliasName(row.get(ALIAS_MOVE.ALIAS))),
        Optional.ofNullable(row.get(ALIAS_MOVE.FROM_VERSION)).map(SemanticVersion::parse),
        Optional.ofNullable(row.get(ALIAS_MOVE.TO_VERSION)).map(SemanticVersion::parse),
        row.get(ALIAS_MOVE.MOVED_AT),
        row.get(ALIAS_MOVE.MOVED_BY),
        row.get(ALIAS_MOVE.REASON),
        row.get(ALIAS_MOVE.FORCED),
        row.get(ALIAS_MOVE.ROLLBACK),
        row.get(ALIAS_MOVE.REVISION),
        Json.verdicts(row.get(ALIAS_MOVE.VERDICTS)));
  }

  private static Routing routing(Record row) {
    return new Routing(
        new ModelName(row.get(ROUTING.MODEL)),
        row.get(ROUTING.CANARY_BASIS_POINTS),
        Stream.of(row.get(ROUTING.SHADOW_ALIASES)).map(AliasName::new).toList(),
        row.get(ROUTING.REVISION));
  }
}
