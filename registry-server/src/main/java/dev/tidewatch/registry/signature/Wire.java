package dev.tidewatch.registry.signature;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;

/** Protobuf messages, field by field, as they go by; unknown and unwanted fields are skipped. */
final class Wire {
  private Wire() {}

  /** Looks at one field. */
  @FunctionalInterface
  interface Field {
    /**
     * Reads the field's value, or leaves it.
     *
     * @return false: it was left, and is to be skipped
     */
    boolean read(int tag, CodedInputStream in) throws IOException;
  }

  /** The tag of a text, bytes or message field. */
  static int delimited(int field) {
    return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }

  /** The tag of an integer, enum or bool field. */
  static int varint(int field) {
    return field << 3 | WireFormat.WIRETYPE_VARINT;
  }

  static void file(InputStream in, Field field) throws IOException {
    message(CodedInputStream.newInstance(in), field);
  }

  /** The message in the field that was come to. */
  static boolean nested(CodedInputStream in, Field field) throws IOException {
    int limit = in.pushLimit(in.readRawVarint32());
    message(in, field);
    in.checkLastTagWas(0);
    in.popLimit(limit);
    return true;
  }

  private static void message(CodedInputStream in, Field field) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (!field.read(tag, in)) {
        in.skipField(tag);
      }
    }
  }
}
