package dev.tidewatch.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.proto.monitor.v1.Anomaly;
import dev.tidewatch.proto.monitor.v1.GetHealthScoreRequest;
import dev.tidewatch.proto.monitor.v1.GetHealthTrendRequest;
import dev.tidewatch.proto.monitor.v1.HealthPart;
import dev.tidewatch.proto.monitor.v1.HealthPartKind;
import dev.tidewatch.proto.monitor.v1.HealthScore;
import dev.tidewatch.proto.monitor.v1.HealthScoreServiceGrpc;
import dev.tidewatch.proto.monitor.v1.ListHealthScoresRequest;
import dev.tidewatch.proto.monitor.v1.ReportAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.Severity;
import dev.tidewatch.proto.monitor.v1.SubjectKind;
import dev.tidewatch.proto.monitor.v1.TimeRange;
import dev.tidewatch.proto.monitor.v1.Trend;
import dev.tidewatch.timeseries.Times;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Health over gRPC: from readings and anomalies to scores, worst first, and their course. */
class HealthTest extends MonitorOverGrpc {
  private static final long MINUTE = 60 * Times.MICROS_PER_SECOND;

  private HealthScoreServiceGrpc.HealthScoreServiceBlockingStub health;

  @Override
  Map<String, String> settings() {
    return Map.of("health-interval", "40ms");
  }

  @BeforeEach
  void stub() {
    health = HealthScoreServiceGrpc.newBlockingStub(channel.channel());
  }

  /** A reading each ten minutes of the hours before the clock's time. */
  private void readings(String series, int fromHour, int toHour) {
    long start = Times.toMicros(START);
    var timed = new TreeMap<Long, Double>();
    for (long time = start + fromHour * HOUR; time < start + toHour * HOUR; time += 10 * MINUTE) {
      timed.put(time, 20.0);
    }
    ingest.store(series, timed);
  }

  private HealthScore score(SubjectKind kind, String subject) {
    return health
        .getHealthScore(
            GetHealthScoreRequest.newBuilder().setKind(kind).setSubject(subject).build())
        .getHealthScore();
  }

