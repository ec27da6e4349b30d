package dev.tidewatch.ingest;

import static dev.tidewatch.ingest.Readings.column;
import static dev.tidewatch.ingest.Readings.minute;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.tidewatch.proto.ingest.v1.DuplicatePolicy;
import dev.tidewatch.proto.ingest.v1.ListQuarantinedReadingsRequest;
import dev.tidewatch.proto.ingest.v1.OpenWriter;
import dev.tidewatch.proto.ingest.v1.QuarantineFilter;
import dev.tidewatch.proto.ingest.v1.QuarantinedReading;
import dev.tidewatch.proto.ingest.v1.Reading;
import dev.tidewatch.proto.ingest.v1.ReadingCounts;
import dev.tidewatch.proto.ingest.v1.ReadingsBatch;
import dev.tidewatch.proto.ingest.v1.RejectReason;
import dev.tidewatch.proto.ingest.v1.RejectedReading;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.UpdateSeriesRequest;
import dev.tidewatch.proto.ingest.v1.Validation;
import dev.tidewatch.proto.ingest.v1.WriterOpened;
import dev.tidewatch.serverkit.grpc.StatusDetails;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.timeseries.Times;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What StreamReadings must do on every layout: opening, sequences, outcomes, rejects. */
abstract class StreamReadingsContract extends IngestContract {
  @Test
  void storesAndAcknowledgesInOrder() {
    try (var writer = ingest.writer("order")) {
      WriterOpened opened = writer.opened();
      assertThat(opened.getEpoch()).isEqualTo(1);
      assertThat(opened.getLastSequence()).isZero();
      assertThat(opened.getBudget().getBatchReadingsMax()).isPositive();
      for (int i = 1; i <= 20; i++) {
        writer.send(i, column("order/a", 10L * i, 1, 2, 3), column("order/b", 10L * i, i));
      }
      ReadingCounts counts = writer.acknowledgedThrough(20);
      assertThat(counts).isEqualTo(ReadingCounts.newBuilder().setAccepted(80).build());
    }
    var stored = Readings.all(ingest.query(), "order/");
    assertThat(stored.get("order/a")).hasSize(60).containsEntry(minute(11), 2.0);
    assertThat(stored.get("order/b")).hasSize(20).containsEntry(minute(200), 20.0);
  }

  @Test
  void tellsWhereAWriterStandsWhenItComesBack() {
    try (var writer = ingest.writer("resume")) {
      var _ = writer.opened();
      writer.send(
          ReadingsBatch.newBuilder()
              .setSequence(1)
              .addColumns(column("resume/a", 0, 1))
              .setSourcePosition(ByteString.copyFromUtf8("line 17"))
              .build());
      writer.acknowledgedThrough(1);
    }
    try (var writer = ingest.writer("resume")) {
      WriterOpened opened = writer.opened();
      assertThat(opened.getEpoch()).isEqualTo(2);
      assertThat(opened.getLastSequence()).isEqualTo(1);
      assertThat(opened.getSourcePosition().toStringUtf8()).isEqualTo("line 17");
    }
  }

  @Test
  void answersARepeatWithTheStoredOutcome() {
    SeriesReadings bad = column("repeat/a", 0, 1, Double.NaN, 3);
    try (var writer = ingest.writer("repeat")) {
      var _ = writer.opened();
      writer.send(1, bad);
      writer.send(2, column("repeat/a", 5, 5));
      writer.acknowledgedThrough(2);
    }
    try (var writer = ingest.writer("repeat")) {
      var _ = writer.opened();
      writer.send(1, bad);
      ReadingCounts counts = writer.acknowledgedThrough(1);
      assertThat(writer.lastReplayed()).isTrue();
      assertThat(counts)
          .isEqualTo(ReadingCounts.newBuilder().setAccepted(2).setRejected(1).build());
      assertThat(writer.rejected())
          .singleElement()
          .satisfies(reject -> {
            assertThat(reject.getIndex()).isEqualTo(1);
            assertThat(reject.getReason()).isEqualTo(RejectReason.REJECT_REASON_VALUE_NOT_FINITE);
            assertThat(reject.getMessage()).contains("repeat/a");
          });
      writer.send(3, column("repeat/a", 6, 6));
      writer.acknowledgedThrough(3);
      assertThat(writer.lastReplayed()).isFalse();
    }
    assertThat(Readings.all(ingest.query(), "repeat/").get("repeat/a")).hasSize(4);
  }

