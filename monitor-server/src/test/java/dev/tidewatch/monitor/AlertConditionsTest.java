package dev.tidewatch.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.monitor.drift.DriftKind;
import dev.tidewatch.monitor.drift.DriftLevel;
import dev.tidewatch.monitor.drift.DriftVerdict;
import dev.tidewatch.monitor.storage.PostgresDriftStore;
import dev.tidewatch.proto.monitor.v1.AccuracyCondition;
import dev.tidewatch.proto.monitor.v1.AccuracyMeasure;
import dev.tidewatch.proto.monitor.v1.Alert;
import dev.tidewatch.proto.monitor.v1.AlertRule;
import dev.tidewatch.proto.monitor.v1.AlertState;
import dev.tidewatch.proto.monitor.v1.DriftCondition;
import dev.tidewatch.proto.monitor.v1.ServerCondition;
import dev.tidewatch.proto.monitor.v1.Severity;
import dev.tidewatch.proto.monitor.v1.StalenessCondition;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What alerts fire on beside anomalies. */
class AlertConditionsTest extends AlertsOverGrpc {
  @Test
  void accuracyBeyondTheLimitFiresAndANewVersionEndsIt() throws Exception {
    create(
        AlertRule.newBuilder()
            .setName("mape")
            .setModel("load")
            .setAccuracy(
                AccuracyCondition.newBuilder()
                    .setMeasure(AccuracyMeasure.ACCURACY_MEASURE_MAPE)
                    .setLimit(15)
                    .setPairsMin(2))
            .setSeverity(Severity.SEVERITY_HIGH));
    record(prediction("hq/power", START, 80, 80), prediction("hq/fine", START, 101, 101));
    for (String series : List.of("hq/power", "hq/fine")) {
      var readings = new HashMap<Long, Double>();
      for (int hour = 0; hour < 3; hour++) {
        readings.put(Times.toMicros(START) + hour * HOUR + HOUR / 2, 100.0);
      }
      ingest.store(series, readings);
    }
    clock.advance(Duration.ofHours(4));

    Alert fired = alert("accuracy", AlertState.ALERT_STATE_FIRING);
    assertThat(listed()).hasSize(1);
    assertThat(fired.getLabelsMap())
        .containsEntry("series", "hq/power")
        .containsEntry("model", "load")
        .containsEntry("version", "1.0.0");
    assertThat(fired.getFiguresMap()).containsEntry("mape", 20.0).containsEntry("limit", 15.0);
    assertThat(fired.getSummary())
        .isEqualTo(
            "MAPE of load 1.0.0 on hq/power is 20 %, above 15 %, over the last 1 d, from 2 pairs.");

    record(prediction("hq/power", START.plus(Duration.ofHours(3)), 100).setVersion("1.1.0"));
    alert("another version predicts", AlertState.ALERT_STATE_RESOLVED);
  }

  @Test
  void aSilentSeriesFiresUntilItSpeaksAgain() throws Exception {
    create(
        AlertRule.newBuilder()
            .setName("silent")
            .setSeriesPattern("hq/*")
            .setStaleness(StalenessCondition.getDefaultInstance())
            .setSeverity(Severity.SEVERITY_MEDIUM));
    var readings = new HashMap<Long, Double>();
    for (int i = 0; i < 10; i++) {
      readings.put(Times.toMicros(START.plusSeconds(60L * i)), 1.0);
    }
    ingest.store("hq/co2", readings);
    ingest.store("shed/co2", readings);
    clock.advance(Duration.ofMinutes(12));
    Eventually.holds("ingest is asked", () -> ingest.latestAsked() > 1);
    assertThat(listed()).isEmpty();

    clock.advance(Duration.ofMinutes(1));
    Alert fired = alert("it is silent", AlertState.ALERT_STATE_FIRING);
    assertThat(fired.getLabelsMap())
        .containsEntry("series", "hq/co2")
        .containsEntry("device", "hq");
    assertThat(fired.getSummary()).contains("4 min, more than 3 min, three times its usual 1 min");
    assertThat(listed()).hasSize(1);
    ingest.store("hq/co2", Map.of(Times.toMicros(clock.instant()), 1.0));
    alert("it speaks", AlertState.ALERT_STATE_RESOLVED);
  }

  @Test
  void driftFiresForAsLongAsTheNewestVerdictSaysSo() throws Exception {
    create(
        AlertRule.newBuilder()
            .setName("drift")
            .setSeriesPattern("hq/*")
            .setDrift(DriftCondition.newBuilder().setStrongOnly(true))
            .setSeverity(Severity.SEVERITY_HIGH));
    try (var monitors = database.open("monitor")) {
      var drift = new PostgresDriftStore(monitors, 16);
      drift.record(
          List.of(
              verdict("hq/power", DriftLevel.STRONG),
              verdict("hq/co2", DriftLevel.MODERATE),
              verdict("shed/power", DriftLevel.STRONG)));
      Alert fired = alert("drift", AlertState.ALERT_STATE_FIRING);
      assertThat(listed()).hasSize(1);
      assertThat(fired.getLabelsMap())
          .containsEntry("series", "hq/power")
          .containsEntry("model", "load")
          .containsEntry("version", "1.0.0");
      assertThat(fired.getSummary()).startsWith("Strong drift").contains("twice as much");
      assertThat(fired.getFiguresMap()).containsEntry("psi", 0.5);

      clock.advance(Duration.ofHours(1));
      drift.record(List.of(verdict("hq/power", DriftLevel.NONE)));
      alert("it is over", AlertState.ALERT_STATE_RESOLVED);
    }
  }

  private DriftVerdict verdict(String series, DriftLevel level) {
    return new DriftVerdict(
        new ModelVersion("load", "1.0.0"),
        series,
        "target",
        DriftKind.INPUT,
        level,
        START,
        START.plus(Duration.ofDays(1)),
        500,
        OptionalDouble.of(0.5),
        OptionalDouble.of(0.4),
        OptionalDouble.of(1.5),
        OptionalDouble.of(0.2),
        "twice as much as on other Mondays",
        clock.instant());
  }

  @Test
  void aServerThatDoesNotAnswerFires() throws Exception {
    create(
        AlertRule.newBuilder()
            .setName("servers")
            .setServer(ServerCondition.newBuilder().setServer("ingest"))
            .setSeverity(Severity.SEVERITY_CRITICAL));
    ingest.close();
    Alert fired = alert("ingest is away", AlertState.ALERT_STATE_FIRING);
    assertThat(fired.getLabelsMap()).isEqualTo(Map.of("server", "ingest"));
    assertThat(fired.getSummary()).isEqualTo("The ingest server does not answer: UNAVAILABLE.");
  }
}
