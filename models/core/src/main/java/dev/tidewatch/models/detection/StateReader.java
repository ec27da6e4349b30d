package dev.tidewatch.models.detection;

import dev.tidewatch.models.bundle.BundleException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** Reads what {@link StateWriter} wrote; anything else is a {@link BundleException} DAMAGED. */
public final class StateReader {
  private final ByteBuffer in;

  public StateReader(byte[] state, char kind, int version) {
    if (state.length < 3 + Integer.BYTES) {
      throw damaged("it has only %d bytes".formatted(state.length));
    }
    var crc = new CRC32();
    crc.update(state, 0, state.length - Integer.BYTES);
    in = ByteBuffer.wrap(state);
    if (in.getInt(state.length - Integer.BYTES) != (int) crc.getValue()) {
      throw damaged("its checksum is wrong");
    }
    in.limit(state.length - Integer.BYTES);
    char foundKind = in.getChar();
    int foundVersion = in.get();
    if (foundKind != kind || foundVersion != version) {
      throw damaged(
          "it is of kind %s version %d, not %s version %d"
              .formatted((int) foundKind, foundVersion, (int) kind, version));
    }
  }

  public double getDouble() {
    require(Double.BYTES);
    return in.getDouble();
  }

  public float getFloat() {
    require(Float.BYTES);
    return in.getFloat();
  }

  public boolean getBoolean() {
    require(1);
    return in.get() != 0;
  }

  public long getLong() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      require(1);
      byte next = in.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw damaged("a number in it does not end");
  }

  public int getInt() {
    long value = getLong();
    if (value != (int) value) {
      throw damaged("a number in it is too large");
    }
    return (int) value;
  }

  /** So many values, as {@link StateWriter#putDoubles} wrote them. */
  public double[] getDoubles(int count) {
    require(Math.multiplyExact(count, Double.BYTES));
    var values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = in.getDouble();
    }
    return values;
  }

  /** As {@link StateWriter#putBytes} wrote them. */
  public byte[] getBytes() {
    int length = getInt();
    if (length < 0) {
      throw damaged("a length in it is negative");
    }
    require(length);
    var bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  public void requireEnd() {
    if (in.hasRemaining()) {
      throw damaged("%d bytes are left over".formatted(in.remaining()));
    }
  }

  private void require(int bytes) {
    if (in.remaining() < bytes) {
      throw damaged("it is cut short");
    }
  }

  public static BundleException damaged(String why) {
    return new BundleException(
        BundleException.Reason.DAMAGED, "detector state cannot be read: " + why);
  }
}
