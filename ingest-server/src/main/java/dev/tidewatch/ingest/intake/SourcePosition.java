package dev.tidewatch.ingest.intake;

import java.util.Arrays;

/** Where a client is in its own source; opaque to the server. Immutable. */
public final class SourcePosition {
  public static final int BYTES_MAX = 1024;
  public static final SourcePosition NONE = new SourcePosition(new byte[0]);

  private final byte[] bytes;

  /**
   * @param bytes copied
   * @throws IllegalArgumentException if there are more than {@value #BYTES_MAX}
   */
  public SourcePosition(byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      throw new IllegalArgumentException(
          "%d bytes; at most %d are allowed".formatted(bytes.length, BYTES_MAX));
    }
    this.bytes = bytes.clone();
  }

  /** A copy. */
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SourcePosition that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
