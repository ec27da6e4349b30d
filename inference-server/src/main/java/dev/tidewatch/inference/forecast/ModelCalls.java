package dev.tidewatch.inference.forecast;

import dev.tidewatch.inference.serving.ServedVersion;
import dev.tidewatch.inference.tracing.Spans;
import dev.tidewatch.models.forecast.BatchForecaster;
import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.models.forecast.UntrainedSeriesException;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import io.opentelemetry.api.trace.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks models, but nothing that they have answered before. Thread-safe. */
final class ModelCalls {
  private final ForecastCache cache;
  private final Spans spans;
  private final ForecastMetrics metrics;

  ModelCalls(ForecastCache cache, Spans spans, ForecastMetrics metrics) {
    this.cache = cache;
    this.spans = spans;
    this.metrics = metrics;
  }

  /** What a version is asked, and its answer once that is known. Owned by its request's thread. */
  static final class Call {
    private final ServedVersion version;
    private final ForecastCache.Key key;
    private @Nullable Forecast forecast;

    private Call(ServedVersion version, ForecastCache.Key key) {
      this.version = version;
      this.key = key;
    }
  }

  /** Calls that a model can answer together. */
  private record Alike(ServedVersion version, int horizon, List<Double> levels) {}

  /** Asks nobody yet. */
  Call prepare(ServedVersion version, ForecastInput input, int horizon, List<Double> levels) {
    var call =
        new Call(
            version, new ForecastCache.Key(version.artifact().sha256(), input, horizon, levels));
    call.forecast = cache.find(call.key).orElse(null);
    metrics.cached(call.forecast != null);
    return call;
  }

  /**
   * @throws FailedPrecondition if the model cannot answer
   */
  Forecast answer(Call call, String series) {
    if (call.forecast != null) {
      return call.forecast;
    }
    return spans.in(
        "model",
        span -> {
          describe(span, call);
          try {
            Forecast forecast =
                call.version
                    .forecaster()
                    .forecast(call.key.input(), call.key.horizon(), call.key.levels());
            cache.keep(call.key, forecast);
            return forecast;
          } catch (InsufficientHistoryException e) {
            throw insufficient(series, e);
          } catch (UntrainedSeriesException e) {
            throw new FailedPrecondition("SERIES_NOT_TRAINED", String.valueOf(e.getMessage()));
          }
        });
  }

  /** Where a model answers several in one call, they are one call of it; the rest stay open. */
  void answerAlike(List<Call> calls) {
    var groups = new LinkedHashMap<Alike, List<Call>>();
    for (Call call : calls) {
      if (call.forecast == null && call.version.forecaster() instanceof BatchForecaster) {
        groups
            .computeIfAbsent(
                new Alike(call.version, call.key.horizon(), call.key.levels()),
                _ -> new ArrayList<>())
            .add(call);
      }
    }
    groups.forEach((alike, rows) -> {
      if (alike.version().forecaster() instanceof BatchForecaster batches) {
        answerTogether(batches, rows);
      }
    });
  }

  private void answerTogether(BatchForecaster batches, List<Call> rows) {
    if (rows.size() < 2) {
      return;
    }
    ForecastCache.Key like = rows.getFirst().key;
    List<ForecastInput> inputs = rows.stream().map(call -> call.key.input()).toList();
    boolean isDone =
        spans.in(
            "model",
            span -> {
              describe(span, rows.getFirst());
              span.setAttribute("tidewatch.rows", rows.size());
              try {
                List<Forecast> forecasts =
                    batches.forecastAll(inputs, like.horizon(), like.levels());
                for (int row = 0; row < rows.size(); row++) {
                  rows.get(row).forecast = forecasts.get(row);
                  cache.keep(rows.get(row).key, forecasts.get(row));
                }
                return true;
              } catch (InsufficientHistoryException | UntrainedSeriesException e) {
                return false;
              }
            });
    if (!isDone) {
      // One of them cannot be answered; it is asked alone in the end, and says why.
      int half = rows.size() / 2;
      answerTogether(batches, rows.subList(0, half));
      answerTogether(batches, rows.subList(half, rows.size()));
    }
  }

  private static void describe(Span span, Call call) {
    span.setAttribute("tidewatch.model", call.version.key().model());
    span.setAttribute("tidewatch.version", call.version.key().version());
    span.setAttribute("tidewatch.horizon", call.key.horizon());
  }

  static FailedPrecondition insufficient(String series, InsufficientHistoryException cause) {
    return new FailedPrecondition(
            "INSUFFICIENT_HISTORY", "%s: %s".formatted(series, cause.getMessage()), cause)
        .with("series", series);
  }
}
