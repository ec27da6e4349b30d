package dev.tidewatch.ingest.api;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Changes encoded messages where their structure is: fields are doubled, dropped, swapped, cut,
 * filled with values from the edges; lengths stay right, except where a byte is flipped on purpose.
 */
final class WireMutator {
  private static final long[] EDGES = {
    0,
    1,
    -1,
    127,
    128,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 53,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Double.doubleToRawLongBits(Double.NaN),
    Double.doubleToRawLongBits(Double.POSITIVE_INFINITY),
    Double.doubleToRawLongBits(-0.0),
    Double.doubleToRawLongBits(90),
    Double.doubleToRawLongBits(Double.MAX_VALUE),
    1_767_571_200_000_000L, // now, as the targets see it
    1_767_571_500_000_001L, // the first microsecond that is too far ahead
    -2_208_988_800_000_001L, // the last one of 1899
    7_258_118_400_000_000L, // 2200
  };

  private record Field(int number, int type, long number64, ByteString content) {}

  private final SplittableRandom random;

  WireMutator(SplittableRandom random) {
    this.random = random;
  }

  byte[] mutate(byte[] message) {
    byte[] mutated = message;
    for (int change = 1 + random.nextInt(4); change > 0; change--) {
      mutated = random.nextInt(8) == 0 ? flip(mutated) : change(mutated, 0);
    }
    return mutated;
  }

  private byte[] flip(byte[] bytes) {
    if (bytes.length == 0) {
      return new byte[] {(byte) random.nextInt(256)};
    }
    byte[] flipped = bytes.clone();
    flipped[random.nextInt(flipped.length)] = (byte) random.nextInt(256);
    return flipped;
  }

  /** Changes one field of the message, or of one within it. */
  private byte[] change(byte[] message, int depth) {
    List<Field> fields = read(message);
    if (fields.isEmpty()) {
      return numbers(message);
    }
    int at = random.nextInt(fields.size());
    Field field = fields.get(at);
    if (field.type == WireFormat.WIRETYPE_LENGTH_DELIMITED && depth < 4 && random.nextInt(4) > 0) {
      fields.set(
          at,
          new Field(
              field.number, field.type, 0, wrap(change(field.content.toByteArray(), depth + 1))));
      return write(fields);
    }
    switch (random.nextInt(6)) {
      case 0 -> fields.remove(at);
      case 1 -> fields.add(field);
      case 2 -> Collections.shuffle(fields, new Random(random.nextLong()));
      case 3 ->
          fields.set(
              at,
              new Field(field.number, field.type, edge(), wrap(flip(field.content.toByteArray()))));
      case 4 ->
          fields.set(
              at,
              new Field(
                  1 + random.nextInt(8),
                  random.nextInt(3),
                  edge(),
                  wrap(numbers(field.content.toByteArray()))));
      default ->
          fields.set(
              at,
              new Field(
                  field.number, field.type, edge(), wrap(numbers(field.content.toByteArray()))));
    }
    return write(fields);
  }

  /** As if packed numbers: one becomes an edge, some are cut off, or one is added. */
  private byte[] numbers(byte[] content) {
    int count = content.length / 8;
    int wanted = Math.max(0, count - 1 + random.nextInt(3));
    byte[] changed = java.util.Arrays.copyOf(content, wanted * 8);
    if (wanted > 0) {
      long value = edge();
      int at = random.nextInt(wanted) * 8;
      for (int i = 0; i < 8; i++) {
        changed[at + i] = (byte) (value >>> (8 * i));
      }
    }
    return changed;
  }

  private long edge() {
    return EDGES[random.nextInt(EDGES.length)] + random.nextInt(2);
  }

  private static ByteString wrap(byte[] bytes) {
    return ByteString.copyFrom(bytes);
  }

  /** Empty if the bytes are no message. */
  private static List<Field> read(byte[] message) {
    var fields = new ArrayList<Field>();
    var in = CodedInputStream.newInstance(message);
    try {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        int number = WireFormat.getTagFieldNumber(tag);
        int type = WireFormat.getTagWireType(tag);
        switch (type) {
          case WireFormat.WIRETYPE_VARINT ->
              fields.add(new Field(number, type, in.readRawVarint64(), ByteString.EMPTY));
          case WireFormat.WIRETYPE_FIXED64 ->
              fields.add(new Field(number, type, in.readRawLittleEndian64(), ByteString.EMPTY));
          case WireFormat.WIRETYPE_LENGTH_DELIMITED ->
              fields.add(new Field(number, type, 0, in.readBytes()));
          default -> {
            return new ArrayList<>();
          }
        }
      }
    } catch (IOException e) {
      return new ArrayList<>();
    }
    return fields;
  }

  private static byte[] write(List<Field> fields) {
    var bytes = new ByteArrayOutputStream();
    var out = CodedOutputStream.newInstance(bytes);
    try {
      for (Field field : fields) {
        out.writeTag(field.number, field.type);
        switch (field.type) {
          case WireFormat.WIRETYPE_VARINT -> out.writeUInt64NoTag(field.number64);
          case WireFormat.WIRETYPE_FIXED64 -> out.writeFixed64NoTag(field.number64);
          default -> out.writeBytesNoTag(field.content);
        }
      }
      out.flush();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }
}
