package dev.tidewatch.models.tensor;

import java.util.Arrays;
import java.util.List;

/**
 * One input or output of a model.
 *
 * @param shape sizes, outermost first, batch dimension included; -1 stands for any
 * @param optional a request may leave it out
 */
public record TensorSpec(String name, ElementType type, List<Long> shape, boolean optional) {
  /** Stands for any size. */
  public static final long ANY = -1;

  public TensorSpec {
    shape = List.copyOf(shape);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a tensor of a model has no name");
    }
    if (shape.size() > Shape.RANK_MAX || shape.stream().anyMatch(size -> size < ANY)) {
      throw new IllegalArgumentException(
          "tensor %s of a model cannot have shape %s".formatted(name, shape));
    }
  }

  /** One that has to be there. */
  public static TensorSpec of(String name, ElementType type, long... shape) {
    return new TensorSpec(name, type, Arrays.stream(shape).boxed().toList(), false);
  }

  /** True if tensors of that shape are meant. */
  public boolean admits(Shape other) {
    if (other.rank() != shape.size()) {
      return false;
    }
    for (int i = 0; i < other.rank(); i++) {
      if (shape.get(i) != ANY && shape.get(i) != other.dimension(i)) {
        return false;
      }
    }
    return true;
  }

  /** True if there is a first dimension, of any size. */
  public boolean hasAnyRows() {
    return !shape.isEmpty() && shape.getFirst() == ANY;
  }

  /** As {@code window FP32 [-1, 30]}. */
  @Override
  public String toString() {
    return "%s %s %s".formatted(name, type, shape);
  }
}
