package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.ledger.ActualState;
import dev.tidewatch.monitor.ledger.Outcome;
import dev.tidewatch.monitor.ledger.PredictedSteps;
import dev.tidewatch.monitor.ledger.Prediction;
import dev.tidewatch.monitor.ledger.PredictionCause;
import dev.tidewatch.monitor.ledger.PredictionFilter;
import dev.tidewatch.monitor.ledger.PredictionRole;
import dev.tidewatch.proto.monitor.v1.PredictedQuantile;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/** Predictions and outcomes, in and out of their messages. */
final class PredictionMessages {
  private static final Duration ORIGIN_AHEAD_MAX = Duration.ofDays(8);

  private PredictionMessages() {}

  /**
   * The prediction of a message.
   *
   * @param now domain time
   * @throws InvalidArgument naming the field at fault
   */
  static Prediction read(dev.tidewatch.proto.monitor.v1.Prediction message, Instant now) {
    if (!message.hasGrid()) {
      throw InvalidArgument.field("grid", "is missing; name the grid of the intervals");
    }
    if (!message.hasOrigin()) {
      throw InvalidArgument.field("origin", "is missing; name the start of the first interval");
    }
    Instant origin = Wire.time("origin", message.getOrigin());
    if (origin.isAfter(now.plus(ORIGIN_AHEAD_MAX))) {
      throw new InvalidArgument(
          "TIME_IN_FUTURE",
          "origin",
          "is %s, more than %d days after the server's time, %s"
              .formatted(origin, ORIGIN_AHEAD_MAX.toDays(), now));
    }
    return new Prediction(
        Wire.series("series", message.getSeries()),
        Wire.grid("grid", message.getGrid()),
        new ModelVersion(message.getModel(), message.getVersion()),
        message.getAlias(),
        Wire.role("role", message.getRole()).orElse(PredictionRole.CHAMPION),
        Times.toMicros(origin),
        steps(message),
        message.hasMaseScale() ? OptionalDouble.of(message.getMaseScale()) : OptionalDouble.empty(),
        message.hasLastValue() ? OptionalDouble.of(message.getLastValue()) : OptionalDouble.empty(),
        message.hasLastReadingTime()
            ? Optional.of(Wire.time("last_reading_time", message.getLastReadingTime()))
            : Optional.empty(),
        Wire.position("feed_position", message.getFeedPosition()),
        message.hasIssuedAt() ? Wire.time("issued_at", message.getIssuedAt()) : now,
        cause(message.getCause()),
        message.getTuningRevision(),
        message.getFallback(),
        message.getTraceparent());
  }

