package dev.tidewatch.monitor.api;

import dev.tidewatch.serverkit.errors.InvalidArgument;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;

/**
 * Page sizes and page tokens as the contract has them. A token is opaque: base64 of a kind and a
 * few parts.
 */
final class Paging {
  private static final int SIZE_DEFAULT = 50;
  private static final int SIZE_MAX = 1000;
  private static final String SEPARATOR = "\n";

  private Paging() {}

  static int size(int asked) {
    if (asked < 0) {
      throw InvalidArgument.field("page_size", "is %d; it must be at least 0".formatted(asked));
    }
    return asked == 0 ? SIZE_DEFAULT : Math.min(asked, SIZE_MAX);
  }

  static String token(String kind, Object... parts) {
    var text = new StringBuilder(kind);
    for (Object part : parts) {
      text.append(SEPARATOR).append(part);
    }
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Makes something of a token's parts; may throw any {@link RuntimeException} if they are wrong.
   */
  @FunctionalInterface
  interface Reader<T> {
    T read(List<String> parts);
  }

  /**
   * Empty for an empty token.
   *
   * @throws InvalidArgument if the token is not one that this list made
   */
  static <T> Optional<T> read(String token, String kind, int parts, Reader<T> reader) {
    if (token.isEmpty()) {
      return Optional.empty();
    }
    try {
      String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      List<String> all = Arrays.asList(text.split(SEPARATOR, -1));
      if (all.size() == parts + 1 && all.getFirst().equals(kind)) {
        return Optional.of(reader.read(all.subList(1, all.size())));
      }
    } catch (RuntimeException e) {
      throw malformed();
    }
    throw malformed();
  }

  /** As {@link #read}, for the many lists in the order of a time and an id. */
  static <T> Optional<T> readTimeAndId(
      String token, String kind, BiFunction<Instant, UUID, T> cursor) {
    return read(
        token,
        kind,
        2,
        parts -> cursor.apply(Instant.parse(parts.get(0)), UUID.fromString(parts.get(1))));
  }

  private static InvalidArgument malformed() {
    return InvalidArgument.field(
        "page_token", "is not one that this list gave; leave it empty for the first page");
  }
}
