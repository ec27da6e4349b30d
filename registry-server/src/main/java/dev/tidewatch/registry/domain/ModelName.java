package dev.tidewatch.registry.domain;

import java.util.regex.Pattern;

/**
 * The name of a model: letters, digits, {@code _ . -}, at most 128, beginning with a letter or
 * digit.
 */
public record ModelName(String value) implements Comparable<ModelName> {
  private static final Pattern RULE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");

  public ModelName {
    if (!RULE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "model names consist of at most 128 letters, digits, '_', '.' and '-' and begin with a letter or digit");
    }
  }

  @Override
  public int compareTo(ModelName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
