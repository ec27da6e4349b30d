package dev.tidewatch.registry.domain;

import java.util.Optional;

/**
 * Which part of a list is wanted.
 *
 * @param size 1 to {@value #SIZE_MAX}
 * @param after key of the last item before it; empty asks for the first page
 */
public record PageRequest(int size, Optional<String> after) {
  public static final int SIZE_MAX = 1_000;

  public PageRequest {
    if (size < 1 || size > SIZE_MAX) {
      throw new IllegalArgumentException("size: " + size);
    }
  }

  /** The beginning of a list. */
  public static PageRequest first(int size) {
    return new PageRequest(size, Optional.empty());
  }
}
