package dev.tidewatch.ingest.api;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.tidewatch.ingest.export.ExportCursor;
import dev.tidewatch.ingest.export.ExportFormat;
import dev.tidewatch.ingest.query.RangeCursor;
import dev.tidewatch.proto.ingest.v1.IngestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.OpenWriter;
import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.Reading;
import dev.tidewatch.proto.ingest.v1.ReadingsBatch;
import dev.tidewatch.proto.ingest.v1.ReadingsChange;
import dev.tidewatch.proto.ingest.v1.ReadingsChangeKind;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesChange;
import dev.tidewatch.proto.ingest.v1.SeriesKind;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.proto.ingest.v1.ShardSection;
import dev.tidewatch.proto.ingest.v1.StreamReadingsRequest;
import dev.tidewatch.proto.ingest.v1.TimeRange;
import dev.tidewatch.proto.ingest.v1.Validation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Inputs that the fuzzer and the mutations start from: one of each shape that clients send. */
final class FuzzSeeds {
  private static final long NOW_MICROS = 1_767_571_200_000_000L;

  private FuzzSeeds() {}

  static List<byte[]> streamMessages() {
    var seeds = new ArrayList<byte[]>();
    seeds.add(
        StreamReadingsRequest.newBuilder()
            .setOpen(OpenWriter.newBuilder().setWriterId("w"))
            .build()
            .toByteArray());
    for (String series : SmallCatalogue.KNOWN.keySet()) {
      seeds.add(stream(batch().addColumns(column(series, 0, 1, 2, 7))));
    }
    seeds.add(
        stream(
            batch()
                .addColumns(column("new/one", 1, 0, -40, 90, 90.5, -41))
                .addColumns(column("flagged", 91, -0.0, Double.NaN, 1e300))
                .addColumns(column("not a name", 1))
                .addColumns(column("a"))
                .addRows(row("a", NOW_MICROS, 5))
                .addRows(row("mode", NOW_MICROS - 1, 7))
                .setSourcePosition(ByteString.copyFromUtf8("file:17"))
                .setTraceparent("00-" + "a".repeat(32) + "-" + "b".repeat(16) + "-01")));
    seeds.add(
        stream(
            batch()
                .addColumns(
                    column("a", 1, 2, 3).toBuilder()
                        .addQualities(0)
                        .addQualities(2)
                        .addQualities(0xffff_ffff))));
    seeds.add(stream(batch().addColumns(column("a", 1, 2).toBuilder().addValues(3))));
    seeds.add(stream(batch().setSequence(0)));
    seeds.add(stream(oddRows()));
    seeds.add(
        IngestReadingsRequest.newBuilder()
            .setRequestId("6f6c8a35-6d4a-4a3e-9c62-0d1b6a3f1c11")
            .addRows(row("bounded", NOW_MICROS, 20.5))
            .addRows(row("switch", NOW_MICROS + 1_000_000, 1))
            .addColumns(column("strict", 3, 4))
            .build()
            .toByteArray());
    return seeds;
  }

