package dev.tidewatch.registry.domain;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Part of a list.
 *
 * @param next key of the last item, from where the following page goes on; empty on the last page
 */
public record Page<T>(List<T> items, Optional<String> next) {
  public Page {
    items = List.copyOf(items);
  }

  /**
   * Makes a page of {@code size} out of up to {@code size + 1} rows: the extra one tells that more
   * follow.
   */
  public static <T> Page<T> of(List<T> rows, int size, Function<? super T, String> key) {
    if (rows.size() <= size) {
      return new Page<>(rows, Optional.empty());
    }
    List<T> items = rows.subList(0, size);
    return new Page<>(items, Optional.of(key.apply(items.getLast())));
  }
}
