package dev.tidewatch.benchmarks;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the process under measurement asks of its client: a part and its numbers, on one line.
 *
 * @param part such as {@code columnar}
 * @param numbers by name, such as {@code seconds}
 */
record LoadRequest(String part, Map<String, Long> numbers) {
  LoadRequest {
    numbers = Map.copyOf(numbers);
  }

  static LoadRequest of(String part) {
    return new LoadRequest(part, Map.of());
  }

  /** The same numbers for another part. */
  LoadRequest as(String otherPart) {
    return new LoadRequest(otherPart, numbers);
  }

  LoadRequest with(String name, long number) {
    var more = new LinkedHashMap<>(numbers);
    more.put(name, number);
    return new LoadRequest(part, more);
  }

  /**
   * One of the numbers.
   *
   * @throws IllegalArgumentException if it was not given
   */
  long number(String name) {
    Long number = numbers.get(name);
    if (number == null) {
      throw new IllegalArgumentException(part + ": " + name + " is missing");
    }
    return number;
  }

  int whole(String name) {
    return Math.toIntExact(number(name));
  }

  String toLine() {
    var line = new StringBuilder(part);
    numbers.forEach((name, number) -> line.append(' ').append(name).append('=').append(number));
    return line.toString();
  }

  /** Reads what {@link #toLine} wrote. */
  static LoadRequest parse(String line) {
    String[] words = line.split(" ", -1);
    var numbers = new LinkedHashMap<String, Long>();
    for (int i = 1; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      numbers.put(words[i].substring(0, equals), Long.parseLong(words[i].substring(equals + 1)));
    }
    return new LoadRequest(words[0], numbers);
  }
}