  private boolean isKnown(SubjectKind kind, String subject) {
    try {
      return score(kind, subject).getTime().equals(time(clock.instant()));
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  private static HealthPart part(HealthScore score, HealthPartKind kind) {
    return score.getPartsList().stream()
        .filter(part -> part.getKind() == kind)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aSilentSensorIsFoundAndSaidWhatToDo() throws Exception {
    clock.advance(Duration.ofHours(24));
    readings("hq/ahu/good", 0, 24);
    readings("hq/ahu/silent", 0, 12);
    Eventually.holds(
        "both are scored",
        () ->
            isKnown(SubjectKind.SUBJECT_KIND_SERIES, "hq/ahu/silent")
                && isKnown(SubjectKind.SUBJECT_KIND_DEVICE, "hq/ahu"));

    HealthScore good = score(SubjectKind.SUBJECT_KIND_SERIES, "hq/ahu/good");
    assertThat(good.getScore()).isCloseTo(100, within(1e-9));
    assertThat(good.getRecommendation()).isEmpty();
    assertThat(good.getTrend()).isEqualTo(Trend.TREND_UNKNOWN);
    assertThat(good.getPartsList())
        .extracting(HealthPart::getWeight)
        .satisfies(weights ->
            assertThat(weights.stream().mapToDouble(w -> w).sum()).isCloseTo(1, within(1e-9)));

    HealthScore silent = score(SubjectKind.SUBJECT_KIND_SERIES, "hq/ahu/silent");
    assertThat(part(silent, HealthPartKind.HEALTH_PART_KIND_COMMUNICATION).getScore()).isZero();
    assertThat(part(silent, HealthPartKind.HEALTH_PART_KIND_COMPLETENESS).getScore())
        .isCloseTo(50, within(1e-9));
    assertThat(part(silent, HealthPartKind.HEALTH_PART_KIND_ANOMALIES).getScore()).isEqualTo(100);
    // (0.30 * 0 + 0.20 * 50 + 0.20 * 100) / 0.70
    assertThat(silent.getScore()).isCloseTo(30 / 0.7, within(1e-6));
    assertThat(silent.getRecommendation()).startsWith("check the power").contains("12 h ago");

    HealthScore device = score(SubjectKind.SUBJECT_KIND_DEVICE, "hq/ahu");
    // Half of the mean of 100 and 0, half of the worst.
    assertThat(part(device, HealthPartKind.HEALTH_PART_KIND_COMMUNICATION).getScore())
        .isCloseTo(25, within(1e-9));
    var listed =
        health.listHealthScores(
            ListHealthScoresRequest.newBuilder().setSubjectPrefix("hq/").setPageSize(2).build());
    assertThat(listed.getHealthScoresList())
        .extracting(HealthScore::getSubject)
        .containsExactly("hq/ahu/silent", "hq/ahu");
    assertThat(
            health
                .listHealthScores(
                    ListHealthScoresRequest.newBuilder()
                        .setSubjectPrefix("hq/")
                        .setPageToken(listed.getNextPageToken())
                        .build())
                .getHealthScoresList())
        .extracting(HealthScore::getSubject)
        .containsExactly("hq/ahu/good");
    assertThat(
            health
                .listHealthScores(
                    ListHealthScoresRequest.newBuilder()
                        .setKind(SubjectKind.SUBJECT_KIND_SERIES)
                        .setScoreMax(90)
                        .build())
                .getHealthScoresCount())
        .isEqualTo(1);
  }

  @Test
  void scoresHaveACourseAndATrend() throws Exception {
    clock.advance(Duration.ofHours(24));
    readings("hq/co2", 0, 24);
    Eventually.holds("it is scored", () -> isKnown(SubjectKind.SUBJECT_KIND_SERIES, "hq/co2"));
    for (int day = 1; day <= 7; day++) {
      var report = ReportAnomaliesRequest.newBuilder();
      for (int i = 0; i < 10; i++) {
        report.addAnomalies(
            Anomaly.newBuilder()
                .setSeries("hq/co2")
                .setTime(time(clock.instant().minusSeconds(i + 1)))
                .setValue(900)
                .setScore(5.5)
                .setSeverity(Severity.SEVERITY_CRITICAL)
                .setDetector("zscore")
                .setDetectorVersion("1.0.0"));
      }
      anomalies.reportAnomalies(report.build());
      readings("hq/co2", 24 * day, 24 * (day + 1));
      clock.advance(Duration.ofHours(23));
      Eventually.holds("it is scored", () -> isKnown(SubjectKind.SUBJECT_KIND_SERIES, "hq/co2"));
    }
    var trend =
        health.getHealthTrend(
            GetHealthTrendRequest.newBuilder()
                .setKind(SubjectKind.SUBJECT_KIND_SERIES)
                .setSubject("hq/co2")
                .setRange(
                    TimeRange.newBuilder()
                        // A round that began before the clock was set may have scored the start.
                        .setFrom(time(START.plusSeconds(1)))
                        .setTo(time(START.plus(Duration.ofDays(10)))))
                .build());
    assertThat(trend.getPointsCount()).isEqualTo(8);
    assertThat(trend.getPoints(0).getScore()).isGreaterThan(trend.getPoints(7).getScore() + 10);
    assertThat(trend.getTrend()).isEqualTo(Trend.TREND_DEGRADING);
    assertThat(score(SubjectKind.SUBJECT_KIND_SERIES, "hq/co2").getTrend())
        .isEqualTo(Trend.TREND_DEGRADING);
    refused(
        () -> score(SubjectKind.SUBJECT_KIND_MODEL, "nobody"),
        Status.Code.NOT_FOUND,
        "SUBJECT_UNKNOWN",
        "nobody");
  }
}
