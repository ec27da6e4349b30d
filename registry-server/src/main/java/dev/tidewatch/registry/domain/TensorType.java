package dev.tidewatch.registry.domain;

/** Element types, by the names of the Open Inference Protocol. */
public enum TensorType {
  BOOL(1),
  UINT8(1),
  UINT16(2),
  UINT32(4),
  UINT64(8),
  INT8(1),
  INT16(2),
  INT32(4),
  INT64(8),
  FP16(2),
  BF16(2),
  FP32(4),
  FP64(8),
  BYTES(0);

  private final int bytes;

  TensorType(int bytes) {
    this.bytes = bytes;
  }

  /** Of one element; 0 for byte strings, whose elements differ. */
  public int bytes() {
    return bytes;
  }
}
