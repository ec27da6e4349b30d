package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Sequences.RETRAIN_POLICY_REVISION;
import static dev.tidewatch.monitor.storage.jooq.Tables.RETRAIN_POLICY;

import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.retrain.Cron;
import dev.tidewatch.monitor.retrain.PromotionPlan;
import dev.tidewatch.monitor.retrain.RetrainPolicy;
import dev.tidewatch.monitor.retrain.StoredPolicy;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.NotFound;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Retrain policies on PostgreSQL. Thread-safe. */
final class RetrainPolicyTable {
  private final Database database;

  RetrainPolicyTable(Database database) {
    this.database = database;
  }

  StoredPolicy set(RetrainPolicy wanted, Optional<String> etag, Instant now) {
    return database.inTransaction(db -> {
      Optional<StoredPolicy> before = locked(db, wanted.model());
      if (before.isPresent() && before.get().policy().equals(wanted)) {
        return before.get();
      }
      requireCurrent(wanted.model(), etag, before);
      Map<Field<?>, @Nullable Object> columns = columns(wanted);
      columns.put(RETRAIN_POLICY.REVISION, RETRAIN_POLICY_REVISION.nextval());
      columns.put(RETRAIN_POLICY.SET_AT, now);
      boolean sameSchedule =
          before.isPresent() && before.get().policy().cron().equals(wanted.cron());
      if (!sameSchedule) {
        // What a schedule would have asked for before there was one is not made up for.
        columns.put(RETRAIN_POLICY.CRON_SEEN_TO, now);
      }
      if (before.isPresent()) {
        db.update(RETRAIN_POLICY)
            .set(columns)
            .where(RETRAIN_POLICY.MODEL.eq(wanted.model()))
            .execute();
      } else {
        // Of two that make it at once the later one changes the earlier one's.
        db.insertInto(RETRAIN_POLICY)
            .set(columns)
            .set(RETRAIN_POLICY.MODEL, wanted.model())
            .onConflict(RETRAIN_POLICY.MODEL)
            .doUpdate()
            .set(columns)
            .execute();
      }
      return find(db, wanted.model()).orElseThrow();
    });
  }

  private static Map<Field<?>, @Nullable Object> columns(RetrainPolicy policy) {
    var columns = new LinkedHashMap<Field<?>, @Nullable Object>();
    columns.put(RETRAIN_POLICY.MAPE_MAX, nullable(policy.mapeMax()));
    columns.put(RETRAIN_POLICY.COVERAGE_ERROR_MAX, nullable(policy.coverageErrorMax()));
    columns.put(RETRAIN_POLICY.ON_DRIFT, policy.onDrift());
    columns.put(
        RETRAIN_POLICY.AGE_MAX_MICROS,
        policy.ageMax().map(RetrainPolicyTable::micros).orElse(null));
    columns.put(RETRAIN_POLICY.CRON, policy.cron().map(Cron::toString).orElse(null));
    columns.put(RETRAIN_POLICY.TRAILING_MICROS, micros(policy.trailing()));
    columns.put(RETRAIN_POLICY.PAIRS_MIN, policy.pairsMin());
    columns.put(RETRAIN_POLICY.COOL_DOWN_MICROS, micros(policy.coolDown()));
    Optional<PromotionPlan> plan = policy.promotion();
    columns.put(
        RETRAIN_POLICY.CANARY_BASIS_POINTS,
        plan.map(PromotionPlan::canaryBasisPoints).orElse(null));
    columns.put(RETRAIN_POLICY.CANARY_PAIRS_MIN, plan.map(PromotionPlan::pairsMin).orElse(null));
    columns.put(
        RETRAIN_POLICY.CANARY_DURATION_MICROS,
        plan.map(one -> micros(one.durationMax())).orElse(null));
    columns.put(
        RETRAIN_POLICY.CANARY_SIGNIFICANCE, plan.map(PromotionPlan::significance).orElse(null));
    columns.put(
        RETRAIN_POLICY.APPROVAL_NEEDED, plan.map(PromotionPlan::approvalNeeded).orElse(null));
    columns.put(RETRAIN_POLICY.DISABLED, policy.disabled());
    return columns;
  }

  Optional<StoredPolicy> find(String model) {
    return find(database.dsl(), model);
  }

  private static Optional<StoredPolicy> find(DSLContext db, String model) {
    return db.selectFrom(RETRAIN_POLICY)
        .where(RETRAIN_POLICY.MODEL.eq(model))
        .fetchOptional(RetrainPolicyTable::stored);
  }

