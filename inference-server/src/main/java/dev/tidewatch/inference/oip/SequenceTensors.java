package dev.tidewatch.inference.oip;

import dev.tidewatch.models.tensor.ElementType;
import dev.tidewatch.models.tensor.Shape;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.models.tensor.TensorSpec;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;

/** Tensors that a sequence adds to a request. */
final class SequenceTensors {
  private SequenceTensors() {}

  /** Rows of a request: the first dimension of its first input that has one; 1 if none has. */
  static long rows(Collection<Tensor> inputs) {
    for (Tensor tensor : inputs) {
      if (tensor.shape().rank() > 0) {
        return tensor.shape().dimension(0);
      }
    }
    return 1;
  }

  /** What a control input is told, once for each row. */
  static Tensor control(TensorSpec spec, SequencePosition position, long rows) {
    return switch (spec.name()) {
      case SequenceContract.START -> flag(spec, position.start(), rows);
      case SequenceContract.END -> flag(spec, position.end(), rows);
      default -> id(spec, position.id(), rows);
    };
  }

  /** Zeros; of BYTES empty strings. */
  static Tensor zero(TensorSpec spec, long rows) {
    Shape shape = shape(spec, rows);
    int elementBytes = spec.type() == ElementType.BYTES ? Integer.BYTES : spec.type().bytes();
    return new Tensor(
        spec.type(),
        shape,
        ByteBuffer.allocate(Math.toIntExact(Math.multiplyExact(shape.elements(), elementBytes))));
  }

  private static Shape shape(TensorSpec spec, long rows) {
    var sizes = new long[spec.shape().size()];
    for (int i = 0; i < sizes.length; i++) {
      long size = spec.shape().get(i);
      sizes[i] = size == TensorSpec.ANY ? (i == 0 ? rows : 1) : size;
    }
    return Shape.of(sizes);
  }

  private static Tensor flag(TensorSpec spec, boolean isSet, long rows) {
    int value = isSet ? 1 : 0;
    return filled(
        spec,
        rows,
        switch (spec.type()) {
          case BOOL -> little(1).put((byte) value);
          case FP32 -> little(Float.BYTES).putFloat(value);
          default -> little(Integer.BYTES).putInt(value);
        });
  }

  private static Tensor id(TensorSpec spec, String id, long rows) {
    ByteBuffer element;
    if (spec.type() == ElementType.BYTES) {
      byte[] text = id.getBytes(StandardCharsets.UTF_8);
      element = little(Integer.BYTES + text.length).putInt(text.length).put(text);
    } else {
      try {
        element =
            switch (spec.type()) {
              case INT32 -> little(Integer.BYTES).putInt(Integer.parseInt(id));
              case UINT32 -> little(Integer.BYTES).putInt(Integer.parseUnsignedInt(id));
              case UINT64 -> little(Long.BYTES).putLong(Long.parseUnsignedLong(id));
              default -> little(Long.BYTES).putLong(Long.parseLong(id));
            };
      } catch (NumberFormatException e) {
        throw InvalidArgument.field(
            "parameters.sequence_id",
            "is '%s'; the model takes ids that are %s numbers".formatted(id, spec.type()));
      }
    }
    return filled(spec, rows, element);
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Tensor filled(TensorSpec spec, long rows, ByteBuffer element) {
    Shape shape = shape(spec, rows);
    int size = Math.toIntExact(Math.multiplyExact(shape.elements(), element.capacity()));
    ByteBuffer all = ByteBuffer.allocate(size);
    while (all.hasRemaining()) {
      all.put(element.rewind());
    }
    return new Tensor(spec.type(), shape, all.flip());
  }
}
