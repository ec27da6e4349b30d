package dev.tidewatch.ingest.export;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForInteger;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForLong;
import org.apache.parquet.column.values.plain.PlainValuesWriter;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.MicroSeconds;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.StringType;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.format.TimestampType;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.TypeDefinedOrder;
import org.apache.parquet.format.Util;
import org.apache.parquet.io.api.Binary;

/**
 * The layout of a Parquet file (format specification 2.x), put together from the encoders and
 * structures of parquet-java. Its own file writer is left out since it needs Hadoop's classes.
 * Pages are not compressed: times and qualities are small as deltas, names as runs of a dictionary.
 */
final class ParquetEncoding {
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
  private static final int PAGE_ROWS = 65_536;
  private static final int FORMAT_VERSION = 2;
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int BUFFER_BYTES_MAX = 1 << 20;

  private final List<org.apache.parquet.format.RowGroup> groups = new ArrayList<>();
  private long offset;
  private long readings;

  /** Encodes some rows as a page's content. */
  private interface Rows {
    byte[] encode(int fromRow, int toRow) throws IOException;
  }

  byte[] begin() {
    offset = MAGIC.length;
    return MAGIC.clone();
  }

  byte[] rowGroup(RowGroup rows) throws IOException {
    var out = new ByteArrayOutputStream(rows.size() * 12);
    var group = new org.apache.parquet.format.RowGroup();
    group.setNum_rows(rows.size());
    group.setFile_offset(offset);
    group.addToColumns(series(rows, out));
    ColumnChunk times =
        column(
            "time", Type.INT64, Encoding.DELTA_BINARY_PACKED, rows.size(), times(rows), out, null);
    times.getMeta_data().setStatistics(timeStatistics(rows));
    group.addToColumns(times);
    group.addToColumns(
        column("value", Type.DOUBLE, Encoding.PLAIN, rows.size(), values(rows), out, null));
    group.addToColumns(
        column(
            "quality",
            Type.INT32,
            Encoding.DELTA_BINARY_PACKED,
            rows.size(),
            qualities(rows),
            out,
            null));
    group.setTotal_byte_size(out.size());
    group.setTotal_compressed_size(out.size());
    groups.add(group);
    offset += out.size();
    readings += rows.size();
    return out.toByteArray();
  }

  byte[] end() throws IOException {
    var file = new FileMetaData(FORMAT_VERSION, schema(), readings, groups);
    file.setCreated_by("tidewatch");
    file.setColumn_orders(Collections.nCopies(4, ColumnOrder.TYPE_ORDER(new TypeDefinedOrder())));
    var out = new ByteArrayOutputStream();
    Util.writeFileMetaData(file, out);
    out.write(
        ByteBuffer.allocate(Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(out.size())
            .array());
    out.write(MAGIC);
    return out.toByteArray();
  }

  private static List<SchemaElement> schema() {
    SchemaElement root = new SchemaElement("readings").setNum_children(4);
    SchemaElement series =
        required("series", Type.BYTE_ARRAY)
            .setConverted_type(ConvertedType.UTF8)
            .setLogicalType(LogicalType.STRING(new StringType()));
    SchemaElement time =
        required("time", Type.INT64)
            .setConverted_type(ConvertedType.TIMESTAMP_MICROS)
            .setLogicalType(
                LogicalType.TIMESTAMP(
                    new TimestampType(true, TimeUnit.MICROS(new MicroSeconds()))));
    return List.of(
        root, series, time, required("value", Type.DOUBLE), required("quality", Type.INT32));
  }

  private static SchemaElement required(String name, Type type) {
    return new SchemaElement(name).setType(type).setRepetition_type(FieldRepetitionType.REQUIRED);
  }

  private ColumnChunk series(RowGroup rows, ByteArrayOutputStream out) throws IOException {
    long begin = offset + out.size();
    try (var names = new PlainValuesWriter(BUFFER_BYTES, BUFFER_BYTES_MAX, allocator())) {
      for (String name : rows.series()) {
        names.writeBytes(Binary.fromString(name));
      }
      byte[] content = bytes(names.getBytes());
      var header = pageHeader(PageType.DICTIONARY_PAGE, content);
      header.setDictionary_page_header(
          new DictionaryPageHeader(rows.series().size(), Encoding.PLAIN));
      Util.writePageHeader(header, out);
      out.write(content);
    }
    // At least one bit, as some readers know no narrower index.
    int bits = Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(rows.series().size() - 1));
    return column(
        "series",
        Type.BYTE_ARRAY,
        Encoding.RLE_DICTIONARY,
        rows.size(),
        (from, to) -> {
          try (var indexes =
              new RunLengthBitPackingHybridEncoder(
                  bits, BUFFER_BYTES, BUFFER_BYTES_MAX, allocator())) {
            for (int row = from; row < to; row++) {
              indexes.writeInt(rows.seriesIndex(row));
            }
            return bytes(
                BytesInput.concat(BytesInput.from(new byte[] {(byte) bits}), indexes.toBytes()));
          }
        },
        out,
        begin);
  }

