package dev.tidewatch.monitor.ledger;

import dev.tidewatch.timeseries.Grid;
import java.util.Optional;

/** Which predictions; what is absent matches everything, and all that is there must match. */
public record PredictionFilter(
    Optional<String> series,
    Optional<String> seriesPrefix,
    Optional<String> model,
    Optional<String> version,
    Optional<String> alias,
    Optional<PredictionRole> role,
    Optional<Grid> grid) {
  public static final PredictionFilter ALL =
      new PredictionFilter(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  /** All predictions of one series. */
  public static PredictionFilter ofSeries(String series) {
    return new PredictionFilter(
        Optional.of(series),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
