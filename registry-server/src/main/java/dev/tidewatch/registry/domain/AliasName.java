package dev.tidewatch.registry.domain;

import java.util.regex.Pattern;

/** The part that a version plays, such as {@code champion}. */
public record AliasName(String value) implements Comparable<AliasName> {
  private static final Pattern RULE = Pattern.compile("[a-z][a-z0-9_-]{0,63}");

  /** The alias that serves unless something else is said. */
  public static final AliasName CHAMPION = new AliasName("champion");

  public AliasName {
    if (!RULE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "aliases consist of at most 64 lower-case letters, digits, '_' and '-' and begin with a letter");
    }
  }

  @Override
  public int compareTo(AliasName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
