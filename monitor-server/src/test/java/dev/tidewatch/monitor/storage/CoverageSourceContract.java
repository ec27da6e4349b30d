package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.SomePredictions.HOURLY;
import static dev.tidewatch.monitor.storage.SomePredictions.ORIGIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.ledger.PredictedSteps;
import dev.tidewatch.monitor.ledger.Prediction;
import dev.tidewatch.monitor.ledger.PredictionRole;
import dev.tidewatch.monitor.tuning.CoverageSource;
import dev.tidewatch.monitor.tuning.CoverageSource.IssuedInterval;
import dev.tidewatch.monitor.tuning.CoverageSource.Look;
import dev.tidewatch.monitor.tuning.TuningKey;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link CoverageSource} must do; a subclass only says on which database. */
abstract class CoverageSourceContract extends JoinedLedger {
  private CoverageSource source;

  @BeforeEach
  void open() {
    source = new PostgresCoverageSource(database);
  }

  /** The quantiles .05, .25, .75 and .95, two and one beside a mean of 10. */
  private static Prediction forecast(String series, String version, int hour) {
    var means = new double[] {10, 10, 10};
    var quantiles = new double[][] {{8, 8, 8}, {9, 9, 9}, {11, 11, 11}, {12, 12, 12}};
    return SomePredictions.of(
        series,
        HOURLY,
        "load",
        version,
        PredictionRole.CHAMPION,
        ORIGIN.plus(Duration.ofHours(hour)),
        new PredictedSteps(means, new double[] {0.05, 0.25, 0.75, 0.95}, quantiles, new double[0]),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  /** Takes the truths up to before an hour: each its hour. */
  private void takeUntil(int hour) {
    long first = HOURLY.indexAt(Times.toMicros(ORIGIN));
    take(ORIGIN.plus(Duration.ofHours(hour)), target -> target.index() - first);
  }

  private static TuningKey key(String series, String version) {
    return new TuningKey(new SeriesName(series), new ModelVersion("load", version));
  }

  @Test
  void intervalsComeWithTheirTruths() {
    ledger.record(
        List.of(
            forecast("hq/a", "1.0.0", 0),
            forecast("hq/a", "1.0.0", 1),
            forecast("hq/a", "1.1.0", 1),
            forecast("hq/b", "1.0.0", 1)),
        ORIGIN);
    takeUntil(3);

    List<IssuedInterval> issued =
        source.intervals(key("hq/a", "1.0.0"), ORIGIN, 0.9, 100).stream()
            .sorted(
                Comparator.comparing(IssuedInterval::origin).thenComparingInt(IssuedInterval::step))
            .toList();
    assertThat(issued)
        .as("three steps of the first, two of the second that are known")
        .containsExactly(
            new IssuedInterval(0, ORIGIN, 0, 0.9, 8, 12, 0),
            new IssuedInterval(0, ORIGIN, 1, 0.9, 8, 12, 1),
            new IssuedInterval(0, ORIGIN, 2, 0.9, 8, 12, 2),
            new IssuedInterval(0, ORIGIN.plus(Duration.ofHours(1)), 0, 0.9, 8, 12, 1),
            new IssuedInterval(0, ORIGIN.plus(Duration.ofHours(1)), 1, 0.9, 8, 12, 2));
    assertThat(source.intervals(key("hq/a", "1.0.0"), ORIGIN, 0.6, 100))
        .as("the nearest level")
        .allMatch(interval -> interval.lower() == 9 && interval.upper() == 11);
    assertThat(source.intervals(key("hq/a", "1.0.0"), ORIGIN.plus(Duration.ofHours(1)), 0.9, 100))
        .as("since then")
        .hasSize(2);
    assertThat(source.intervals(key("hq/a", "1.0.0"), ORIGIN, 0.9, 1))
        .as("the newest prediction")
        .hasSize(2);
    assertThat(source.intervals(key("hq/c", "1.0.0"), ORIGIN, 0.9, 100)).isEmpty();
  }

  @Test
  void everySeriesIsLookedAtInTurn() {
    var all = new ArrayList<Prediction>();
    for (int series = 0; series < 5; series++) {
      all.add(forecast("hq/" + series, "1.0.0", 10));
    }
    all.add(forecast("hq/0", "1.1.0", 11));
    all.add(forecast("hq/9", "1.0.0", 0)); // long ago
    ledger.record(all, ORIGIN);

    var seen = new ArrayList<TuningKey>();
    OptionalLong behind = OptionalLong.empty();
    for (int turn = 0; turn < 4; turn++) {
      Look look = source.look(ORIGIN.plus(Duration.ofHours(5)), behind, 2);
      seen.addAll(look.keys());
      behind = look.behind();
    }
    assertThat(seen)
        .containsExactlyInAnyOrder(
            key("hq/0", "1.0.0"),
            key("hq/0", "1.1.0"),
            key("hq/1", "1.0.0"),
            key("hq/2", "1.0.0"),
            key("hq/3", "1.0.0"),
            key("hq/4", "1.0.0"));
    assertThat(behind).as("from the beginning").isEmpty();
  }
}
