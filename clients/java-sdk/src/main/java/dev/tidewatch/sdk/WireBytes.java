package dev.tidewatch.sdk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes tags and fields of a message whose length is known before. Source: Protocol Buffers
 * Encoding. Not thread-safe.
 */
final class WireBytes {
  static final int VARINT = 0;
  static final int BYTES = 2;

  private final byte[] bytes;
  private int size;

  WireBytes(int length) {
    bytes = new byte[length];
  }

  static int varintSize(long value) {
    return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
  }

  void tag(int field, int wireType) {
    varint((field << 3) | wireType);
  }

  void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[size++] = (byte) ((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  void bytes(int field, byte[] content) {
    tag(field, BYTES);
    varint(content.length);
    System.arraycopy(content, 0, bytes, size, content.length);
    size += content.length;
  }

  /** The next bytes, little end first, for the caller to fill. */
  ByteBuffer reserve(int length) {
    ByteBuffer reserved =
        ByteBuffer.wrap(bytes, size, length).slice().order(ByteOrder.LITTLE_ENDIAN);
    size += length;
    return reserved;
  }

  /** The array itself. */
  byte[] finish() {
    if (size != bytes.length) {
      throw new IllegalStateException(size + " bytes written, " + bytes.length + " announced");
    }
    return bytes;
  }
}
