package dev.tidewatch.models.bundle;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Named settings of a model as text, the same in a training request, a bundle and an assignment.
 * Immutable; ordered by name. Getters check form and bounds and name the parameter in what they
 * throw ({@link IllegalArgumentException}).
 */
public final class Parameters {
  public static final int COUNT_MAX = 200;
  public static final int VALUE_CHARACTERS_MAX = 4_096;
  public static final Parameters NONE = new Parameters(new TreeMap<>());

  private final SortedMap<String, String> values;

  private Parameters(SortedMap<String, String> values) {
    this.values = Collections.unmodifiableSortedMap(values);
  }

  public static Parameters of(Map<String, String> values) {
    if (values.size() > COUNT_MAX) {
      throw new IllegalArgumentException(
          "%d parameters; at most %d are allowed".formatted(values.size(), COUNT_MAX));
    }
    values.forEach((name, value) -> {
      if (!name.matches("[a-z0-9_]{1,64}")) {
        throw new IllegalArgumentException(
            "parameter name '%s' must be 1 to 64 of a-z 0-9 _".formatted(name));
      }
      if (value.length() > VALUE_CHARACTERS_MAX) {
        throw new IllegalArgumentException(
            "parameter %s has %d characters; at most %d are allowed"
                .formatted(name, value.length(), VALUE_CHARACTERS_MAX));
      }
    });
    return new Parameters(new TreeMap<>(values));
  }

  public SortedMap<String, String> asMap() {
    return values;
  }

  public Parameters with(String name, String value) {
    var changed = new TreeMap<>(values);
    changed.put(name, value);
    return of(changed);
  }

  /** This with the other's values on top. */
  public Parameters overriddenBy(Parameters other) {
    var changed = new TreeMap<>(values);
    changed.putAll(other.values);
    return of(changed);
  }

  /**
   * @throws IllegalArgumentException if there is a parameter that is not among the known; the
   *     message lists those
   */
  public void requireKnown(Collection<String> known) {
    for (String name : values.keySet()) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "parameter %s is unknown; known are %s"
                .formatted(name, String.join(", ", new TreeSet<>(known))));
      }
    }
  }

  public String text(String name, String defaultValue) {
    return values.getOrDefault(name, defaultValue);
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  public int integer(String name, int defaultValue, int min, int max) {
    String text = values.get(name);
    if (text == null) {
      return defaultValue;
    }
    try {
      int value = Integer.parseInt(text.strip());
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw badForm(name, text, "a whole number", e);
    }
    throw new IllegalArgumentException(
        "parameter %s is %s; it must be %d to %d".formatted(name, text, min, max));
  }

  public double number(String name, double defaultValue, double min, double max) {
    String text = values.get(name);
    if (text == null) {
      return defaultValue;
    }
    try {
      double value = Double.parseDouble(text.strip());
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw badForm(name, text, "a number", e);
    }
    throw new IllegalArgumentException(
        "parameter %s is %s; it must be %s to %s".formatted(name, text, min, max));
  }

  /** One of the constants of an enumeration, written in lower case. */
  public <E extends Enum<E>> E choice(String name, E defaultValue) {
    String text = values.get(name);
    if (text == null) {
      return defaultValue;
    }
    var allowed = new ArrayList<String>();
    for (E constant : defaultValue.getDeclaringClass().getEnumConstants()) {
      String code = constant.name().toLowerCase(Locale.ROOT);
      if (code.equals(text.strip())) {
        return constant;
      }
      allowed.add(code);
    }
    throw new IllegalArgumentException(
        "parameter %s is '%s'; it must be one of %s"
            .formatted(name, text, String.join(", ", allowed)));
  }

  /** Comma-separated words. */
  public List<String> words(String name, List<String> defaultValue) {
    String text = values.get(name);
    if (text == null) {
      return defaultValue;
    }
    var words = new ArrayList<String>();
    for (String word : text.split(",", -1)) {
      words.add(word.strip());
    }
    return List.copyOf(words);
  }

  private static IllegalArgumentException badForm(
      String name, String text, String form, Exception cause) {
    return new IllegalArgumentException(
        "parameter %s is '%s'; it must be %s".formatted(name, text, form), cause);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Parameters that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
