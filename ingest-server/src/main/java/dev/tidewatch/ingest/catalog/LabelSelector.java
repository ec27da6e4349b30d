package dev.tidewatch.ingest.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Conditions on labels that must all hold: {@code floor=3}, {@code floor!=3}, {@code floor}, {@code
 * !floor}, {@code floor in (2 3)}, {@code floor notin (2, 3)}, separated by commas.
 */
public record LabelSelector(List<Condition> conditions) {
  public static final int CONDITIONS_MAX = 16;
  public static final LabelSelector ALL = new LabelSelector(List.of());

  private static final Pattern SET =
      Pattern.compile(
          "\\s*+(?<key>[A-Za-z][A-Za-z0-9_.-]*+)\\s++(?<op>in|notin)\\s*+\\(\\s*+(?<values>[^()]*+)\\)\\s*+");
  private static final Pattern EQUALITY =
      Pattern.compile(
          "\\s*+(?<key>[A-Za-z][A-Za-z0-9_.-]*+)\\s*+(?<op>!=|==?)\\s*+(?<value>(?!=)[^\\s,()]*+)\\s*+");
  private static final Pattern PRESENCE =
      Pattern.compile("\\s*+(?<not>!?)\\s*+(?<key>[A-Za-z][A-Za-z0-9_.-]*+)\\s*+");
  private static final Pattern BETWEEN_VALUES = Pattern.compile("\\s*,\\s*|\\s+");

  /**
   * One condition.
   *
   * @param values any of these; empty: only whether the label is there counts
   * @param negated true: the condition must not hold (an absent label satisfies it)
   */
  public record Condition(String key, Set<String> values, boolean negated) {
    public Condition {
      values = Set.copyOf(values);
    }

    boolean holds(java.util.Map<String, String> labels) {
      String value = labels.get(key);
      boolean positive = value != null && (values.isEmpty() || values.contains(value));
      return positive != negated;
    }
  }

  public LabelSelector {
    conditions = List.copyOf(conditions);
  }

  /**
   * @throws IllegalArgumentException if the text is not a selector; the message says where
   */
  public static LabelSelector parse(String text) {
    if (text.isBlank()) {
      return ALL;
    }
    var conditions = new ArrayList<Condition>();
    for (String part : splitOutsideParentheses(text)) {
      conditions.add(condition(part));
    }
    if (conditions.size() > CONDITIONS_MAX) {
      throw new IllegalArgumentException(
          "%d conditions; at most %d are allowed".formatted(conditions.size(), CONDITIONS_MAX));
    }
    return new LabelSelector(conditions);
  }

  public boolean matches(java.util.Map<String, String> labels) {
    for (Condition condition : conditions) {
      if (!condition.holds(labels)) {
        return false;
      }
    }
    return true;
  }

  private static Condition condition(String text) {
    Matcher set = SET.matcher(text);
    if (set.matches()) {
      var values =
          new TreeSet<>(
              List.of(BETWEEN_VALUES.split(withoutTrailingSpace(set.group("values")), -1)));
      if (values.contains("")) {
        throw new IllegalArgumentException(
            "'%s' lists no value, or an empty one".formatted(text.strip()));
      }
      return new Condition(set.group("key"), values, set.group("op").equals("notin"));
    }
    Matcher equality = EQUALITY.matcher(text);
    if (equality.matches()) {
      return new Condition(
          equality.group("key"),
          Set.of(equality.group("value")),
          equality.group("op").equals("!="));
    }
    Matcher presence = PRESENCE.matcher(text);
    if (presence.matches()) {
      return new Condition(presence.group("key"), Set.of(), !presence.group("not").isEmpty());
    }
    throw new IllegalArgumentException(
        "'%s' is not a condition; write key=value, key!=value, key, !key, key in (a b) or key notin (a b)"
            .formatted(text.strip()));
  }

  /** White space as the patterns know it. */
  private static String withoutTrailingSpace(String text) {
    int end = text.length();
    while (end > 0 && " \t\n\u000B\f\r".indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    return text.substring(0, end);
  }

  private static List<String> splitOutsideParentheses(String text) {
    var parts = new ArrayList<String>();
    int begin = 0;
    boolean inside = false;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '(') {
        inside = true;
      } else if (c == ')') {
        inside = false;
      } else if (c == ',' && !inside) {
        parts.add(text.substring(begin, at));
        begin = at + 1;
      }
    }
    parts.add(text.substring(begin));
    return parts;
  }
}
