package dev.tidewatch.monitor.api;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.StringJoiner;
import java.util.function.Function;

/**
 * An answer about energy and plant as rows: the elements of its list, or, if it has none, itself.
 * Columns are named as the fields of the contract; times are ISO-8601 in UTC, durations are in
 * seconds, and their columns say so ({@code run_time_seconds}).
 */
final class AnalyticsTable {
  private static final int CHUNK_BYTES_MAX = 64 * 1024;

  private final List<FieldDescriptor> fields;
  private final List<Message> rows;

  private AnalyticsTable(List<FieldDescriptor> fields, List<Message> rows) {
    this.fields = fields;
    this.rows = rows;
  }

  static AnalyticsTable of(Message answer) {
    for (FieldDescriptor field : answer.getDescriptorForType().getFields()) {
      if (field.isRepeated()) {
        List<Message> rows = new ArrayList<>();
        for (int i = 0; i < answer.getRepeatedFieldCount(field); i++) {
          rows.add((Message) answer.getRepeatedField(field, i));
        }
        return new AnalyticsTable(field.getMessageType().getFields(), rows);
      }
    }
    return new AnalyticsTable(answer.getDescriptorForType().getFields(), List.of(answer));
  }

  /** RFC 4180, with a header; a part that is not set is empty. In chunks of whole lines. */
  Iterable<byte[]> csv() {
    var header = new StringJoiner(",", "", "\r\n");
    fields.forEach(field -> header.add(column(field)));
    return () -> new Chunks(header.toString(), this::csvLine);
  }

  /** One object a line; a part that is not set is left out. In chunks of whole lines. */
  Iterable<byte[]> jsonLines() {
    return () -> new Chunks("", this::jsonLine);
  }

  private static boolean isDuration(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && field.getMessageType().getFullName().equals(Duration.getDescriptor().getFullName());
  }

  private static String column(FieldDescriptor field) {
    return isDuration(field) ? field.getName() + "_seconds" : field.getName();
  }

  private static boolean isSet(Message row, FieldDescriptor field) {
    return !field.hasPresence() || row.hasField(field);
  }

  private String csvLine(Message row) {
    var line = new StringJoiner(",", "", "\r\n");
    for (FieldDescriptor field : fields) {
      line.add(isSet(row, field) ? quoted(text(row.getField(field))) : "");
    }
    return line.toString();
  }

  private static String quoted(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  private String jsonLine(Message row) {
    var line = new StringJoiner(",", "{", "}\n");
    for (FieldDescriptor field : fields) {
      if (isSet(row, field)) {
        Object value = row.getField(field);
        boolean bare =
            isDuration(field)
                || value instanceof Long
                || (value instanceof Double number && Double.isFinite(number));
        line.add(json(column(field)) + ":" + (bare ? text(value) : json(text(value))));
      }
    }
    return line.toString();
  }

  private static String json(String text) {
    var quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  private static String text(Object value) {
    return switch (value) {
      case Timestamp time -> Wire.time("time", time).toString();
      case Duration duration ->
          BigDecimal.valueOf(duration.getSeconds())
              .add(BigDecimal.valueOf(duration.getNanos(), 9))
              .stripTrailingZeros()
              .toPlainString();
      default -> value.toString();
    };
  }

  /** The lines of all rows, put together to chunks. */
  private final class Chunks implements Iterator<byte[]> {
    private final Function<Message, String> line;
    private byte[] pending;
    private int next;

    Chunks(String header, Function<Message, String> line) {
      this.line = line;
      this.pending = header.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean hasNext() {
      return pending.length > 0 || next < rows.size();
    }

    @Override
    public byte[] next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      var chunk = new ByteArrayOutputStream();
      chunk.writeBytes(pending);
      pending = new byte[0];
      while (next < rows.size()) {
        byte[] bytes = line.apply(rows.get(next)).getBytes(StandardCharsets.UTF_8);
        next++;
        if (chunk.size() + bytes.length > CHUNK_BYTES_MAX) {
          pending = bytes;
          break;
        }
        chunk.writeBytes(bytes);
      }
      return chunk.toByteArray();
    }
  }
}
