package dev.tidewatch.monitor.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.proto.monitor.v1.GetEfficiencyRequest;
import io.grpc.Status;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Efficiency against a baseline, over gRPC. */
class EfficiencyApiTest extends AnalyticsOverGrpc {
  /** 60 kW by day, 20 by night, and 2 kW for each degree below 15; warmer in the second part. */
  private void building(double factorAfterwards) {
    readings.create("hq/main/power", "kW", Optional.of(HOUR));
    readings.create("hq/outdoor", "Cel", Optional.of(HOUR));
    for (int hour = -8 * 168; hour <= 168; hour++) {
      // A period that is none of a day or a week.
      double degrees = 10 + 8 * Math.sin(hour / 29.0) + (hour >= 0 ? 4 : 0);
      put("hq/outdoor", hour, degrees);
      int hourOfDay = Math.floorMod(hour, 24);
      double usual = (hourOfDay >= 8 && hourOfDay < 18 ? 60 : 20) + 2 * Math.max(0, 15 - degrees);
      double kw = hour >= 0 ? factorAfterwards * usual : usual;
      // Steps: the trapezoids of neighbouring hours must not mix.
      put("hq/main/power", hour, kw);
      put("hq/main/power", hour + 0.999, kw);
    }
  }

  private GetEfficiencyRequest.Builder efficiency() {
    return GetEfficiencyRequest.newBuilder()
        .setSeries("hq/main/power")
        .setTemperatureSeries("hq/outdoor")
        .setRange(hours(0, 168))
        .setBaselineRange(hours(-8 * 168, 0));
  }

  @Test
  void aBuildingThatUsesWhatItUsedScoresFifty() {
    building(1);
    var answer = analytics.getEfficiency(efficiency().build());

    assertThat(answer.getMeasuredKwh())
        .isCloseTo(answer.getBaselineKwh(), within(0.02 * answer.getBaselineKwh()));
    assertThat(answer.getScore()).isBetween(48.0, 52.0);
    assertThat(answer.getBaselineCvRmse()).isBetween(0.0, 5.0);
  }

  @Test
  void aThirdLessScoresTheSixthPartOfTheScaleMore() {
    building(2 / 3.0);
    var answer = analytics.getEfficiency(efficiency().build());

    double ratio = answer.getMeasuredKwh() / answer.getBaselineKwh();
    assertThat(ratio).isCloseTo(2 / 3.0, within(0.01));
    assertThat(answer.getScore()).isCloseTo(100 * (1.5 - ratio), within(1e-9));
  }

  @Test
  void withoutTemperatureAndBaselineTheHoursOfNinetyDaysServe() {
    readings.create("hq/main/power", "kW", Optional.of(HOUR));
    for (int hour = -30 * 24; hour <= 24; hour++) {
      put("hq/main/power", hour, hour < 0 ? 10 : 20);
    }
    var answer =
        analytics.getEfficiency(
            GetEfficiencyRequest.newBuilder()
                .setSeries("hq/main/power")
                .setRange(hours(0, 24))
                .build());

    assertThat(answer.getMeasuredKwh()).isCloseTo(480, within(1e-6));
    // The last hour of the baseline rises to the judged range already.
    assertThat(answer.getBaselineKwh()).isBetween(240.0, 242.0);
    assertThat(answer.getScore()).isZero();
  }

  @Test
  void tooLittleHistoryForABaselineIsSaid() {
    meter("hq/main/power", "kW", -3, 1, -2, 1, -1, 1, 0, 1, 1, 1, 2, 1);
    refused(
        () ->
            analytics.getEfficiency(
                GetEfficiencyRequest.newBuilder()
                    .setSeries("hq/main/power")
                    .setRange(hours(0, 2))
                    .build()),
        Status.Code.FAILED_PRECONDITION,
        "INSUFFICIENT_HISTORY",
        "336");
  }
}
