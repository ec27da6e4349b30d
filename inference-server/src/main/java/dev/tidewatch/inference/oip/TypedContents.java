package dev.tidewatch.inference.oip;

import com.google.protobuf.ByteString;
import dev.tidewatch.models.tensor.ElementType;
import dev.tidewatch.models.tensor.Shape;
import dev.tidewatch.proto.oip.InferTensorContents;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Typed contents of one tensor, put into the raw form. What is thrown names the tensor. */
final class TypedContents {
  private final String tensor;
  private final ElementType type;
  private final ByteBuffer bytes;

  private TypedContents(String tensor, ElementType type, int size) {
    this.tensor = tensor;
    this.type = type;
    this.bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * @param tensor what a message calls it
   * @throws InvalidArgument if not exactly the type's field is filled, or its elements are too many
   *     or too few, or one is out of the type's range
   */
  static ByteBuffer encode(
      String tensor, ElementType type, Shape shape, InferTensorContents contents) {
    boolean isHalf = type == ElementType.FP16 || type == ElementType.BF16;
    if (isHalf && (shape.elements() > 0 || contents.getSerializedSize() > 0)) {
      throw InvalidArgument.field(
          tensor, "is %s, which has no typed form; use raw_input_contents".formatted(type));
    }
    int count = count(type, contents);
    if (count != allCounts(contents)) {
      requireOnlyField(tensor, type, contents);
    }
    if (count != shape.elements()) {
      throw InvalidArgument.field(
          tensor, "has %d elements; shape %s has %d".formatted(count, shape, shape.elements()));
    }
    long size =
        type == ElementType.BYTES
            ? contents.getBytesContentsList().stream()
                .mapToLong(element -> Integer.BYTES + (long) element.size())
                .sum()
            : (long) count * type.bytes();
    if (size > Integer.MAX_VALUE) {
      throw InvalidArgument.field(tensor, "has %d bytes; that is too large".formatted(size));
    }
    var typed = new TypedContents(tensor, type, (int) size);
    typed.put(contents);
    return typed.bytes.flip();
  }

  private void put(InferTensorContents contents) {
    switch (type) {
      case BOOL ->
          contents.getBoolContentsList().forEach(value -> bytes.put((byte) (value ? 1 : 0)));
      case INT8, INT16, INT32 -> signed(contents.getIntContentsList());
      case UINT8, UINT16, UINT32 -> unsigned(contents.getUintContentsList());
      case INT64 -> contents.getInt64ContentsList().forEach(bytes::putLong);
      case UINT64 -> contents.getUint64ContentsList().forEach(bytes::putLong);
      case FP32 -> contents.getFp32ContentsList().forEach(bytes::putFloat);
      case FP64 -> contents.getFp64ContentsList().forEach(bytes::putDouble);
      case BYTES -> {
        for (ByteString element : contents.getBytesContentsList()) {
          bytes.putInt(element.size());
          element.copyTo(bytes);
        }
      }
      case FP16, BF16 -> {}
    }
  }

  private void signed(List<Integer> values) {
    int bits = type.bytes() * Byte.SIZE;
    int min = -1 << (bits - 1);
    int max = ~min;
    for (int i = 0; i < values.size(); i++) {
      int value = values.get(i);
      if (value < min || value > max) {
        throw range(i, Integer.toString(value), min, max);
      }
      write(value);
    }
  }

  private void unsigned(List<Integer> values) {
    long max = (1L << (type.bytes() * Byte.SIZE)) - 1;
    for (int i = 0; i < values.size(); i++) {
      long value = Integer.toUnsignedLong(values.get(i));
      if (value > max) {
        throw range(i, Long.toString(value), 0, max);
      }
      write((int) value);
    }
  }

  private InvalidArgument range(int index, String value, long min, long max) {
    return InvalidArgument.field(
        tensor, "element %d is %s; %s goes from %d to %d".formatted(index, value, type, min, max));
  }

  private void write(int value) {
    switch (type.bytes()) {
      case 1 -> bytes.put((byte) value);
      case 2 -> bytes.putShort((short) value);
      default -> bytes.putInt(value);
    }
  }

  private static int count(ElementType type, InferTensorContents contents) {
    return switch (type) {
      case BOOL -> contents.getBoolContentsCount();
      case INT8, INT16, INT32 -> contents.getIntContentsCount();
      case INT64 -> contents.getInt64ContentsCount();
      case UINT8, UINT16, UINT32 -> contents.getUintContentsCount();
      case UINT64 -> contents.getUint64ContentsCount();
      case FP32 -> contents.getFp32ContentsCount();
      case FP64 -> contents.getFp64ContentsCount();
      case BYTES -> contents.getBytesContentsCount();
      case FP16, BF16 -> 0;
    };
  }

  private static int allCounts(InferTensorContents contents) {
    return contents.getBoolContentsCount()
        + contents.getIntContentsCount()
        + contents.getInt64ContentsCount()
        + contents.getUintContentsCount()
        + contents.getUint64ContentsCount()
        + contents.getFp32ContentsCount()
        + contents.getFp64ContentsCount()
        + contents.getBytesContentsCount();
  }

  private static void requireOnlyField(
      String tensor, ElementType type, InferTensorContents contents) {
    String own = fieldOf(type);
    for (var field : contents.getAllFields().keySet()) {
      if (!field.getName().equals(own)) {
        throw InvalidArgument.field(
            tensor, "is %s and fills %s; its field is %s".formatted(type, field.getName(), own));
      }
    }
  }

  private static String fieldOf(ElementType type) {
    return switch (type) {
      case BOOL -> "bool_contents";
      case INT8, INT16, INT32 -> "int_contents";
      case INT64 -> "int64_contents";
      case UINT8, UINT16, UINT32 -> "uint_contents";
      case UINT64 -> "uint64_contents";
      case FP32 -> "fp32_contents";
      case FP64 -> "fp64_contents";
      case BYTES -> "bytes_contents";
      case FP16, BF16 -> "";
    };
  }
}