  @Test
  void refusesASequenceWithOtherContent() {
    try (var writer = ingest.writer("conflict")) {
      var _ = writer.opened();
      writer.send(1, column("conflict/a", 0, 1));
      writer.send(1, column("conflict/a", 0, 2));
      assertError(writer.error(), Status.Code.FAILED_PRECONDITION, "SEQUENCE_CONFLICT");
    }
  }

  @Test
  void refusesAGapAndAnswersWhatCameBefore() {
    try (var writer = ingest.writer("gap")) {
      var _ = writer.opened();
      writer.send(1, column("gap/a", 0, 1));
      writer.send(3, column("gap/a", 2, 3));
      writer.acknowledgedThrough(1);
      StatusRuntimeException error = writer.error();
      assertError(error, Status.Code.FAILED_PRECONDITION, "SEQUENCE_GAP");
      assertThat(StatusDetails.errorInfo(error).orElseThrow().getMetadataMap())
          .containsEntry("expected", "2");
    }
  }

  @Test
  void fencesTheEarlierOpening() {
    try (var first = ingest.writer("fence")) {
      var _ = first.opened();
      first.send(1, column("fence/a", 0, 1));
      first.acknowledgedThrough(1);
      try (var second = ingest.writer("fence")) {
        assertThat(second.opened().getLastSequence()).isEqualTo(1);
        first.send(2, column("fence/a", 1, 100));
        assertError(first.error(), Status.Code.ABORTED, "WRITER_FENCED");
        second.send(2, column("fence/a", 1, 2));
        second.acknowledgedThrough(2);
      }
    }
    assertThat(Readings.all(ingest.query(), "fence/").get("fence/a"))
        .isEqualTo(Map.of(minute(0), 1.0, minute(1), 2.0));
  }

