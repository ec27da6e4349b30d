package dev.tidewatch.inference.forecast;

import dev.tidewatch.inference.forecast.ForecastAnswer.Recording;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/** Counts of forecasts. Thread-safe. */
public final class ForecastMetrics {
  private static final AttributeKey<String> MODEL = AttributeKey.stringKey("tidewatch.model");
  private static final AttributeKey<String> CAUSE = AttributeKey.stringKey("tidewatch.cause");
  private static final AttributeKey<String> REASON = AttributeKey.stringKey("tidewatch.reason");

  private static final Attributes HIT =
      Attributes.of(AttributeKey.stringKey("tidewatch.result"), "hit");
  private static final Attributes MISS =
      Attributes.of(AttributeKey.stringKey("tidewatch.result"), "miss");

  private final DoubleHistogram duration;
  private final LongCounter failures;
  private final LongCounter fallbacks;
  private final LongCounter notRecorded;
  private final LongCounter cached;
  private final LongCounter shadows;
  private final LongCounter shadowsLeftOut;
  private final LongAdder standing = new LongAdder();
  private final LongAdder notRecordedTotal = new LongAdder();

  public ForecastMetrics(Meter meter) {
    duration =
        meter
            .histogramBuilder("tidewatch.forecast.duration")
            .setDescription("From question to answer, of forecasts that were answered.")
            .setUnit("s")
            .setExplicitBucketBoundariesAdvice(
                List.of(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0))
            .build();
    failures =
        meter
            .counterBuilder("tidewatch.forecast.failures")
            .setDescription("Forecasts that had no answer, by reason.")
            .build();
    fallbacks =
        meter
            .counterBuilder("tidewatch.forecast.fallbacks")
            .setDescription("Forecasts that a stand-in answered, by reason.")
            .build();
    notRecorded =
        meter
            .counterBuilder("tidewatch.forecast.not_recorded")
            .setDescription("Answers that the prediction spool could not keep.")
            .build();
    cached =
        meter
            .counterBuilder("tidewatch.forecast.cache")
            .setDescription(
                "Forecasts that were looked for in the cache, by whether they were there.")
            .build();
    shadows =
        meter
            .counterBuilder("tidewatch.forecast.shadows")
            .setDescription("Forecasts that a shadow made beside an answer.")
            .build();
    shadowsLeftOut =
        meter
            .counterBuilder("tidewatch.forecast.shadows_left_out")
            .setDescription("Shadow forecasts that were not made because too many waited.")
            .build();
  }

  void answered(ForecastAnswer answer, ForecastQuestion.Cause cause, long nanos) {
    String causeName = cause.name().toLowerCase(Locale.ROOT);
    duration.record(
        nanos / 1e9, Attributes.of(MODEL, answer.answeredBy().model(), CAUSE, causeName));
    if (answer.isFallback()) {
      fallbacks.add(1, Attributes.of(REASON, answer.fallbackReason()));
    }
    if (answer.recording() == Recording.NOT_RECORDED) {
      notRecorded.add(1);
      notRecordedTotal.increment();
    }
    if (cause == ForecastQuestion.Cause.STANDING) {
      standing.increment();
    }
  }

  void cached(boolean isHit) {
    cached.add(1, isHit ? HIT : MISS);
  }

  void shadowAnswered(ForecastAnswer answer) {
    shadows.add(1, Attributes.of(MODEL, answer.answeredBy().model()));
  }

  void shadowLeftOut() {
    shadowsLeftOut.add(1);
  }

  void failed(String reason, ForecastQuestion.Cause cause) {
    failures.add(1, Attributes.of(REASON, reason, CAUSE, cause.name().toLowerCase(Locale.ROOT)));
  }

  /** Standing forecasts since the start. */
  public long standing() {
    return standing.sum();
  }

  /** Answers that were not recorded although they should have been, since the start. */
  public long notRecorded() {
    return notRecordedTotal.sum();
  }
}
