package dev.tidewatch.models.tensor;

/** Types of elements, by the names of the Open Inference Protocol. */
public enum ElementType {
  BOOL(1),
  UINT8(1),
  UINT16(2),
  UINT32(4),
  UINT64(8),
  INT8(1),
  INT16(2),
  INT32(4),
  INT64(8),
  /** IEEE 754 binary16. */
  FP16(2),
  /** The upper half of an FP32. */
  BF16(2),
  FP32(4),
  FP64(8),
  /** Byte strings of any length. */
  BYTES(0);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Of one element; 0 for {@link #BYTES}, whose elements differ. */
  public int bytes() {
    return bytes;
  }
}
