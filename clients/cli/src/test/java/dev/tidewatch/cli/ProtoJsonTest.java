package dev.tidewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.proto.ingest.v1.Reading;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesKind;
import dev.tidewatch.sdk.ProtoTimes;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ProtoJsonTest {
  @Test
  void namesFieldsAsTheContractDoes() {
    var series =
        Series.newBuilder()
            .setName("a/b")
            .setSeriesId(9_007_199_254_740_993L)
            .setKind(SeriesKind.SERIES_KIND_GAUGE)
            .putLabels("floor", "3")
            .setExpectedInterval(ProtoTimes.duration(Duration.ofMillis(1500)));
    series.getValidationBuilder().setValueMin(-1.5);
    var json = ProtoJson.object(series.build());
    assertThat(json.get("name").asText()).isEqualTo("a/b");
    assertThat(json.get("series_id").toString()).isEqualTo("9007199254740993");
    assertThat(json.get("kind").asText()).isEqualTo("GAUGE");
    assertThat(json.get("labels").toString()).isEqualTo("{\"floor\":\"3\"}");
    assertThat(json.get("expected_interval").asDouble()).isEqualTo(1.5);
    assertThat(json.get("validation").get("value_min").asDouble()).isEqualTo(-1.5);
    assertThat(json.get("validation").has("value_max")).isFalse();
    assertThat(json.has("create_time")).isFalse();
  }

  @Test
  void numbersThatJsonLacksAreNull() {
    var reading =
        Reading.newBuilder().setTime(ProtoTimes.timestamp(1_000_001)).setValue(Double.NaN).build();
    var json = ProtoJson.object(reading);
    assertThat(json.get("time").asText()).isEqualTo("1970-01-01T00:00:01.000001Z");
    assertThat(json.get("value").isNull()).isTrue();
  }
}
