package dev.tidewatch.models.tensor;

import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * A loaded model of tensors. Calls may come from any number of threads at once; each runs on its
 * caller's thread, from beginning to end, and on one core.
 *
 * <p>Whoever loaded it closes it, after the last call has returned.
 */
public interface TensorModel extends AutoCloseable {
  TensorSignature signature();

  /**
   * True if each row of the outputs depends on the same row of the inputs alone, so that rows of
   * several callers can be answered in one call.
   */
  boolean batches();

  /**
   * Rows in one call beyond which a row does not get cheaper; 1 if it does not {@link #batches}.
   */
  int batchRowsMax();

  /**
   * @param inputs by name
   * @param wanted names of outputs; empty for all
   * @return the wanted outputs by name, in memory of their own or of the inputs'
   * @throws TensorMismatchException if the inputs are not what the {@link #signature} says
   * @throws IllegalStateException if the engine fails
   */
  SortedMap<String, Tensor> infer(Map<String, Tensor> inputs, Set<String> wanted);

  /** Memory that it takes, roughly, natives included. */
  long bytes();

  @Override
  void close();
}
