package dev.tidewatch.monitor;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Part of a list.
 *
 * @param next where the next page begins; empty on the last
 */
public record Page<T, C>(List<T> items, Optional<C> next) {
  public Page {
    items = List.copyOf(items);
  }

  /**
   * Cuts a page out of rows.
   *
   * @param rows the page and, if another follows, at least one row more
   * @param cursor place of a row; the next page begins behind that of its last row
   */
  public static <T, C> Page<T, C> of(List<T> rows, int size, Function<T, C> cursor) {
    if (rows.size() <= size) {
      return new Page<>(rows, Optional.empty());
    }
    List<T> page = rows.subList(0, size);
    return new Page<>(page, Optional.of(cursor.apply(page.getLast())));
  }
}
