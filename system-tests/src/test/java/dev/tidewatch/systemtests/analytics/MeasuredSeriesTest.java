package dev.tidewatch.systemtests.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.tidewatch.monitor.analytics.SeriesDescription;
import dev.tidewatch.monitor.ingest.GrpcMeasuredSeries;
import dev.tidewatch.proto.ingest.v1.CreateSeriesRequest;
import dev.tidewatch.proto.ingest.v1.IngestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.IngestServiceGrpc;
import dev.tidewatch.proto.ingest.v1.QualityFlag;
import dev.tidewatch.proto.ingest.v1.Reading;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesServiceGrpc;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.Unavailable;
import dev.tidewatch.serverkit.grpc.ClientConfig;
import dev.tidewatch.serverkit.grpc.GrpcChannel;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.standalone.FreePort;
import dev.tidewatch.systemtests.fixture.SharedStandalone;
import dev.tidewatch.systemtests.fixture.StandaloneExtension;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.Times;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the monitor's analytics reads of ingest, asked of a real one over a real socket. */
@ExtendWith(StandaloneExtension.class)
class MeasuredSeriesTest {
  private static final Instant START = Instant.parse("2026-03-28T00:00:00Z");
  private static final long MINUTE = Times.MICROS_PER_MINUTE;
  private static final java.time.Duration DEADLINE = java.time.Duration.ofSeconds(60);

  private GrpcChannel channel;
  private GrpcMeasuredSeries measured;

  @BeforeEach
  void open(SharedStandalone standalone) {
    channel =
        GrpcChannel.open(
            ClientConfig.to(standalone.addresses().ingest().toString()), Telemetry.disabled());
    measured = new GrpcMeasuredSeries(channel.channel(), DEADLINE);
  }

  @AfterEach
  void close() {
    channel.close();
  }

  private static long minute(long minutes) {
    return Times.toMicros(START) + minutes * MINUTE;
  }

  private static Reading reading(String series, long minutes, double value, int quality) {
    return Reading.newBuilder()
        .setSeries(series)
        .setTime(Timestamp.newBuilder().setSeconds(START.getEpochSecond() + 60 * minutes))
        .setValue(value)
        .setQuality(quality)
        .build();
  }

  private void send(Iterable<Reading> readings) {
    var answer =
        IngestServiceGrpc.newBlockingStub(channel.channel())
            .ingestReadings(IngestReadingsRequest.newBuilder().addAllRows(readings).build());
    assertThat(answer.getRejectedList()).isEmpty();
  }

  /** Readings of so many minutes after the start, each of the value of its minute. */
  private void send(String series, long... minutes) {
    var readings = new ArrayList<Reading>();
    for (long minute : minutes) {
      readings.add(reading(series, minute, (double) minute, 0));
    }
    send(readings);
  }

  /** The minutes of what is read. */
  private List<Long> read(String series, long fromMinute, long toMinute) {
    var minutes = new ArrayList<Long>();
    measured.read(
        series,
        minute(fromMinute),
        minute(toMinute),
        (time, value) -> {
          long read = (time - minute(0)) / MINUTE;
          assertThat(value).isEqualTo((double) read);
          minutes.add(read);
        });
    return minutes;
  }

  @Test
  void aSeriesIsDescribedAsTheCatalogueHasIt() {
    var catalogue = SeriesServiceGrpc.newBlockingStub(channel.channel());
    var _ =
        catalogue.createSeries(
            CreateSeriesRequest.newBuilder()
                .setSeries(
                    Series.newBuilder()
                        .setName("measured/described/power")
                        .setUnit("kW")
                        .setExpectedInterval(Duration.newBuilder().setNanos(500_000_000)))
                .build());
    send("measured/described/other", 0);
    var power = new SeriesDescription("measured/described/power", "kW", Optional.of(500_000L));
    var other = new SeriesDescription("measured/described/other", "", Optional.empty());
    assertThat(measured.describe("measured/described/power")).isEqualTo(power);
    assertThat(measured.ofDevice("measured/described")).containsExactly(other, power);
    assertThat(measured.ofDevice("measured/nothing")).isEmpty();
    assertThatThrownBy(() -> measured.describe("measured/nothing"))
        .isInstanceOf(NotFound.class)
        .hasMessageContaining("measured/nothing")
        .extracting(e -> ((NotFound) e).reason())
        .isEqualTo("SERIES_UNKNOWN");
  }

