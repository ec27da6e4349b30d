package dev.tidewatch.monitor.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.proto.monitor.v1.ConsumptionBucket;
import dev.tidewatch.proto.monitor.v1.ExportAnalyticsRequest;
import dev.tidewatch.proto.monitor.v1.ExportFormat;
import dev.tidewatch.proto.monitor.v1.GetConsumptionRequest;
import dev.tidewatch.proto.monitor.v1.GetDemandRequest;
import dev.tidewatch.proto.monitor.v1.GetRunTimeRequest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Answers as files, over gRPC. */
class AnalyticsExportTest extends AnalyticsOverGrpc {
  private String export(ExportAnalyticsRequest request) {
    var file = new StringBuilder();
    analytics
        .exportAnalytics(request)
        .forEachRemaining(part -> {
          assertThat(part.getChunk().size()).isBetween(1, 65_536);
          file.append(part.getChunk().toString(StandardCharsets.UTF_8));
        });
    return file.toString();
  }

  private static String lines(String... lines) {
    return String.join("\r\n", lines) + "\r\n";
  }

  @Test
  void everyAnswerIsAFileToo() {
    meter("hq/main/power", "kW", 0, 2, 1, 2, 2, 2);
    var consumption =
        GetConsumptionRequest.newBuilder()
            .setSeries("hq/main/power")
            .setRange(hours(0, 2))
            .setBucket(ConsumptionBucket.CONSUMPTION_BUCKET_HOUR);

    assertThat(
            export(
                ExportAnalyticsRequest.newBuilder()
                    .setFormat(ExportFormat.EXPORT_FORMAT_CSV)
                    .setConsumption(consumption)
                    .build()))
        .isEqualTo(
            lines(
                "start,kwh,completeness",
                "2026-03-02T00:00:00Z,2.0,1.0",
                "2026-03-02T01:00:00Z,2.0,1.0"));
    assertThat(
            export(
                ExportAnalyticsRequest.newBuilder()
                    .setFormat(ExportFormat.EXPORT_FORMAT_JSON_LINES)
                    .setRunTime(
                        GetRunTimeRequest.newBuilder()
                            .setSeries("hq/main/power")
                            .setRange(hours(0, 2))
                            .setThreshold(1))
                    .build()))
        .isEqualTo(
            "{\"run_time_seconds\":7200,\"duty\":1.0,\"starts\":0,\"longest_run_seconds\":7200}\n");
    assertThat(
            export(
                ExportAnalyticsRequest.newBuilder()
                    .setFormat(ExportFormat.EXPORT_FORMAT_CSV)
                    .setDemand(
                        GetDemandRequest.newBuilder()
                            .setSeries("hq/main/power")
                            .setRange(hours(0, 2)))
                    .build()))
        .isEqualTo(
            lines(
                "peak_kw,peak_time,forecast_peak_kw,forecast_peak_time,mean_kw,load_factor",
                "2.0,2026-03-02T00:00:00Z,,,2.0,1.0"));
  }

  @Test
  void aLongFileComesInParts() {
    readings.create("hq/main/power", "kW", Optional.of(HOUR));
    for (int hour = 0; hour <= 9_000; hour++) {
      put("hq/main/power", hour, 1 + hour % 7 / 3.0);
    }
    String file =
        export(
            ExportAnalyticsRequest.newBuilder()
                .setFormat(ExportFormat.EXPORT_FORMAT_CSV)
                .setConsumption(
                    GetConsumptionRequest.newBuilder()
                        .setSeries("hq/main/power")
                        .setRange(hours(0, 9_000))
                        .setBucket(ConsumptionBucket.CONSUMPTION_BUCKET_HOUR))
                .build());

    assertThat(file.lines()).hasSize(9_001);
    assertThat(file.length()).isGreaterThan(3 * 65_536);
    assertThat(file).endsWith("\r\n");
  }
}
