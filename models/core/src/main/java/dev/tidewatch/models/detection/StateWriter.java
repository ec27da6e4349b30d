package dev.tidewatch.models.detection;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Writes a detector's state: kind, version, values in a fixed order, CRC-32. Big-endian; whole
 * numbers as LEB128 with zigzag where they may be negative.
 */
public final class StateWriter {
  private ByteBuffer out = ByteBuffer.allocate(256);

  public StateWriter(char kind, int version) {
    out.putChar(kind).put((byte) version);
  }

  public StateWriter putDouble(double value) {
    room(Double.BYTES).putDouble(value);
    return this;
  }

  public StateWriter putFloat(float value) {
    room(Float.BYTES).putFloat(value);
    return this;
  }

  public StateWriter putBoolean(boolean value) {
    room(1).put((byte) (value ? 1 : 0));
    return this;
  }

  public StateWriter putLong(long value) {
    room(10);
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7fL) != 0) {
      out.put((byte) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
    return this;
  }

  /** Each value, without the length. */
  public StateWriter putDoubles(double... values) {
    for (double value : values) {
      putDouble(value);
    }
    return this;
  }

  /** Length and content. */
  public StateWriter putBytes(byte[] bytes) {
    putLong(bytes.length);
    room(bytes.length).put(bytes);
    return this;
  }

  private ByteBuffer room(int bytes) {
    if (out.remaining() < bytes) {
      int capacity = Math.max(out.capacity() * 2, out.position() + bytes);
      out = ByteBuffer.allocate(capacity).put(out.flip());
    }
    return out;
  }

  public byte[] toBytes() {
    room(Integer.BYTES);
    var crc = new CRC32();
    crc.update(out.array(), 0, out.position());
    out.putInt((int) crc.getValue());
    return Arrays.copyOf(out.array(), out.position());
  }
}
