package dev.tidewatch.monitor.alert;

import dev.tidewatch.monitor.TextField;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Matches a label of an alert.
 *
 * @param label one of {@link AlertLabels#NAMES}, {@code rule} or {@code severity}
 * @param pattern exact value or, with a trailing {@code *}, a prefix; empty matches an alert
 *     without the label. A severity is written as in {@code HIGH}, in any case.
 */
public record LabelMatcher(String label, String pattern) {
  private static final Set<String> LABELS = labels();

  /**
   * @throws InvalidArgument naming the field
   */
  public LabelMatcher {
    if (!LABELS.contains(label)) {
      throw InvalidArgument.field(
          "matchers.label",
          "is '%s'; name one of series, model, version, device, server, rule, severity"
              .formatted(label));
    }
    TextField.require("matchers.pattern", pattern, 0, 256);
  }

  private static Set<String> labels() {
    var all = new HashSet<>(AlertLabels.NAMES);
    all.add("rule");
    all.add("severity");
    return Set.copyOf(all);
  }

  public boolean matches(Alert alert) {
    String value = alert.label(label).orElse("");
    return SeriesPattern.matches(
        label.equals("severity") ? pattern.toUpperCase(Locale.ROOT) : pattern, value);
  }
}
