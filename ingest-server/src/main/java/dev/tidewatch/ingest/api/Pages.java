package dev.tidewatch.ingest.api;

import dev.tidewatch.serverkit.errors.InvalidArgument;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Page sizes and tokens as the contract promises them. */
final class Pages {
  private static final int SIZE_DEFAULT = 50;
  private static final int SIZE_MAX = 1_000;

  private Pages() {}

  static int size(int asked) {
    if (asked < 0) {
      throw InvalidArgument.field("page_size", "is negative; 0 means " + SIZE_DEFAULT);
    }
    return asked == 0 ? SIZE_DEFAULT : Math.min(asked, SIZE_MAX);
  }

  /** The token of a page that follows a key. */
  static String token(String lastKey) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(("k" + lastKey).getBytes(StandardCharsets.UTF_8));
  }

  /** The key that a page follows; empty for the first one. */
  static String after(String token) {
    if (token.isEmpty()) {
      return "";
    }
    try {
      String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      if (text.startsWith("k") && text.indexOf('\0') < 0) {
        return text.substring(1);
      }
    } catch (IllegalArgumentException e) {
      throw malformed();
    }
    throw malformed();
  }

  private static InvalidArgument malformed() {
    return InvalidArgument.field("page_token", "is not a token of this server; begin without one");
  }
}
