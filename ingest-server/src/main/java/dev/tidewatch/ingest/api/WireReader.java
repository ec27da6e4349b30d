package dev.tidewatch.ingest.api;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads the tags and fields of one encoded message, in place. Whatever is not as writers usually
 * write it (malformed or merely unusual) throws {@link Unusual}: then the generated classes have
 * the word. Source: Protocol Buffers Encoding. Not thread-safe.
 */
final class WireReader {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;

  /** Says that the generated classes must judge the message. */
  static final class Unusual extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unusual() {
      super("not in the usual form", null, false, false);
    }
  }

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private int at;
  private int end;

  WireReader(byte[] bytes, int begin, int end) {
    this.bytes = bytes;
    this.at = begin;
    this.end = end;
  }

  boolean hasMore() {
    return at < end;
  }

  int position() {
    return at;
  }

  long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at >= end) {
        throw new Unusual();
      }
      int octet = bytes[at++];
      value |= (long) (octet & 0x7f) << shift;
      if (octet >= 0) {
        return value;
      }
    }
    throw new Unusual();
  }

  long fixed64() {
    skipFixed(8);
    return (long) LONGS.get(bytes, at - 8);
  }

  /** Number and wire type of the next field. */
  int tag() {
    long tag = varint();
    if (tag >>> 3 == 0 || tag >>> 32 != 0) {
      throw new Unusual();
    }
    return (int) tag;
  }

  /** Length of what follows, which is known to be there. */
  int length() {
    long length = varint();
    if (length < 0 || length > end - at) {
      throw new Unusual();
    }
    return (int) length;
  }

  /** Passes over bytes that {@link #length} has found. */
  void skip(int count) {
    at += count;
  }

  /** Passes over a field that is not known here. */
  void skipField(int tag) {
    switch (tag & 7) {
      case VARINT -> varint();
      case FIXED64 -> skipFixed(8);
      case BYTES -> skip(length());
      case FIXED32 -> skipFixed(4);
      default -> throw new Unusual();
    }
  }

  private void skipFixed(int count) {
    if (end - at < count) {
      throw new Unusual();
    }
    at += count;
  }

  /** A text of ASCII characters alone. */
  String text() {
    int length = length();
    for (int i = at; i < at + length; i++) {
      if (bytes[i] < 0) {
        throw new Unusual();
      }
    }
    at += length;
    return new String(bytes, at - length, length, StandardCharsets.ISO_8859_1);
  }

  /** Makes this read the message that follows; give the answer to {@link #leave}. */
  int enter() {
    int length = length();
    int outer = end;
    end = at + length;
    return outer;
  }

  void leave(int outer) {
    end = outer;
  }
}