  private static Rows times(RowGroup rows) {
    return (from, to) -> {
      try (var times =
          new DeltaBinaryPackingValuesWriterForLong(BUFFER_BYTES, BUFFER_BYTES_MAX, allocator())) {
        for (int row = from; row < to; row++) {
          times.writeLong(rows.timeMicros(row));
        }
        return bytes(times.getBytes());
      }
    };
  }

  private static Rows values(RowGroup rows) {
    return (from, to) -> {
      ByteBuffer values =
          ByteBuffer.allocate((to - from) * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (int row = from; row < to; row++) {
        values.putDouble(rows.value(row));
      }
      return values.array();
    };
  }

  private static Rows qualities(RowGroup rows) {
    return (from, to) -> {
      try (var qualities =
          new DeltaBinaryPackingValuesWriterForInteger(
              BUFFER_BYTES, BUFFER_BYTES_MAX, allocator())) {
        for (int row = from; row < to; row++) {
          qualities.writeInteger(rows.quality(row));
        }
        return bytes(qualities.getBytes());
      }
    };
  }

  /**
   * Writes the pages of a column.
   *
   * @param dictionaryAt where its dictionary begins in the file; null: it has none
   */
  private ColumnChunk column(
      String name,
      Type type,
      Encoding encoding,
      int rowCount,
      Rows rows,
      ByteArrayOutputStream out,
      @org.jspecify.annotations.Nullable Long dictionaryAt)
      throws IOException {
    long pagesAt = offset + out.size();
    for (int from = 0; from < rowCount; from += PAGE_ROWS) {
      int to = Math.min(rowCount, from + PAGE_ROWS);
      byte[] content = rows.encode(from, to);
      PageHeader header = pageHeader(PageType.DATA_PAGE, content);
      header.setData_page_header(
          new DataPageHeader(to - from, encoding, Encoding.RLE, Encoding.RLE));
      Util.writePageHeader(header, out);
      out.write(content);
    }
    long begin = dictionaryAt == null ? pagesAt : dictionaryAt;
    long length = offset + out.size() - begin;
    var encodings = new ArrayList<>(List.of(encoding, Encoding.RLE));
    if (dictionaryAt != null) {
      encodings.add(Encoding.PLAIN);
    }
    var meta =
        new ColumnMetaData(
            type,
            encodings,
            List.of(name),
            CompressionCodec.UNCOMPRESSED,
            rowCount,
            length,
            length,
            pagesAt);
    if (dictionaryAt != null) {
      meta.setDictionary_page_offset(dictionaryAt);
    }
    return new ColumnChunk(begin).setMeta_data(meta);
  }

  private static PageHeader pageHeader(PageType type, byte[] content) {
    return new PageHeader(type, content.length, content.length);
  }

  private static Statistics timeStatistics(RowGroup rows) {
    long least = Long.MAX_VALUE;
    long most = Long.MIN_VALUE;
    for (int row = 0; row < rows.size(); row++) {
      least = Math.min(least, rows.timeMicros(row));
      most = Math.max(most, rows.timeMicros(row));
    }
    return new Statistics()
        .setMin_value(littleEndian(least))
        .setMax_value(littleEndian(most))
        .setNull_count(0);
  }

  private static byte[] bytes(BytesInput input) throws IOException {
    var out = new ByteArrayOutputStream(Math.toIntExact(input.size()));
    input.writeAllTo(out);
    return out.toByteArray();
  }

  private static byte[] littleEndian(long number) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array();
  }

  private static HeapByteBufferAllocator allocator() {
    return HeapByteBufferAllocator.getInstance();
  }
}
