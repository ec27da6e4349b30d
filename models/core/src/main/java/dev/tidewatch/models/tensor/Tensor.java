package dev.tidewatch.models.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An array of elements. Immutable as long as nobody else writes to the memory that it was given.
 *
 * @param contents elements little-endian, row by row; {@link ElementType#BYTES} with a 4-byte
 *     length before each. From position to limit, read-only and little-endian; each call gives a
 *     buffer of its own over the same memory
 */
public record Tensor(ElementType type, Shape shape, ByteBuffer contents) {
  /**
   * @throws IllegalArgumentException if the contents are not what type and shape ask for
   */
  public Tensor {
    contents = contents.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    if (type == ElementType.BYTES) {
      requireStrings(contents, shape.elements());
    } else if (contents.remaining() != shape.elements() * type.bytes()) {
      throw new IllegalArgumentException(
          "has %d bytes; %s of shape %s has %d"
              .formatted(contents.remaining(), type, shape, shape.elements() * type.bytes()));
    }
  }

  @Override
  public ByteBuffer contents() {
    return contents.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void requireStrings(ByteBuffer contents, long elements) {
    int at = contents.position();
    for (long element = 0; element < elements; element++) {
      if (contents.limit() - at < Integer.BYTES) {
        throw new IllegalArgumentException(
            "ends before element %d of %d".formatted(element, elements));
      }
      int length = contents.getInt(at);
      at += Integer.BYTES;
      if (length < 0 || length > contents.limit() - at) {
        throw new IllegalArgumentException(
            "element %d says that it has %s bytes; %d are left"
                .formatted(element, Integer.toUnsignedString(length), contents.limit() - at));
      }
      at += length;
    }
    if (at != contents.limit()) {
      throw new IllegalArgumentException(
          "has %d bytes after its %d elements".formatted(contents.limit() - at, elements));
    }
  }

  public static Tensor ofFloats(Shape shape, float... values) {
    ByteBuffer bytes = allocate(values.length, Float.BYTES);
    bytes.asFloatBuffer().put(values);
    return new Tensor(ElementType.FP32, shape, bytes);
  }

  public static Tensor ofDoubles(Shape shape, double... values) {
    ByteBuffer bytes = allocate(values.length, Double.BYTES);
    bytes.asDoubleBuffer().put(values);
    return new Tensor(ElementType.FP64, shape, bytes);
  }

  public static Tensor ofInts(Shape shape, int... values) {
    ByteBuffer bytes = allocate(values.length, Integer.BYTES);
    bytes.asIntBuffer().put(values);
    return new Tensor(ElementType.INT32, shape, bytes);
  }

  public static Tensor ofLongs(Shape shape, long... values) {
    ByteBuffer bytes = allocate(values.length, Long.BYTES);
    bytes.asLongBuffer().put(values);
    return new Tensor(ElementType.INT64, shape, bytes);
  }

  /** Byte strings, one after the other. */
  public static Tensor ofByteStrings(Shape shape, List<byte[]> elements) {
    int size = elements.stream().mapToInt(element -> Integer.BYTES + element.length).sum();
    ByteBuffer bytes = allocate(size, 1);
    elements.forEach(element -> bytes.putInt(element.length).put(element));
    return new Tensor(ElementType.BYTES, shape, bytes.flip());
  }

  /** As byte strings in UTF-8. */
  public static Tensor ofStrings(Shape shape, String... elements) {
    return ofByteStrings(
        shape,
        List.of(elements).stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList());
  }

  private static ByteBuffer allocate(int elements, int elementBytes) {
    return ByteBuffer.allocate(Math.multiplyExact(elements, elementBytes))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * A copy of the elements.
   *
   * @throws IllegalStateException if they are not FP32
   */
  public float[] floats() {
    require(ElementType.FP32);
    var values = new float[(int) shape.elements()];
    contents().asFloatBuffer().get(values);
    return values;
  }

  /**
   * A copy of the elements.
   *
   * @throws IllegalStateException if they are not FP64
   */
  public double[] doubles() {
    require(ElementType.FP64);
    var values = new double[(int) shape.elements()];
    contents().asDoubleBuffer().get(values);
    return values;
  }

  /**
   * A copy of the elements.
   *
   * @throws IllegalStateException if they are not INT32
   */
  public int[] ints() {
    require(ElementType.INT32);
    var values = new int[(int) shape.elements()];
    contents().asIntBuffer().get(values);
    return values;
  }

  /**
   * A copy of the elements.
   *
   * @throws IllegalStateException if they are not INT64
   */
  public long[] longs() {
    require(ElementType.INT64);
    var values = new long[(int) shape.elements()];
    contents().asLongBuffer().get(values);
    return values;
  }

  /**
   * Copies of the elements.
   *
   * @throws IllegalStateException if they are not BYTES
   */
  public List<byte[]> byteStrings() {
    require(ElementType.BYTES);
    var elements = new ArrayList<byte[]>((int) shape.elements());
    ByteBuffer bytes = contents();
    while (bytes.hasRemaining()) {
      var element = new byte[bytes.getInt()];
      bytes.get(element);
      elements.add(element);
    }
    return elements;
  }

  private void require(ElementType wanted) {
    if (type != wanted) {
      throw new IllegalStateException("the tensor is %s, not %s".formatted(type, wanted));
    }
  }

  @Override
  public String toString() {
    return type + " " + shape;
  }
}
