package dev.tidewatch.models.tensorflow;

/** A network that answers. Thread-safe; let go of by whoever loaded it. */
interface Network extends AutoCloseable {
  /**
   * @param windows [rows, inputs], row by row, in the network's units
   * @return [rows, horizon, heads], row by row
   */
  float[] answers(float[] windows, int rows);

  @Override
  void close();
}
