package dev.tidewatch.models.all;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.DetectorFamily;
import dev.tidewatch.models.detection.DetectorModel;
import dev.tidewatch.models.detection.Verdict;
import dev.tidewatch.models.forecast.Backtest;
import dev.tidewatch.models.forecast.BacktestPlan;
import dev.tidewatch.models.forecast.BacktestReport;
import dev.tidewatch.models.forecast.ForecastFamily;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Nothing sees the future: what comes after a moment is changed, and everything that was said up to
 * that moment stays what it was, to the last bit.
 */
class FutureBlindTest {
  private static final int TEST_INTERVALS = 96;
  private static final BacktestPlan PLAN = new BacktestPlan(2, TEST_INTERVALS, 12, 0, 0);

  static Stream<String> forecasters() {
    return EveryFamily.FAMILIES.forecastIds().stream().sorted();
  }

  static Stream<String> detectors() {
    return EveryFamily.FAMILIES.detectionIds().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("forecasters")
  void noBackTestSeesWhatComesAfterItsOrigins(String id) {
    ForecastFamily family = EveryFamily.FAMILIES.forecastFamily(id).orElseThrow();
    GridWindow first = EveryFamily.series(1);
    GridWindow second = EveryFamily.series(2);
    // Within the second fold, so that both a fit and origins lie before it.
    int moment = EveryFamily.INTERVALS - TEST_INTERVALS / 4;
    BacktestReport before =
        Backtest.run(family, EveryFamily.forecastTraining(id, first, second), PLAN);
    BacktestReport after =
        Backtest.run(
            family,
            EveryFamily.forecastTraining(
                id,
                EveryFamily.changedFrom(first, moment),
                EveryFamily.changedFrom(second, moment)),
            PLAN);

    long momentIndex = first.firstIndex() + moment;
    assertThat(saidUpTo(momentIndex, after))
        .as("forecasts from origins up to the change")
        .hasSizeGreaterThanOrEqualTo(8)
        .isEqualTo(saidUpTo(momentIndex, before));
    assertThat(saidUpTo(Long.MAX_VALUE, after))
        .as("the change is seen after it")
        .isNotEqualTo(saidUpTo(Long.MAX_VALUE, before));
  }

  private static List<String> saidUpTo(long index, BacktestReport report) {
    return report.origins().stream()
        .filter(origin -> origin.forecast().firstIndex() <= index)
        .map(origin ->
            "%s %d %s %s %s"
                .formatted(
                    origin.series(),
                    origin.forecast().firstIndex(),
                    Arrays.toString(origin.forecast().means()),
                    Arrays.toString(origin.forecast().lowers(1)),
                    Arrays.toString(origin.forecast().uppers(1))))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("detectors")
  void noDetectorSeesWhatComesAfterAReading(String id) {
    DetectorFamily family = EveryFamily.FAMILIES.detectorFamily(id).orElseThrow();
    GridWindow history = EveryFamily.series(1);
    DetectorModel model = family.load(family.fit(EveryFamily.detectorTraining(id, history)));
    GridWindow live = EveryFamily.series(3);
    int moment = EveryFamily.INTERVALS / 2;
    List<Verdict> before = verdicts(model, live);
    List<Verdict> after = verdicts(model, EveryFamily.changedFrom(live, moment));
    assertThat(after.subList(0, moment)).isEqualTo(before.subList(0, moment));
    assertThat(after).isNotEqualTo(before);
  }

  private static List<Verdict> verdicts(DetectorModel model, GridWindow live) {
    Detector detector = model.start(new SeriesName("plant/new"));
    var verdicts = new ArrayList<Verdict>();
    for (int t = 0; t < live.size(); t++) {
      verdicts.add(detector.score(live.startMicros(t), live.value(t)));
    }
    return verdicts;
  }
}
