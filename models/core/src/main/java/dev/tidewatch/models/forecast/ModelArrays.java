package dev.tidewatch.models.forecast;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Named arrays of numbers and named texts: what a fitted model is made of. Immutable; ordered by
 * name, so that the same content is the same bytes.
 *
 * <p>Bytes, little-endian: {@code TWA1}; the count of arrays and of texts as int32; each array as
 * name, length as int32, and its values as float64; each text as name and text. A name or text is
 * its length as int32 and UTF-8.
 */
public final class ModelArrays {
  private static final byte[] MAGIC = "TWA1".getBytes(StandardCharsets.US_ASCII);
  private static final int TEXT_BYTES_MAX = 1 << 20;

  private final SortedMap<String, double[]> arrays;
  private final SortedMap<String, String> texts;

  private ModelArrays(SortedMap<String, double[]> arrays, SortedMap<String, String> texts) {
    this.arrays = arrays;
    this.texts = texts;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Collects content; each name once. Not thread-safe. */
  public static final class Builder {
    private final TreeMap<String, double[]> arrays = new TreeMap<>();
    private final TreeMap<String, String> texts = new TreeMap<>();

    private Builder() {}

    /** Copies the values. */
    public Builder put(String name, double... values) {
      requireNew(name);
      arrays.put(name, values.clone());
      return this;
    }

    public Builder put(String name, String text) {
      requireNew(name);
      texts.put(name, text);
      return this;
    }

    /** Puts the content of another under names that begin with the prefix. */
    public Builder nest(String prefix, ModelArrays other) {
      other.arrays.forEach((name, values) -> put(prefix + name, values));
      other.texts.forEach((name, text) -> put(prefix + name, text));
      return this;
    }

    private void requireNew(String name) {
      if (arrays.containsKey(name) || texts.containsKey(name)) {
        throw new IllegalArgumentException("array or text %s is there twice".formatted(name));
      }
    }

    public ModelArrays build() {
      return new ModelArrays(
          Collections.unmodifiableSortedMap(new TreeMap<>(arrays)),
          Collections.unmodifiableSortedMap(new TreeMap<>(texts)));
    }
  }

  /** All texts by name. */
  public SortedMap<String, String> texts() {
    return texts;
  }

  public boolean has(String name) {
    return arrays.containsKey(name) || texts.containsKey(name);
  }

  /**
   * A copy.
   *
   * @throws IllegalArgumentException if there is no array of the name
   */
  public double[] array(String name) {
    double[] values = arrays.get(name);
    if (values == null) {
      throw new IllegalArgumentException("array %s is missing".formatted(name));
    }
    return values.clone();
  }

  /**
   * A copy of an array that has to have the length.
   *
   * @throws IllegalArgumentException if there is none of the name, or it has another length
   */
  public double[] array(String name, int length) {
    double[] values = array(name);
    if (values.length != length) {
      throw new IllegalArgumentException(
          "array %s has %d values, not %d".formatted(name, values.length, length));
    }
    return values;
  }

  /**
   * The only value of an array.
   *
   * @throws IllegalArgumentException if there is no array of the name with one value
   */
  public double number(String name) {
    return array(name, 1)[0];
  }

  /**
   * The only value of an array, which has to be a whole number within the bounds.
   *
   * @throws IllegalArgumentException if it is not
   */
  public int integer(String name, int min, int max) {
    double value = number(name);
    if (!(value >= min && value <= max) || value != Math.rint(value)) {
      throw new IllegalArgumentException(
          "%s is %s; it must be a whole number from %d to %d".formatted(name, value, min, max));
    }
    return (int) value;
  }

  /**
   * @throws IllegalArgumentException if there is no text of the name
   */
  public String text(String name) {
    String text = texts.get(name);
    if (text == null) {
      throw new IllegalArgumentException("text %s is missing".formatted(name));
    }
    return text;
  }

  /** What was put by {@link Builder#nest} with the prefix, under its own names. */
  public ModelArrays under(String prefix) {
    var builder = builder();
    String end = prefix + Character.MAX_VALUE;
    arrays
        .subMap(prefix, end)
        .forEach((name, values) -> builder.put(name.substring(prefix.length()), values));
    texts
        .subMap(prefix, end)
        .forEach((name, text) -> builder.put(name.substring(prefix.length()), text));
    return builder.build();
  }

  public byte[] toBytes() {
    long length = MAGIC.length + 8L;
    for (var array : arrays.entrySet()) {
      length += 8L + utf8(array.getKey()).length + 8L * array.getValue().length;
    }
    for (var text : texts.entrySet()) {
      length += 8L + utf8(text.getKey()).length + utf8(text.getValue()).length;
    }
    ByteBuffer out =
        ByteBuffer.allocate(Math.toIntExact(length)).order(ByteOrder.LITTLE_ENDIAN).put(MAGIC);
    out.putInt(arrays.size()).putInt(texts.size());
    arrays.forEach((name, values) -> {
      putText(out, name);
      out.putInt(values.length);
      for (double value : values) {
        out.putDouble(value);
      }
    });
    texts.forEach((name, text) -> {
      putText(out, name);
      putText(out, text);
    });
    return out.array();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void putText(ByteBuffer out, String text) {
    byte[] bytes = utf8(text);
    out.putInt(bytes.length).put(bytes);
  }

  /**
   * @throws IllegalArgumentException if the bytes are not what {@link #toBytes} makes
   */
  public static ModelArrays read(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    try {
      var magic = new byte[MAGIC.length];
      in.get(magic);
      if (!Arrays.equals(magic, MAGIC)) {
        throw new IllegalArgumentException("model arrays do not begin with TWA1");
      }
      int arrayCount = in.getInt();
      int textCount = in.getInt();
      var builder = builder();
      for (int i = 0; i < arrayCount; i++) {
        String name = text(in);
        int length = in.getInt();
        if (length < 0 || length > in.remaining() / Double.BYTES) {
          throw new IllegalArgumentException(
              "array %s says that it has %d values".formatted(name, length));
        }
        var values = new double[length];
        in.asDoubleBuffer().get(values);
        in.position(in.position() + length * Double.BYTES);
        builder.put(name, values);
      }
      for (int i = 0; i < textCount; i++) {
        builder.put(text(in), text(in));
      }
      if (in.hasRemaining()) {
        throw new IllegalArgumentException(
            "%d bytes follow the model arrays".formatted(in.remaining()));
      }
      return builder.build();
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("model arrays end early", e);
    }
  }

  private static String text(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > Math.min(in.remaining(), TEXT_BYTES_MAX)) {
      throw new IllegalArgumentException("a text of %d bytes is not possible".formatted(length));
    }
    var bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ModelArrays that && Arrays.equals(toBytes(), that.toBytes());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(toBytes());
  }

  @Override
  public String toString() {
    return "%s %s".formatted(arrays.keySet(), texts);
  }
}
