package dev.tidewatch.models.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Sizes of a tensor's dimensions, outermost first; none for a single element. Immutable. */
public final class Shape {
  /** Dimensions at most. */
  public static final int RANK_MAX = 16;

  private final long[] dimensions;
  private final long elements;

  private Shape(long[] dimensions) {
    if (dimensions.length > RANK_MAX) {
      throw new IllegalArgumentException(
          "the shape has %d dimensions; at most %d are allowed"
              .formatted(dimensions.length, RANK_MAX));
    }
    long product = 1;
    boolean isTooLarge = false;
    boolean isEmpty = false;
    for (long dimension : dimensions) {
      if (dimension < 0) {
        throw new IllegalArgumentException(
            "the shape %s has a negative dimension".formatted(Arrays.toString(dimensions)));
      }
      isEmpty |= dimension == 0;
      isTooLarge |= dimension > 0 && product > Integer.MAX_VALUE / dimension;
      product = isTooLarge ? product : product * Math.max(1, dimension);
    }
    if (isTooLarge && !isEmpty) {
      throw new IllegalArgumentException(
          "the shape %s has more than %d elements"
              .formatted(Arrays.toString(dimensions), Integer.MAX_VALUE));
    }
    this.dimensions = dimensions;
    this.elements = isEmpty ? 0 : product;
  }

  /**
   * @throws IllegalArgumentException if a dimension is negative, there are more than {@link
   *     #RANK_MAX}, or elements are beyond 2^31 - 1
   */
  public static Shape of(long... dimensions) {
    return new Shape(dimensions.clone());
  }

  /** As {@link #of(long...)}. */
  public static Shape of(List<Long> dimensions) {
    var sizes = new long[dimensions.size()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = dimensions.get(i);
    }
    return new Shape(sizes);
  }

  public int rank() {
    return dimensions.length;
  }

  public long dimension(int index) {
    return dimensions[index];
  }

  /** A copy. */
  public long[] dimensions() {
    return dimensions.clone();
  }

  /** Product of the dimensions: 1 if there is none, at most 2^31 - 1. */
  public long elements() {
    return elements;
  }

  /** Rows of the batch: the first dimension; 1 if there is none. */
  public int rows() {
    return dimensions.length == 0 ? 1 : Math.toIntExact(dimensions[0]);
  }

  /**
   * The same but for the first dimension.
   *
   * @throws IllegalArgumentException if there is no dimension
   */
  public Shape withRows(long rows) {
    if (dimensions.length == 0) {
      throw new IllegalArgumentException("a single element has no rows");
    }
    long[] sizes = dimensions.clone();
    sizes[0] = rows;
    return new Shape(sizes);
  }

  /** True if all dimensions but the first agree. */
  public boolean hasRowsLike(Shape other) {
    return dimensions.length > 0
        && dimensions.length == other.dimensions.length
        && Arrays.equals(
            dimensions, 1, dimensions.length, other.dimensions, 1, other.dimensions.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(dimensions, shape.dimensions);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dimensions);
  }

  /** As {@code [2, 3]}. */
  @Override
  public String toString() {
    return LongStream.of(dimensions).boxed().toList().toString();
  }
}
