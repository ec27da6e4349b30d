package dev.tidewatch.ingest;

import static dev.tidewatch.ingest.Readings.minute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.tidewatch.proto.ingest.v1.ExportFormat;
import dev.tidewatch.proto.ingest.v1.ExportReadingsRequest;
import dev.tidewatch.proto.ingest.v1.ExportReadingsResponse;
import dev.tidewatch.proto.ingest.v1.IngestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.serverkit.grpc.StatusDetails;
import dev.tidewatch.timeseries.Times;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.column.values.ValuesReader;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesReader;
import org.apache.parquet.column.values.plain.BinaryPlainValuesReader;
import org.apache.parquet.column.values.plain.PlainValuesReader;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridDecoder;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Exported files: read back, and the same bytes after breaks. */
final class ExportTest {
  private static final long SEED = 7;
  private static final int SERIES = 4;
  private static final int LONG_SERIES_ROWS = 300_000;

  @SuppressWarnings("NullAway.Init")
  private static RunningIngest ingest;

  private static final List<Row> EXPECTED = new ArrayList<>();

  private record Row(String series, long timeMicros, double value, int quality) {
    String csv() {
      return "%s,%s,%s,%d".formatted(series, Times.toInstant(timeMicros), value, quality);
    }

    String json() {
      return "{\"series\":\"%s\",\"time\":\"%s\",\"value\":%s,\"quality\":%d}"
          .formatted(series, Times.toInstant(timeMicros), value, quality);
    }
  }

  @BeforeAll
  static void start() {
    ingest = RunningIngest.start();
    var random = new SplittableRandom(SEED);
    for (int s = 0; s < SERIES; s++) {
      String name = "export/s" + s;
      // More than one row group in all, a series that ends within one, and hardly any rows in one.
      int rows = s == 1 ? LONG_SERIES_ROWS : s == 2 ? 3 : 5_000;
      long time = minute(0) - 400L * Times.MICROS_PER_DAY;
      var column = SeriesReadings.newBuilder().setSeries(name);
      for (int i = 0; i < rows; i++) {
        time +=
            switch (random.nextInt(4)) {
              case 0 -> 1_000_000;
              case 1 -> 60_000_000;
              case 2 -> 1_000L * random.nextInt(1, 5_000);
              default -> random.nextInt(1, 5_000_000);
            };
        double value =
            random.nextInt(10) == 0
                ? Double.longBitsToDouble(random.nextLong() & ~(1L << 62))
                : random.nextInt(1_000) / 10.;
        int quality = random.nextInt(50) == 0 ? random.nextInt(16) : 0;
        column.addTimesMicros(time).addValues(value).addQualities(quality);
        EXPECTED.add(new Row(name, time, value, quality));
        if (column.getTimesMicrosCount() == 10_000 || i + 1 == rows) {
          ingest
              .ingest()
              .ingestReadings(
                  IngestReadingsRequest.newBuilder()
                      .setRequestId(UUID.randomUUID().toString())
                      .addColumns(column)
                      .build());
          column = SeriesReadings.newBuilder().setSeries(name);
        }
      }
    }
  }

  @AfterAll
  static void stop() {
    ingest.close();
  }

  @Test
  void writesCsv() {
    List<String> lines = text(whole(ExportFormat.EXPORT_FORMAT_CSV, "export/")).lines().toList();

    assertThat(lines.getFirst()).isEqualTo("series,time,value,quality");
    assertThat(lines.subList(1, lines.size())).isEqualTo(EXPECTED.stream().map(Row::csv).toList());
  }

  @Test
  void writesJsonLines() {
    assertThat(text(whole(ExportFormat.EXPORT_FORMAT_JSON_LINES, "export/")).lines().toList())
        .isEqualTo(EXPECTED.stream().map(Row::json).toList());
  }

  @Test
  void writesParquet() throws IOException {
    byte[] file = whole(ExportFormat.EXPORT_FORMAT_PARQUET, "export/");

    assertThat(parquet(file)).isEqualTo(EXPECTED);
  }