  @Test
  void keepsGoodRowsOfABadBatch() {
    long future = Times.floorToMicros(TestClock.START) + Times.MICROS_PER_HOUR;
    ingest
        .series()
        .updateSeries(
            UpdateSeriesRequest.newBuilder()
                .setAllowMissing(true)
                .setSeries(
                    Series.newBuilder()
                        .setName("bad/bounded")
                        .setValidation(Validation.newBuilder().setValueMin(0).setValueMax(10)))
                .build());
    try (var writer = WriterClient.openStrict(ingest.channel(), "bad")) {
      var _ = writer.opened();
      writer.send(
          ReadingsBatch.newBuilder()
              .setSequence(1)
              .addColumns(column("bad/bounded", 0, 5, -1, 11, 10, Double.POSITIVE_INFINITY))
              .addColumns(
                  SeriesReadings.newBuilder()
                      .setSeries("bad/bounded")
                      .addTimesMicros(future)
                      .addValues(1)
                      .addTimesMicros(Long.MAX_VALUE)
                      .addValues(1))
              .addColumns(column("bad/unknown", 0, 1))
              .addColumns(column("bad//name", 0, 1))
              .addRows(Reading.newBuilder().setSeries("bad/bounded").setValue(1))
              .addRows(
                  Reading.newBuilder()
                      .setSeries("bad/bounded")
                      .setTime(Timestamp.newBuilder().setSeconds(1_700_000_000).setNanos(1))
                      .setValue(1))
              .addRows(
                  Reading.newBuilder()
                      .setSeries("bad/bounded")
                      .setTime(Timestamp.newBuilder().setSeconds(1_700_000_000)))
              .build());
      ReadingCounts counts = writer.acknowledgedThrough(1);
      assertThat(counts)
          .isEqualTo(ReadingCounts.newBuilder().setAccepted(2).setRejected(10).build());
      assertThat(writer.rejected())
          .extracting(RejectedReading::getIndex, RejectedReading::getReason)
          .containsExactly(
              tuple(1, RejectReason.REJECT_REASON_VALUE_OUT_OF_RANGE),
              tuple(2, RejectReason.REJECT_REASON_VALUE_OUT_OF_RANGE),
              tuple(4, RejectReason.REJECT_REASON_VALUE_NOT_FINITE),
              tuple(5, RejectReason.REJECT_REASON_TIME_IN_FUTURE),
              tuple(6, RejectReason.REJECT_REASON_TIME_OUT_OF_RANGE),
              tuple(7, RejectReason.REJECT_REASON_SERIES_UNKNOWN),
              tuple(8, RejectReason.REJECT_REASON_SERIES_NAME_INVALID),
              tuple(9, RejectReason.REJECT_REASON_TIME_OUT_OF_RANGE),
              tuple(10, RejectReason.REJECT_REASON_TIME_TOO_FINE),
              tuple(11, RejectReason.REJECT_REASON_VALUE_MISSING));
    }
    var request =
        ListQuarantinedReadingsRequest.newBuilder()
            .setFilter(QuarantineFilter.newBuilder().setWriterId("bad"))
            .setPageSize(4);
    var quarantined = new ArrayList<QuarantinedReading>();
    do {
      var page = ingest.quarantine().listQuarantinedReadings(request.build());
      quarantined.addAll(page.getReadingsList());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    assertThat(quarantined)
        .extracting(QuarantinedReading::getIndex)
        .containsExactly(11, 10, 9, 8, 7, 6, 5, 4, 2, 1);
    assertThat(quarantined.getFirst().hasValue()).isFalse();
    assertThat(quarantined.get(7).getValue()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(Readings.all(ingest.query(), "bad/").get("bad/bounded"))
        .isEqualTo(Map.of(minute(0), 5.0, minute(3), 10.0));
  }

  private static org.assertj.core.groups.Tuple tuple(int index, RejectReason reason) {
    return org.assertj.core.groups.Tuple.tuple(index, reason);
  }

  @Test
  void followsTheDuplicatePolicyWithinAndAcrossBatches() {
    assertPolicy(
        DuplicatePolicy.DUPLICATE_POLICY_KEEP_LAST,
        ReadingCounts.newBuilder().setAccepted(3).setUnchanged(2).setReplaced(3).build(),
        Map.of(minute(0), 9.0, minute(1), 2.0, minute(2), 8.0));
    assertPolicy(
        DuplicatePolicy.DUPLICATE_POLICY_KEEP_FIRST,
        ReadingCounts.newBuilder().setAccepted(3).setUnchanged(2).setDropped(3).build(),
        Map.of(minute(0), 1.0, minute(1), 2.0, minute(2), 3.0));
    assertPolicy(
        DuplicatePolicy.DUPLICATE_POLICY_REJECT,
        ReadingCounts.newBuilder().setAccepted(3).setUnchanged(2).setRejected(3).build(),
        Map.of(minute(0), 1.0, minute(1), 2.0, minute(2), 3.0));
  }

  private void assertPolicy(
      DuplicatePolicy policy, ReadingCounts expected, Map<Long, Double> stored) {
    String series = "policy/" + policy.name();
    ingest
        .series()
        .updateSeries(
            UpdateSeriesRequest.newBuilder()
                .setAllowMissing(true)
                .setSeries(Series.newBuilder().setName(series).setDuplicatePolicy(policy))
                .build());
    try (var writer = ingest.writer(series)) {
      var _ = writer.opened();
      writer.send(1, column(series, 0, 1, 2));
      writer.acknowledgedThrough(1);
      // Minute 0 changes to 9 twice, once in between to 7; minute 1 stays; minute 2 comes twice in
      // one batch.
      writer.send(
          2,
          column(series, 0, 7),
          column(series, 0, 9),
          column(series, 1, 2),
          column(series, 2, 3),
          column(series, 2, 8));
      writer.send(3, column(series, 1, 2));
      assertThat(writer.acknowledgedThrough(3)).isEqualTo(expected);
    }
    assertThat(Readings.all(ingest.query(), series).get(series)).isEqualTo(stored);
  }

  @Test
  void endsWithAReasonThatNamesTheField() {
    assertBroken(WriterClient::sendNothing, "FIELD_INVALID", "message");
    assertBroken(writer -> writer.send(1, column("x", 0, 1)), "FIELD_INVALID", "open");
    assertBroken(
        writer -> writer.send(OpenWriter.newBuilder().setWriterId("with space").build()),
        "FIELD_INVALID",
        "open.writer_id");
    assertBroken(
        writer -> {
          writer.send(OpenWriter.newBuilder().setWriterId("broken").build());
          writer.send(0, column("x", 0, 1));
        },
        "FIELD_INVALID",
        "batch.sequence");
    assertBroken(
        writer -> {
          writer.send(OpenWriter.newBuilder().setWriterId("broken").build());
          writer.send(1, SeriesReadings.newBuilder().setSeries("x").addTimesMicros(1).build());
        },
        "BATCH_UNDECODABLE",
        "batch.columns[0]");
    assertBroken(
        writer -> {
          writer.send(OpenWriter.newBuilder().setWriterId("broken").build());
          writer.send(1, column("x", 0, new double[100_001]));
        },
        "BATCH_TOO_LARGE",
        "batch.columns");
  }

  private void assertBroken(
      java.util.function.Consumer<WriterClient> sending, String reason, String field) {
    try (var writer = WriterClient.connect(ingest.channel())) {
      sending.accept(writer);
      StatusRuntimeException error = writer.error();
      assertError(error, Status.Code.INVALID_ARGUMENT, reason);
      assertThat(error.getStatus().getDescription()).startsWith(field + ":");
    }
  }

  @Test
  void answersEverythingBeforeItClosesAfterAHalfClose() {
    try (var writer = ingest.writer("finish")) {
      var _ = writer.opened();
      for (int i = 1; i <= 50; i++) {
        writer.send(i, column("finish/a", i, i));
      }
      writer.finish();
    }
    assertThat(Readings.all(ingest.query(), "finish/").get("finish/a")).hasSize(50);
  }

  @Test
  void goesOnAfterARestartOfTheServer() {
    try (var own = RunningIngest.start(database(), Map.of(), Telemetry.disabled())) {
      try (var writer = own.writer("restart")) {
        var _ = writer.opened();
        writer.send(1, column("restart/a", 0, 1, 2, 3));
        writer.acknowledgedThrough(1);
      }
      own.restart();
      try (var writer = own.writer("restart")) {
        assertThat(writer.opened().getLastSequence()).isEqualTo(1);
        // Overlaps what is stored: the heads of a fresh server must not be trusted blindly.
        writer.send(2, column("restart/a", 1, 2, 30, 4));
        assertThat(writer.acknowledgedThrough(2))
            .isEqualTo(
                ReadingCounts.newBuilder().setAccepted(1).setUnchanged(1).setReplaced(1).build());
      }
      assertThat(Readings.all(own.query(), "restart/").get("restart/a"))
          .isEqualTo(Map.of(minute(0), 1.0, minute(1), 2.0, minute(2), 30.0, minute(3), 4.0));
    }
  }

  @Test
  void storesReadingsOfManyMonthsAndYears() {
    long day = 24 * 60;
    try (var writer = ingest.writer("months")) {
      var _ = writer.opened();
      var column = SeriesReadings.newBuilder().setSeries("months/a");
      for (int i = 0; i < 24; i++) {
        column.addTimesMicros(minute(-45L * day * (23 - i))).addValues(i);
      }
      writer.send(1, column.build());
      writer.send(2, column("months/a", -1000 * day, 7));
      assertThat(writer.acknowledgedThrough(2).getAccepted()).isEqualTo(25);
    }
    assertThat(Readings.all(ingest.query(), "months/").get("months/a")).hasSize(25);
  }

  @Test
  void aBatchThatTheDatabaseRefusesFailsAlone() throws SQLException {
    try (var own = RunningIngest.start(database(), Map.of(), Telemetry.disabled())) {
      try (var first = own.writer("warm")) {
        var _ = first.opened();
        first.send(1, column("poison/a", 0, 1));
        first.acknowledgedThrough(1);
      }
      own.execute("ALTER TABLE ingest.reading ADD CONSTRAINT no_poison CHECK (value <> 666)");
      try (var good = own.writer("good");
          var bad = own.writer("bad")) {
        var _ = good.opened();
        var _ = bad.opened();
        for (int i = 1; i <= 30; i++) {
          good.send(i, column("poison/good", i, i));
          bad.send(i, column("poison/bad", i, i == 7 ? 666 : i));
        }
        assertThat(good.acknowledgedThrough(30).getAccepted()).isEqualTo(30);
        ReadingCounts counts = bad.acknowledgedThrough(30);
        assertThat(counts.getAccepted()).isEqualTo(29);
        assertThat(bad.rejected())
            .singleElement()
            .satisfies(reject -> {
              assertThat(reject.getSequence()).isEqualTo(7);
              assertThat(reject.getReason()).isEqualTo(RejectReason.REJECT_REASON_BATCH_REFUSED);
            });
      }
      var stored = Readings.all(own.query(), "poison/");
      assertThat(stored.get("poison/good")).hasSize(30);
      assertThat(stored.get("poison/bad")).hasSize(29);
    }
  }

  private static void assertError(StatusRuntimeException error, Status.Code code, String reason) {
    assertThat(error.getStatus().getCode()).as(error.toString()).isEqualTo(code);
    assertThat(StatusDetails.reason(error)).contains(reason);
  }
}
