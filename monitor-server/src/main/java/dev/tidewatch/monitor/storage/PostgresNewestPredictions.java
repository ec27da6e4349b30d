package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.MODEL_VERSION;
import static dev.tidewatch.monitor.storage.jooq.Tables.PREDICTION;
import static dev.tidewatch.monitor.storage.jooq.Tables.SERIES;

import dev.tidewatch.monitor.alert.AccuracyEvaluator.NewestPrediction;
import dev.tidewatch.monitor.alert.AccuracyEvaluator.NewestPredictions;
import dev.tidewatch.monitor.ledger.PredictionRole;
import dev.tidewatch.serverkit.database.Database;
import java.util.Optional;

/** Who predicts a series now, from the ledger. */
public final class PostgresNewestPredictions implements NewestPredictions {
  private final Database database;

  public PostgresNewestPredictions(Database database) {
    this.database = database;
  }

  @Override
  public Optional<NewestPrediction> of(String series, String model) {
    return database
        .dsl()
        .select(MODEL_VERSION.VERSION, PREDICTION.TRACEPARENT)
        .from(PREDICTION)
        .join(MODEL_VERSION)
        .on(MODEL_VERSION.MODEL_VERSION_ID.eq(PREDICTION.MODEL_VERSION_ID))
        .join(SERIES)
        .on(SERIES.SERIES_ID.eq(PREDICTION.SERIES_ID))
        .where(SERIES.NAME.eq(series))
        .and(MODEL_VERSION.MODEL.eq(model))
        .and(PREDICTION.ROLE.eq((short) PredictionRole.CHAMPION.code()))
        .orderBy(PREDICTION.ORIGIN.desc())
        .limit(1)
        .fetchOptional(row -> new NewestPrediction(row.value1(), row.value2()));
  }
}