  @Test
  void writesEmptyFiles() throws IOException {
    assertThat(text(whole(ExportFormat.EXPORT_FORMAT_CSV, "nothing/")))
        .isEqualTo("series,time,value,quality\r\n");
    assertThat(whole(ExportFormat.EXPORT_FORMAT_JSON_LINES, "nothing/")).isEmpty();
    assertThat(parquet(whole(ExportFormat.EXPORT_FORMAT_PARQUET, "nothing/"))).isEmpty();
  }

  @Test
  void goesOnAfterBreaksWithTheSameBytes() {
    var random = new SplittableRandom(SEED);
    for (ExportFormat format :
        List.of(
            ExportFormat.EXPORT_FORMAT_CSV,
            ExportFormat.EXPORT_FORMAT_JSON_LINES,
            ExportFormat.EXPORT_FORMAT_PARQUET)) {
      byte[] whole = whole(format, "export/");
      for (int round = 0; round < 2; round++) {
        var bytes = new ByteArrayOutputStream();
        String token = "";
        boolean ended = false;
        for (int breaks = 0; !ended; breaks++) {
          Broken part = part(format, token, breaks < 4 ? 1 + random.nextInt(20) : 1_000_000);
          bytes.writeBytes(part.bytes().toByteArray());
          token = part.token();
          ended = part.ended();
          // What comes in between is no part of the file.
          ingest
              .ingest()
              .ingestReadings(
                  IngestReadingsRequest.newBuilder()
                      .setRequestId(UUID.randomUUID().toString())
                      .addColumns(
                          Readings.column(
                              "export/s" + random.nextInt(SERIES), random.nextInt(99), 5))
                      .build());
        }
        assertThat(Arrays.equals(bytes.toByteArray(), whole))
            .as("%s, seed %d, round %d", format, SEED, round)
            .isTrue();
        undo();
      }
    }
  }

