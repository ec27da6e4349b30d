package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.DELIVERY_TARGET;

import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.alert.LabelMatcher;
import dev.tidewatch.monitor.delivery.DeliveryFormat;
import dev.tidewatch.monitor.delivery.DeliveryTarget;
import dev.tidewatch.monitor.delivery.TargetStore;
import dev.tidewatch.monitor.storage.jooq.tables.records.DeliveryTargetRecord;
import dev.tidewatch.serverkit.config.Secret;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.AlreadyExists;
import dev.tidewatch.serverkit.errors.NotFound;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** Targets on PostgreSQL. */
public final class PostgresTargetStore implements TargetStore {
  private final Database database;

  public PostgresTargetStore(Database database) {
    this.database = database;
  }

  @Override
  public DeliveryTarget create(DeliveryTarget target, UUID requestId) {
    Optional<DeliveryTargetRecord> made =
        database
            .dsl()
            .insertInto(DELIVERY_TARGET)
            .set(row(target))
            .set(DELIVERY_TARGET.NAME, target.name())
            .set(DELIVERY_TARGET.REQUEST_ID, requestId)
            .set(DELIVERY_TARGET.SECRET, target.secret().value())
            .set(DELIVERY_TARGET.REVISION, 1)
            .onConflictDoNothing()
            .returning()
            .fetchOptional();
    if (made.isPresent()) {
      return target(made.get());
    }
    DeliveryTarget before =
        database
            .dsl()
            .selectFrom(DELIVERY_TARGET)
            .where(DELIVERY_TARGET.REQUEST_ID.eq(requestId))
            .fetchOptional(PostgresTargetStore::target)
            .orElseThrow(() ->
                new AlreadyExists(
                    "TARGET_EXISTS",
                    "target.name: there is a target '%s'; choose another name or update it"
                        .formatted(target.name())));
    if (!before.name().equals(target.name())) {
      throw new AlreadyExists(
              "REQUEST_ID_REUSED",
              "request_id: '%s' made the target '%s' before; make a new id"
                  .formatted(requestId, before.name()))
          .with("request_id", requestId.toString());
    }
    return before;
  }

  @Override
  public DeliveryTarget update(DeliveryTarget target, String etag) {
    return database.inTransaction(db -> {
      DeliveryTarget before = lock(db, target.name());
      requireEtag(before, etag);
      Secret secret = target.secret().value().isEmpty() ? before.secret() : target.secret();
      return target(
          db.update(DELIVERY_TARGET)
              .set(row(target))
              .set(DELIVERY_TARGET.SECRET, secret.value())
              .set(DELIVERY_TARGET.REVISION, before.revision() + 1)
              .where(DELIVERY_TARGET.TARGET_ID.eq(before.id()))
              .returning()
              .fetchSingle());
    });
  }

  @Override
  public void delete(String name, Optional<String> etag) {
    database.inTransaction(db -> {
      DeliveryTarget before = lock(db, name);
      etag.ifPresent(wanted -> requireEtag(before, wanted));
      return db.deleteFrom(DELIVERY_TARGET)
          .where(DELIVERY_TARGET.TARGET_ID.eq(before.id()))
          .execute();
    });
  }

  private static DeliveryTarget lock(DSLContext db, String name) {
    return db.selectFrom(DELIVERY_TARGET)
        .where(DELIVERY_TARGET.NAME.eq(name))
        .forUpdate()
        .fetchOptional(PostgresTargetStore::target)
        .orElseThrow(
            () -> new NotFound("TARGET_UNKNOWN", "name: there is no target '" + name + "'"));
  }

  private static void requireEtag(DeliveryTarget before, String etag) {
    if (!etag.equals(before.etag())) {
      throw new Aborted(
              "ETAG_STALE",
              "etag: target '%s' is at '%s', not '%s'; read it again, then decide"
                  .formatted(before.name(), before.etag(), etag))
          .with("etag", before.etag());
    }
  }

  @Override
  public Optional<DeliveryTarget> find(String name) {
    return database
        .dsl()
        .selectFrom(DELIVERY_TARGET)
        .where(DELIVERY_TARGET.NAME.eq(name))
        .fetchOptional(PostgresTargetStore::target);
  }

  @Override
  public Page<DeliveryTarget, String> page(Optional<String> after, int size) {
    List<DeliveryTarget> rows =
        database
            .dsl()
            .selectFrom(DELIVERY_TARGET)
            .where(after.map(DELIVERY_TARGET.NAME::gt).orElse(DSL.noCondition()))
            .orderBy(DELIVERY_TARGET.NAME)
            .limit(size + 1)
            .fetch(PostgresTargetStore::target);
    return Page.of(rows, size, DeliveryTarget::name);
  }

  @Override
  public List<DeliveryTarget> enabled() {
    return database
        .dsl()
        .selectFrom(DELIVERY_TARGET)
        .where(DELIVERY_TARGET.DISABLED.eq(false))
        .orderBy(DELIVERY_TARGET.TARGET_ID)
        .fetch(PostgresTargetStore::target);
  }

  /** What creating and replacing have in common. */
  private static DeliveryTargetRecord row(DeliveryTarget target) {
    var row = new DeliveryTargetRecord();
    row.setUrl(target.url().toString());
    row.setFormat((short) target.format().code());
    row.setMatcherLabels(
        target.matchers().stream().map(LabelMatcher::label).toArray(String[]::new));
    row.setMatcherPatterns(
        target.matchers().stream().map(LabelMatcher::pattern).toArray(String[]::new));
    row.setAttemptsMax(target.attemptsMax());
    row.setDisabled(target.disabled());
    return row;
  }

  private static DeliveryTarget target(DeliveryTargetRecord row) {
    String[] labels = row.getMatcherLabels();
    String[] patterns = row.getMatcherPatterns();
    return new DeliveryTarget(
        row.getTargetId(),
        row.getName(),
        URI.create(row.getUrl()),
        DeliveryFormat.ofCode(row.getFormat()),
        new Secret(row.getSecret()),
        IntStream.range(0, labels.length)
            .mapToObj(i -> new LabelMatcher(labels[i], patterns[i]))
            .toList(),
        row.getAttemptsMax(),
        row.getDisabled(),
        row.getRevision());
  }
}