  @Test
  void aDeviceHasAllItsSeriesHoweverMany() {
    var readings = new ArrayList<Reading>();
    for (int i = 0; i < 1_001; i++) {
      readings.add(reading("measured/many/s%04d".formatted(i), 0, 0, 0));
    }
    send(readings);
    assertThat(measured.ofDevice("measured/many"))
        .hasSize(1_001)
        .extracting(SeriesDescription::name)
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @Test
  void aSpanIsReadWithItsNeighboursOnBothSides() {
    send("measured/span/a", 0, 10, 20, 30, 40);
    assertThat(read("measured/span/a", 10, 30)).containsExactly(0L, 10L, 20L, 30L);
    assertThat(read("measured/span/a", 11, 19)).containsExactly(10L, 20L);
    assertThat(read("measured/span/a", -10, 0)).containsExactly(0L);
    assertThat(read("measured/span/a", 41, 50)).containsExactly(40L);
  }

  @Test
  void whatIsKnownToBeWrongIsLeftOutAndTheNextRightOneStandsInForIt() {
    int bad = QualityFlag.QUALITY_FLAG_BAD_VALUE;
    int doubted = QualityFlag.QUALITY_FLAG_UNCERTAIN_VALUE;
    int[] qualities = {0, bad, bad, 0, bad, doubted, bad, bad, 0};
    var readings = new ArrayList<Reading>();
    for (int minute = 0; minute < qualities.length; minute++) {
      readings.add(reading("measured/wrong/a", minute, minute, qualities[minute]));
    }
    send(readings);
    assertThat(read("measured/wrong/a", 3, 6)).containsExactly(0L, 3L, 5L, 8L);
    assertThat(read("measured/wrong/a", 4, 5)).containsExactly(3L, 5L);
    send(List.of(reading("measured/wrong/b", 0, 0, bad), reading("measured/wrong/b", 9, 9, bad)));
    assertThat(read("measured/wrong/b", 3, 6)).isEmpty();
  }

  @Test
  void theUsualDistanceIsTheMedian() {
    send("measured/distance/a", 0, 1, 2, 10, 11);
    assertThat(measured.medianDistanceMicros("measured/distance/a", minute(0), minute(60)))
        .contains(MINUTE);
    assertThat(measured.medianDistanceMicros("measured/distance/a", minute(2), minute(11)))
        .contains(8 * MINUTE);
    assertThat(measured.medianDistanceMicros("measured/distance/a", minute(0), minute(1)))
        .isEmpty();
  }

  @Test
  void meansStandInTheIntervalsOfTheGridAndNothingWhereNothingWasRead() {
    send("measured/means/a", 0, 30, 180, 190);
    Grid hours = Grid.ofStep(java.time.Duration.ofHours(1));
    assertThat(measured.means("measured/means/a", hours, hours.indexAt(minute(-60)), 6))
        .containsExactly(Double.NaN, 15, Double.NaN, Double.NaN, 185, Double.NaN);
  }

  @Test
  void meansOfDaysAreThoseOfTheZoneAlsoWhenItsClocksChange() {
    // In Berlin 2026-03-29 begins at 23:00 UTC and has 23 hours.
    Grid days = Grid.ofStep(java.time.Duration.ofDays(1)).withZone(ZoneId.of("Europe/Berlin"));
    send("measured/days/a", 22 * 60, 23 * 60, 45 * 60, 46 * 60);
    assertThat(measured.means("measured/days/a", days, days.indexAt(minute(22 * 60)), 3))
        .containsExactly(22 * 60, (23 * 60 + 45 * 60) / 2.0, 46 * 60);
  }

  @Test
  void anIngestServerThatIsAwayIsSaidToBe() throws Exception {
    try (var nowhere =
        GrpcChannel.open(ClientConfig.to("localhost:" + FreePort.take()), Telemetry.disabled())) {
      var away = new GrpcMeasuredSeries(nowhere.channel(), DEADLINE);
      assertThatThrownBy(() -> away.describe("a")).satisfies(MeasuredSeriesTest::requireAway);
      assertThatThrownBy(() -> away.ofDevice("a")).satisfies(MeasuredSeriesTest::requireAway);
      assertThatThrownBy(() -> away.medianDistanceMicros("a", 0, 1))
          .satisfies(MeasuredSeriesTest::requireAway);
      assertThatThrownBy(() -> away.means("a", Grid.ofStep(java.time.Duration.ofHours(1)), 0, 1))
          .satisfies(MeasuredSeriesTest::requireAway);
      assertThatThrownBy(() -> away.read("a", 0, 1, (time, value) -> {}))
          .satisfies(MeasuredSeriesTest::requireAway);
    }
  }

  private static void requireAway(Throwable e) {
    assertThat(e).isInstanceOf(Unavailable.class);
    assertThat(((Unavailable) e).reason()).isEqualTo("INGEST_UNAVAILABLE");
  }
}