  @Test
  void refusesTokensOfOtherFiles() {
    String token = part(ExportFormat.EXPORT_FORMAT_CSV, "", 1).token();
    for (String bad : List.of(token + "x", "?", "YQ")) {
      assertThatThrownBy(() -> part(ExportFormat.EXPORT_FORMAT_CSV, bad, 1))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(StatusDetails.reason(e)).hasValue("FIELD_INVALID"));
    }
    assertThatThrownBy(() -> part(ExportFormat.EXPORT_FORMAT_JSON_LINES, token, 1))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(StatusDetails.reason(e)).hasValue("FIELD_INVALID"));
  }

  /** Takes away the readings that came in between, so that the next file is the same again. */
  private static void undo() {
    try {
      ingest.execute("DELETE FROM ingest.reading WHERE time >= '%s'".formatted(instant(minute(0))));
    } catch (java.sql.SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static String instant(long micros) {
    return Times.toInstant(micros).toString();
  }

  private record Broken(ByteString bytes, String token, boolean ended) {}

  private static byte[] whole(ExportFormat format, String prefix) {
    var bytes = new ByteArrayOutputStream();
    long readings = 0;
    Iterator<ExportReadingsResponse> answers =
        ingest.query().exportReadings(request(format, prefix).build());
    while (answers.hasNext()) {
      ExportReadingsResponse answer = answers.next();
      assertThat(answer.getChunk().size()).isLessThanOrEqualTo(256 << 10);
      assertThat(answer.getReadingsExported()).isGreaterThanOrEqualTo(readings);
      readings = answer.getReadingsExported();
      bytes.writeBytes(answer.getChunk().toByteArray());
    }
    assertThat(readings).isEqualTo(prefix.equals("export/") ? EXPECTED.size() : 0);
    return bytes.toByteArray();
  }

  /** So many messages of a file, then the stream is cut. */
  private static Broken part(ExportFormat format, String token, int messages) {
    Context.CancellableContext context = Context.current().withCancellation();
    Context before = context.attach();
    try {
      var bytes = new ByteArrayOutputStream();
      String next = token;
      Iterator<ExportReadingsResponse> answers =
          ingest.query().exportReadings(request(format, "export/").setResumeToken(token).build());
      for (int i = 0; i < messages; i++) {
        if (!answers.hasNext()) {
          return new Broken(ByteString.copyFrom(bytes.toByteArray()), next, true);
        }
        ExportReadingsResponse answer = answers.next();
        bytes.writeBytes(answer.getChunk().toByteArray());
        next = answer.getResumeToken();
      }
      return new Broken(ByteString.copyFrom(bytes.toByteArray()), next, false);
    } finally {
      context.detach(before);
      context.cancel(null);
    }
  }

  private static ExportReadingsRequest.Builder request(ExportFormat format, String prefix) {
    return ExportReadingsRequest.newBuilder()
        .setSelection(SeriesSelection.newBuilder().setPrefix(prefix))
        .setFormat(format);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  /** Reads a file with the readers of parquet-java. */
  private static List<Row> parquet(byte[] file) throws IOException {
    assertThat(text(Arrays.copyOf(file, 4))).isEqualTo("PAR1");
    assertThat(text(Arrays.copyOfRange(file, file.length - 4, file.length))).isEqualTo("PAR1");
    ByteBuffer tail = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int footer = tail.getInt(file.length - 8);
    FileMetaData meta =
        Util.readFileMetaData(new ByteArrayInputStream(file, file.length - 8 - footer, footer));
    var rows = new ArrayList<Row>();
    for (RowGroup group : meta.getRow_groups()) {
      int count = (int) group.getNum_rows();
      List<String> names = new ArrayList<>();
      List<Number> times = new ArrayList<>();
      List<Number> values = new ArrayList<>();
      List<Number> qualities = new ArrayList<>();
      names(file, group.getColumns().get(0), count, names);
      numbers(file, group.getColumns().get(1), count, times);
      numbers(file, group.getColumns().get(2), count, values);
      numbers(file, group.getColumns().get(3), count, qualities);
      for (int i = 0; i < count; i++) {
        rows.add(
            new Row(
                names.get(i),
                times.get(i).longValue(),
                values.get(i).doubleValue(),
                qualities.get(i).intValue()));
      }
    }
    assertThat(meta.getNum_rows()).isEqualTo(rows.size());
    return rows;
  }

  private static void names(byte[] file, ColumnChunk column, int count, List<String> names)
      throws IOException {
    var in = pages(file, column.getMeta_data().getDictionary_page_offset());
    PageHeader dictionary = Util.readPageHeader(in);
    assertThat(dictionary.getType()).isEqualTo(PageType.DICTIONARY_PAGE);
    var plain = new BinaryPlainValuesReader();
    int size = dictionary.getDictionary_page_header().getNum_values();
    plain.initFromPage(size, content(in, dictionary));
    List<String> known = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      known.add(plain.readBytes().toStringUsingUTF8());
    }
    while (names.size() < count) {
      PageHeader page = Util.readPageHeader(in);
      ByteBufferInputStream bytes = content(in, page);
      var indexes = new RunLengthBitPackingHybridDecoder(bytes.read(), bytes);
      for (int i = 0; i < page.getData_page_header().getNum_values(); i++) {
        names.add(known.get(indexes.readInt()));
      }
    }
  }

  private static void numbers(byte[] file, ColumnChunk column, int count, List<Number> numbers)
      throws IOException {
    var in = pages(file, column.getMeta_data().getData_page_offset());
    while (numbers.size() < count) {
      PageHeader page = Util.readPageHeader(in);
      int rows = page.getData_page_header().getNum_values();
      ValuesReader reader =
          switch (page.getData_page_header().getEncoding()) {
            case DELTA_BINARY_PACKED -> new DeltaBinaryPackingValuesReader();
            case PLAIN -> new PlainValuesReader.DoublePlainValuesReader();
            default -> throw new AssertionError(page);
          };
      reader.initFromPage(rows, content(in, page));
      for (int i = 0; i < rows; i++) {
        numbers.add(
            switch (column.getMeta_data().getType()) {
              case INT64 -> reader.readLong();
              case INT32 -> reader.readInteger();
              case DOUBLE -> reader.readDouble();
              default -> throw new AssertionError(column);
            });
      }
    }
  }

  private static ByteArrayInputStream pages(byte[] file, long offset) {
    return new ByteArrayInputStream(file, (int) offset, file.length - (int) offset);
  }

  private static ByteBufferInputStream content(ByteArrayInputStream in, PageHeader page) {
    byte[] bytes = new byte[page.getCompressed_page_size()];
    assertThat(in.readNBytes(bytes, 0, bytes.length)).isEqualTo(bytes.length);
    return ByteBufferInputStream.wrap(ByteBuffer.wrap(bytes));
  }
}
