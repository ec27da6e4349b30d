package dev.tidewatch.buildtools;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Command line of the build's programs: {@code --name=value} pairs out of a known set. */
final class Arguments {
  private final Map<String, String> values;

  private Arguments(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Reads the pairs.
   *
   * @throws IllegalArgumentException naming the first argument that is not one of {@code known}
   */
  static Arguments parse(String[] args, String... known) {
    List<String> names = Arrays.asList(known);
    Map<String, String> values = new HashMap<>();
    for (String arg : args) {
      int equals = arg.indexOf('=');
      if (!arg.startsWith("--") || equals < 0 || !names.contains(arg.substring(2, equals))) {
        throw new IllegalArgumentException(
            "unknown argument '" + arg + "', expected --name=value with a name of " + names);
      }
      values.put(arg.substring(2, equals), arg.substring(equals + 1));
    }
    return new Arguments(values);
  }

  String required(String name) {
    return optional(name)
        .orElseThrow(() -> new IllegalArgumentException("argument --" + name + "=… is missing"));
  }

  /** Empty when the argument is absent or blank. */
  Optional<String> optional(String name) {
    return Optional.ofNullable(values.get(name)).filter(value -> !value.isBlank());
  }
}
