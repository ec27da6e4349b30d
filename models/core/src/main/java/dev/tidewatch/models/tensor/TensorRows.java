package dev.tidewatch.models.tensor;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Puts rows of tensors together into a batch and takes a batch apart again. */
public final class TensorRows {
  private TensorRows() {}

  /** True if the tensors can be one batch: of one type, and of one shape but for their rows. */
  public static boolean fit(Tensor one, Tensor other) {
    return one.type() == other.type() && one.shape().hasRowsLike(other.shape());
  }

  /**
   * All rows, in order, in memory of their own; the tensor itself if there is one.
   *
   * @throws IllegalArgumentException if the tensors do not {@link #fit}
   */
  public static Tensor join(List<Tensor> tensors) {
    Tensor first = tensors.getFirst();
    if (tensors.size() == 1) {
      return first;
    }
    long rows = 0;
    long bytes = 0;
    for (Tensor tensor : tensors) {
      if (!fit(first, tensor)) {
        throw new IllegalArgumentException(
            "rows of %s and of %s are no batch".formatted(first, tensor));
      }
      rows += tensor.shape().rows();
      bytes += tensor.contents().remaining();
    }
    ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(bytes));
    tensors.forEach(tensor -> all.put(tensor.contents()));
    return new Tensor(first.type(), first.shape().withRows(rows), all.flip());
  }

  /**
   * Views of the batch's rows.
   *
   * @param rows of each part, in order
   * @throws IllegalArgumentException if the batch has other rows altogether
   */
  public static List<Tensor> split(Tensor batch, int[] rows) {
    long all = 0;
    for (int count : rows) {
      all += count;
    }
    if (batch.shape().rank() == 0 || batch.shape().dimension(0) != all) {
      throw new IllegalArgumentException(
          "%s cannot be taken apart into %d rows".formatted(batch, all));
    }
    var parts = new ArrayList<Tensor>(rows.length);
    ByteBuffer contents = batch.contents();
    long rowElements = all == 0 ? 0 : batch.shape().elements() / all;
    int at = contents.position();
    for (int count : rows) {
      int end =
          batch.type() == ElementType.BYTES
              ? afterStrings(contents, at, count * rowElements)
              : at + Math.toIntExact(count * rowElements * batch.type().bytes());
      parts.add(
          new Tensor(
              batch.type(),
              batch.shape().withRows(count),
              contents.duplicate().limit(end).position(at)));
      at = end;
    }
    return parts;
  }

  private static int afterStrings(ByteBuffer contents, int from, long elements) {
    int at = from;
    for (long element = 0; element < elements; element++) {
      at += Integer.BYTES + contents.getInt(at);
    }
    return at;
  }
}
