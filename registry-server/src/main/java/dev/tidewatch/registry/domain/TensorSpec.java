package dev.tidewatch.registry.domain;

import java.util.List;

/**
 * One input or output of a model.
 *
 * @param shape sizes, batch dimension included; -1 stands for any
 * @param optional a request may leave it out
 */
public record TensorSpec(String name, TensorType type, List<Long> shape, boolean optional) {
  /** Stands for any size. */
  public static final long ANY = -1;

  public TensorSpec {
    shape = List.copyOf(shape);
  }

  /** Whether every tensor that {@code other} means is one that this means. */
  public boolean admits(TensorSpec other) {
    if (type != other.type || shape.size() != other.shape.size()) {
      return false;
    }
    for (int i = 0; i < shape.size(); i++) {
      if (shape.get(i) != ANY && !shape.get(i).equals(other.shape.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** As {@code window FP32 [-1, 30]}. */
  @Override
  public String toString() {
    return name + " " + type + " " + shape;
  }
}
