package dev.tidewatch.cli;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Ids of 32 hexadecimal digits as people type them. */
final class ShortIds {
  private static final int SHORTEST = 6;
  private static final int WHOLE = 32;
  private static final int SEARCHED_MAX = 10_000;

  private ShortIds() {}

  /**
   * The id that begins so, among the newest; what is typed if there is none.
   *
   * @param ids newest first
   */
  static String whole(String typed, Supplier<Stream<String>> ids) {
    if (typed.length() < SHORTEST || typed.length() >= WHOLE) {
      return typed;
    }
    List<String> found = ids.get().limit(SEARCHED_MAX).filter(id -> id.startsWith(typed)).toList();
    if (found.size() > 1) {
      throw new UsageException("ID: " + typed + " begins several: " + String.join(", ", found));
    }
    return found.isEmpty() ? typed : found.getFirst();
  }
}
