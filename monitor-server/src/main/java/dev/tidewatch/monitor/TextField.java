package dev.tidewatch.monitor;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.tidewatch.serverkit.errors.InvalidArgument;

/** Bounds of text that comes from outside. */
public final class TextField {
  private TextField() {}

  /**
   * Returns the text.
   *
   * @throws InvalidArgument naming the field, if the text is shorter or longer than allowed or
   *     holds U+0000, which the database cannot keep
   */
  @CanIgnoreReturnValue
  public static String require(String field, String text, int lengthMin, int lengthMax) {
    int length = text.codePointCount(0, text.length());
    if (length < lengthMin || length > lengthMax) {
      throw InvalidArgument.field(
          field, "has %d characters; %d to %d are allowed".formatted(length, lengthMin, lengthMax));
    }
    if (text.indexOf('\0') >= 0) {
      throw InvalidArgument.field(field, "holds the character U+0000; leave it out");
    }
    return text;
  }
}
