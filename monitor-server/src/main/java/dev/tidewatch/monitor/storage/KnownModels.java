package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.DECISION;
import static dev.tidewatch.monitor.storage.jooq.Tables.MODEL_VERSION;
import static dev.tidewatch.monitor.storage.jooq.Tables.RETRAIN_POLICY;
import static dev.tidewatch.monitor.storage.jooq.Tables.TRIAL;

import dev.tidewatch.serverkit.database.Database;
import java.util.function.Predicate;

/** Which models the monitor has ever heard of. */
public final class KnownModels implements Predicate<String> {
  private final Database database;

  public KnownModels(Database database) {
    this.database = database;
  }

  @Override
  public boolean test(String model) {
    var db = database.dsl();
    return db.fetchExists(MODEL_VERSION, MODEL_VERSION.MODEL.eq(model))
        || db.fetchExists(DECISION, DECISION.MODEL.eq(model))
        || db.fetchExists(TRIAL, TRIAL.MODEL.eq(model))
        || db.fetchExists(RETRAIN_POLICY, RETRAIN_POLICY.MODEL.eq(model));
  }
}
