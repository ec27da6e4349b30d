package dev.tidewatch.inference.clients;

import dev.tidewatch.inference.forecast.AnsweredBy;
import dev.tidewatch.inference.forecast.ForecastAnswer;
import dev.tidewatch.inference.forecast.ForecastQuestion;
import dev.tidewatch.inference.forecast.Ledger;
import dev.tidewatch.inference.forecast.Prediction;
import dev.tidewatch.inference.spool.PredictionSpool;
import dev.tidewatch.proto.monitor.v1.PredictedQuantile;
import dev.tidewatch.proto.monitor.v1.PredictionCause;
import dev.tidewatch.proto.monitor.v1.Role;
import java.util.Arrays;

/** {@link Ledger} that leaves predictions in the spool, in the monitor's form. */
public final class SpooledLedger implements Ledger {
  private final PredictionSpool spool;

  public SpooledLedger(PredictionSpool spool) {
    this.spool = spool;
  }

  @Override
  public boolean record(Prediction prediction) {
    return spool.append(message(prediction).toByteArray());
  }

  static dev.tidewatch.proto.monitor.v1.Prediction message(Prediction prediction) {
    ForecastAnswer answer = prediction.answer();
    AnsweredBy by = answer.answeredBy();
    var message =
        dev.tidewatch.proto.monitor.v1.Prediction.newBuilder()
            .setSeries(answer.series())
            .setGrid(Wire.grid(answer.grid()))
            .setModel(by.model())
            .setVersion(by.version())
            .setAlias(by.alias())
            .setRole(
                switch (by.role()) {
                  case CHAMPION -> Role.ROLE_CHAMPION;
                  case CANARY -> Role.ROLE_CANARY;
                  case SHADOW -> Role.ROLE_SHADOW;
                })
            .setOrigin(Wire.timestamp(answer.grid().startMicros(answer.forecast().firstIndex())))
            .addAllMeans(Arrays.stream(answer.forecast().means()).boxed().toList())
            .addAllSeasonalNaive(prediction.seasonalNaive())
            .setFeedPosition(Wire.token(answer.history().position()))
            .setIssuedAt(Wire.timestamp(prediction.issuedAtMicros()))
            .setCause(cause(prediction))
            .setFallback(answer.isFallback())
            .setTuningRevision(by.tuningRevision())
            .setTraceparent(prediction.traceparent());
    prediction
        .quantiles()
        .forEach((probability, values) ->
            message.addQuantiles(
                PredictedQuantile.newBuilder()
                    .setProbability(probability)
                    .addAllValues(Arrays.stream(values).boxed().toList())));
    if (prediction.maseScale() > 0) {
      message.setMaseScale(prediction.maseScale());
    }
    if (Double.isFinite(prediction.lastValue())) {
      message.setLastValue(prediction.lastValue());
    }
    answer
        .history()
        .lastReadingMicros()
        .ifPresent(micros -> message.setLastReadingTime(Wire.timestamp(micros)));
    return message.build();
  }

  private static PredictionCause cause(Prediction prediction) {
    if (prediction.cause() == ForecastQuestion.Cause.STANDING) {
      return PredictionCause.PREDICTION_CAUSE_STANDING;
    }
    return prediction.plain()
        ? PredictionCause.PREDICTION_CAUSE_REQUEST
        : PredictionCause.PREDICTION_CAUSE_RECORDED_ON_REQUEST;
  }
}