  private static PredictedSteps steps(dev.tidewatch.proto.monitor.v1.Prediction message) {
    int quantiles = message.getQuantilesCount();
    var probabilities = new double[quantiles];
    var values = new double[quantiles][];
    for (int i = 0; i < quantiles; i++) {
      PredictedQuantile quantile = message.getQuantiles(i);
      probabilities[i] = quantile.getProbability();
      values[i] = quantile.getValuesList().stream().mapToDouble(Double::doubleValue).toArray();
    }
    return new PredictedSteps(
        message.getMeansList().stream().mapToDouble(Double::doubleValue).toArray(),
        probabilities,
        values,
        message.getSeasonalNaiveList().stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static PredictionCause cause(dev.tidewatch.proto.monitor.v1.PredictionCause cause) {
    return switch (cause) {
      case PREDICTION_CAUSE_UNSPECIFIED, PREDICTION_CAUSE_REQUEST -> PredictionCause.REQUEST;
      case PREDICTION_CAUSE_STANDING -> PredictionCause.STANDING;
      case PREDICTION_CAUSE_RECORDED_ON_REQUEST -> PredictionCause.RECORDED_ON_REQUEST;
      case UNRECOGNIZED -> throw Wire.unknownEnum("cause");
    };
  }

  static dev.tidewatch.proto.monitor.v1.Prediction write(Prediction prediction) {
    var message =
        dev.tidewatch.proto.monitor.v1.Prediction.newBuilder()
            .setId(ContentId.toText(prediction.id()))
            .setSeries(prediction.series().value())
            .setGrid(Wire.grid(prediction.grid()))
            .setModel(prediction.version().model())
            .setVersion(prediction.version().version())
            .setAlias(prediction.alias())
            .setRole(Wire.role(prediction.role()))
            .setOrigin(Wire.time(Times.toInstant(prediction.originMicros())))
            .setFeedPosition(Wire.token(prediction.feedPosition()))
            .setIssuedAt(Wire.time(prediction.issuedAt()))
            .setCause(
                switch (prediction.cause()) {
                  case STANDING ->
                      dev.tidewatch.proto.monitor.v1.PredictionCause.PREDICTION_CAUSE_STANDING;
                  case REQUEST ->
                      dev.tidewatch.proto.monitor.v1.PredictionCause.PREDICTION_CAUSE_REQUEST;
                  case RECORDED_ON_REQUEST ->
                      dev.tidewatch.proto.monitor.v1.PredictionCause
                          .PREDICTION_CAUSE_RECORDED_ON_REQUEST;
                })
            .setTuningRevision(prediction.tuningRevision())
            .setFallback(prediction.fallback())
            .setTraceparent(prediction.traceparent());
    prediction.maseScale().ifPresent(message::setMaseScale);
    prediction.lastValue().ifPresent(message::setLastValue);
    prediction.lastReadingAt().ifPresent(time -> message.setLastReadingTime(Wire.time(time)));
    PredictedSteps steps = prediction.steps();
    double[] probabilities = steps.probabilities();
    var quantiles = new PredictedQuantile.Builder[probabilities.length];
    for (int q = 0; q < quantiles.length; q++) {
      quantiles[q] = PredictedQuantile.newBuilder().setProbability(probabilities[q]);
    }
    for (int step = 0; step < steps.count(); step++) {
      message.addMeans(steps.mean(step));
      if (steps.hasSeasonalNaive()) {
        message.addSeasonalNaive(steps.seasonalNaive(step));
      }
      double[] values = steps.quantilesOf(step);
      for (int q = 0; q < quantiles.length; q++) {
        quantiles[q].addValues(values[q]);
      }
    }
    for (PredictedQuantile.Builder quantile : quantiles) {
      message.addQuantiles(quantile);
    }
    return message.build();
  }

  /** How many numbers the message of a prediction holds. */
  static long numbersIn(Prediction prediction) {
    PredictedSteps steps = prediction.steps();
    return (long) steps.count() * (2 + steps.probabilities().length);
  }

  static dev.tidewatch.proto.monitor.v1.Outcome write(Outcome outcome) {
    var message =
        dev.tidewatch.proto.monitor.v1.Outcome.newBuilder()
            .setPredictionId(ContentId.toText(outcome.predictionId()))
            .setSeries(outcome.series())
            .setModel(outcome.version().model())
            .setVersion(outcome.version().version())
            .setRole(Wire.role(outcome.role()))
            .setOrigin(Wire.time(outcome.origin()))
            .setStep(outcome.step())
            .setTargetTime(Wire.time(outcome.targetTime()))
            .setMean(outcome.mean())
            .setState(state(outcome.state()))
            .setActualRevision(outcome.revision());
    for (int q = 0; q < outcome.probabilities().size(); q++) {
      message.addQuantiles(
          PredictedQuantile.newBuilder()
              .setProbability(outcome.probabilities().get(q))
              .addValues(outcome.quantiles().get(q)));
    }
    outcome.actual().ifPresent(message::setActual);
    outcome.changedAt().ifPresent(time -> message.setActualAt(Wire.time(time)));
    return message.build();
  }

  private static dev.tidewatch.proto.monitor.v1.ActualState state(ActualState state) {
    return switch (state) {
      case PENDING -> dev.tidewatch.proto.monitor.v1.ActualState.ACTUAL_STATE_PENDING;
      case KNOWN -> dev.tidewatch.proto.monitor.v1.ActualState.ACTUAL_STATE_KNOWN;
      case MISSING -> dev.tidewatch.proto.monitor.v1.ActualState.ACTUAL_STATE_MISSING;
    };
  }

  /** Empty for an unspecified state. */
  static Optional<ActualState> state(dev.tidewatch.proto.monitor.v1.ActualState state) {
    return switch (state) {
      case ACTUAL_STATE_UNSPECIFIED -> Optional.empty();
      case ACTUAL_STATE_PENDING -> Optional.of(ActualState.PENDING);
      case ACTUAL_STATE_KNOWN -> Optional.of(ActualState.KNOWN);
      case ACTUAL_STATE_MISSING -> Optional.of(ActualState.MISSING);
      case UNRECOGNIZED -> throw Wire.unknownEnum("state");
    };
  }

  static PredictionFilter filter(dev.tidewatch.proto.monitor.v1.PredictionFilter filter) {
    return new PredictionFilter(
        Wire.text("filter.series", filter.getSeries())
            .map(name -> Wire.series("filter.series", name).value()),
        Wire.text("filter.series_prefix", filter.getSeriesPrefix()),
        Wire.text("filter.model", filter.getModel()),
        Wire.text("filter.version", filter.getVersion()),
        Wire.text("filter.alias", filter.getAlias()),
        Wire.role("filter.role", filter.getRole()),
        filter.hasGrid()
            ? Optional.of(Wire.grid("filter.grid", filter.getGrid()))
            : Optional.empty());
  }
}