  private static Optional<StoredPolicy> locked(DSLContext db, String model) {
    return db.selectFrom(RETRAIN_POLICY)
        .where(RETRAIN_POLICY.MODEL.eq(model))
        .forUpdate()
        .fetchOptional(RetrainPolicyTable::stored);
  }

  Page<StoredPolicy, String> page(Optional<String> behindModel, int size) {
    return Page.of(
        database
            .dsl()
            .selectFrom(RETRAIN_POLICY)
            .where(behindModel.map(RETRAIN_POLICY.MODEL::gt).orElse(DSL.noCondition()))
            .orderBy(RETRAIN_POLICY.MODEL)
            .limit(size + 1)
            .fetch(RetrainPolicyTable::stored),
        size,
        stored -> stored.policy().model());
  }

  void delete(String model, Optional<String> etag) {
    database.inTransaction(db -> {
      Optional<StoredPolicy> before = locked(db, model);
      if (before.isEmpty()) {
        throw unknown(model);
      }
      requireCurrent(model, etag, before);
      return db.deleteFrom(RETRAIN_POLICY).where(RETRAIN_POLICY.MODEL.eq(model)).execute();
    });
  }

  void cronSeen(String model, Instant to) {
    database
        .dsl()
        .update(RETRAIN_POLICY)
        .set(RETRAIN_POLICY.CRON_SEEN_TO, to)
        .where(RETRAIN_POLICY.MODEL.eq(model))
        .and(RETRAIN_POLICY.CRON_SEEN_TO.lt(to))
        .execute();
  }

  static NotFound unknown(String model) {
    return new NotFound(
        "POLICY_UNKNOWN", "model: '%s' has no retrain policy; set one first".formatted(model));
  }

  private static void requireCurrent(
      String model, Optional<String> etag, Optional<StoredPolicy> before) {
    if (etag.isEmpty()) {
      return;
    }
    String present = before.map(StoredPolicy::etag).orElse("");
    if (!present.equals(etag.get())) {
      throw new Aborted(
              "ETAG_STALE",
              "etag: the policy of %s is %s, not at %s; read it again, then decide"
                  .formatted(model, present.isEmpty() ? "not there" : "at " + present, etag.get()))
          .with("etag", present);
    }
  }

  private static StoredPolicy stored(Record row) {
    Optional<PromotionPlan> plan =
        Optional.ofNullable(row.get(RETRAIN_POLICY.CANARY_BASIS_POINTS))
            .map(basisPoints ->
                new PromotionPlan(
                    basisPoints,
                    row.get(RETRAIN_POLICY.CANARY_PAIRS_MIN),
                    duration(row.get(RETRAIN_POLICY.CANARY_DURATION_MICROS)),
                    row.get(RETRAIN_POLICY.CANARY_SIGNIFICANCE),
                    row.get(RETRAIN_POLICY.APPROVAL_NEEDED)));
    return new StoredPolicy(
        new RetrainPolicy(
            row.get(RETRAIN_POLICY.MODEL),
            optional(row.get(RETRAIN_POLICY.MAPE_MAX)),
            optional(row.get(RETRAIN_POLICY.COVERAGE_ERROR_MAX)),
            row.get(RETRAIN_POLICY.ON_DRIFT),
            Optional.ofNullable(row.get(RETRAIN_POLICY.AGE_MAX_MICROS))
                .map(RetrainPolicyTable::duration),
            Optional.ofNullable(row.get(RETRAIN_POLICY.CRON)).map(Cron::parse),
            duration(row.get(RETRAIN_POLICY.TRAILING_MICROS)),
            row.get(RETRAIN_POLICY.PAIRS_MIN),
            duration(row.get(RETRAIN_POLICY.COOL_DOWN_MICROS)),
            plan,
            row.get(RETRAIN_POLICY.DISABLED)),
        row.get(RETRAIN_POLICY.REVISION),
        row.get(RETRAIN_POLICY.SET_AT),
        row.get(RETRAIN_POLICY.CRON_SEEN_TO));
  }

  static long micros(Duration duration) {
    return Math.addExact(
        Math.multiplyExact(duration.getSeconds(), 1_000_000L), duration.getNano() / 1_000);
  }

  static Duration duration(long micros) {
    return Duration.ofSeconds(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000);
  }

  private static @Nullable Double nullable(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  private static OptionalDouble optional(@Nullable Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