  private static ReadingsBatch.Builder oddRows() {
    return batch()
        .addRows(Reading.newBuilder().setSeries("a").setValue(1))
        .addRows(Reading.newBuilder().setSeries("a").setTime(Timestamp.getDefaultInstance()))
        .addRows(
            Reading.newBuilder()
                .setSeries("a")
                .setTime(Timestamp.newBuilder().setSeconds(1_767_571_200).setNanos(1))
                .setValue(1)
                .setQuality(0x1ff))
        .addRows(
            Reading.newBuilder()
                .setSeries("a")
                .setTime(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).setNanos(-1))
                .setValue(1))
        .addRows(row("strict", NOW_MICROS + 1, 1))
        .addRows(row("a", Long.MIN_VALUE / 2, Double.NEGATIVE_INFINITY));
  }

  /** The first byte is the reader of {@link TextFuzz}. */
  static List<byte[]> texts() {
    var seeds = new ArrayList<byte[]>();
    text(seeds, 0, Pages.token("plant/boiler-1/supply-temp"), "", "k", "====");
    text(
        seeds,
        1,
        new RangeCursor(1, 2, "plant/boiler-1", NOW_MICROS, 3).token(),
        new ExportCursor(ExportFormat.CSV, new RangeCursor(1, 2, "a", NOW_MICROS, 3), 4, 5).token(),
        new RangeCursor(0, Long.MAX_VALUE, "a|b", Long.MIN_VALUE, 0).token());
    text(
        seeds,
        2,
        "floor=3,kind!=test,!old,floor in (2 3),tenant notin (a b),zone",
        " a = b , !c ",
        "a in ()",
        "((,",
        "a==b");
    text(seeds, 3, "Cel", "kW.h", "m3/h", "{EUR}/MW.h", "[ppm]", "10*-3/(m2.s)", "cel", "degC");
    text(seeds, 4, "hq/ahu-1/supply_temp", "/", "a//b", "é", "a".repeat(256));
    message(
        seeds,
        5,
        Series.newBuilder()
            .setName("hq/ahu-1")
            .setUnit("kW.h")
            .putLabels("floor", "3")
            .setKind(SeriesKind.SERIES_KIND_STATE)
            .putStates(1, "on")
            .setValidation(
                Validation.newBuilder()
                    .setValueMin(0)
                    .setValueMax(10)
                    .setChangePerSecondMax(0.5)
                    .setFutureSkewMax(Duration.newBuilder().setSeconds(60)))
            .setExpectedInterval(Duration.newBuilder().setSeconds(900))
            .build());
    message(
        seeds,
        6,
        QueryReadingsRequest.newBuilder()
            .setSelection(SeriesSelection.newBuilder().setPrefix("hq/").setLabelSelector("floor=3"))
            .setRange(
                TimeRange.newBuilder()
                    .setStartTime(Timestamp.newBuilder().setSeconds(1_700_000_000))
                    .setEndTime(Timestamp.newBuilder().setSeconds(1_767_571_200)))
            .build());
    return seeds;
  }

  static List<byte[]> sections() {
    var readings =
        ReadingsChange.newBuilder()
            .setSeries("hq/ahu-1")
            .setSeriesId(300)
            .setKind(ReadingsChangeKind.READINGS_CHANGE_KIND_REPLACED)
            .addTimesMicros(NOW_MICROS)
            .addTimesMicros(-1)
            .addValues(1.5)
            .addValues(-0.0);
    return List.of(
        ShardSection.newBuilder().setShard(3).addReadings(readings).build().toByteArray(),
        ShardSection.newBuilder()
            .addReadings(
                readings.clone().addQualities(0).addQualities(513).setTraceparent("00-ab-01"))
            .addSeries(SeriesChange.newBuilder().setSeries(Series.newBuilder().setName("a")))
            .build()
            .toByteArray());
  }

  private static ReadingsBatch.Builder batch() {
    return ReadingsBatch.newBuilder().setSequence(1);
  }

  private static byte[] stream(ReadingsBatch.Builder batch) {
    return StreamReadingsRequest.newBuilder().setBatch(batch).build().toByteArray();
  }

  private static SeriesReadings column(String series, double... values) {
    var column = SeriesReadings.newBuilder().setSeries(series);
    for (int i = 0; i < values.length; i++) {
      column.addTimesMicros(NOW_MICROS - 1_000_000L * (values.length - i)).addValues(values[i]);
    }
    return column.build();
  }

  private static Reading row(String series, long micros, double value) {
    return Reading.newBuilder()
        .setSeries(series)
        .setTime(
            Timestamp.newBuilder()
                .setSeconds(Math.floorDiv(micros, 1_000_000))
                .setNanos((int) Math.floorMod(micros, 1_000_000L) * 1_000))
        .setValue(value)
        .build();
  }

  private static void text(List<byte[]> seeds, int reader, String... texts) {
    for (String text : texts) {
      seeds.add(led(reader, text.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private static void message(List<byte[]> seeds, int reader, Message message) {
    seeds.add(led(reader, message.toByteArray()));
  }

  private static byte[] led(int reader, byte[] bytes) {
    byte[] led = new byte[bytes.length + 1];
    led[0] = (byte) reader;
    System.arraycopy(bytes, 0, led, 1, bytes.length);
    return led;
  }
}
