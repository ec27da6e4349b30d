package dev.tidewatch.monitor.analytics;

import dev.tidewatch.monitor.TimeSpan;
import dev.tidewatch.monitor.ledger.LedgerStore;
import dev.tidewatch.monitor.ledger.Prediction;
import dev.tidewatch.monitor.ledger.PredictionFilter;
import dev.tidewatch.monitor.ledger.PredictionRole;
import java.util.Optional;

/** The forecasts that callers got. */
@FunctionalInterface
public interface RecordedForecasts {
  /** The champion's one with the newest origin. */
  Optional<Prediction> newest(String series);

  static RecordedForecasts in(LedgerStore ledger) {
    return series -> {
      var all = PredictionFilter.ofSeries(series);
      var champions =
          new PredictionFilter(
              all.series(),
              all.seriesPrefix(),
              all.model(),
              all.version(),
              all.alias(),
              Optional.of(PredictionRole.CHAMPION),
              all.grid());
      return ledger.page(champions, TimeSpan.ALWAYS, Optional.empty(), 1).items().stream()
          .findFirst();
    };
  }
}
