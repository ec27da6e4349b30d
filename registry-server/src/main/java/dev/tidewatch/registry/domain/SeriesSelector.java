package dev.tidewatch.registry.domain;

import dev.tidewatch.timeseries.SeriesName;
import java.util.Comparator;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;

/**
 * Which series an assignment means: one by name, or all below a prefix, with labels, or both.
 *
 * @param exact one series; prefix and labels are empty then
 * @param prefix whole segments that a name begins with
 * @param labels all must be there with these values
 */
public record SeriesSelector(
    Optional<SeriesName> exact, Optional<SeriesName> prefix, Map<String, String> labels) {
  public static final int LABELS_MAX = 16;

  private static final Comparator<SeriesSelector> BY_RANK =
      Comparator.<SeriesSelector>comparingInt(selector -> selector.exact.isPresent() ? 1 : 0)
          .thenComparingInt(SeriesSelector::prefixSegments)
          .thenComparingInt(selector -> selector.labels.size());

  public SeriesSelector {
    labels = Map.copyOf(labels);
    if (exact.isPresent() && (prefix.isPresent() || !labels.isEmpty())) {
      throw new IllegalArgumentException("give either exact alone, or prefix and labels");
    }
    if (exact.isEmpty() && prefix.isEmpty() && labels.isEmpty()) {
      throw new IllegalArgumentException("give exact, prefix or labels; nothing selects no series");
    }
    if (labels.size() > LABELS_MAX) {
      throw new IllegalArgumentException("at most " + LABELS_MAX + " labels");
    }
  }

  public static SeriesSelector exact(String series) {
    return new SeriesSelector(Optional.of(new SeriesName(series)), Optional.empty(), Map.of());
  }

  public static SeriesSelector prefix(String prefix) {
    return new SeriesSelector(Optional.empty(), Optional.of(new SeriesName(prefix)), Map.of());
  }

  public static SeriesSelector labels(Map<String, String> labels) {
    return new SeriesSelector(Optional.empty(), Optional.empty(), labels);
  }

  /** Whether a series with these labels is meant. */
  public boolean matches(SeriesName series, Map<String, String> seriesLabels) {
    if (exact.isPresent()) {
      return exact.get().equals(series);
    }
    return prefix.map(wanted -> isBelow(series, wanted)).orElse(true)
        && seriesLabels.entrySet().containsAll(labels.entrySet());
  }

  /**
   * Whether some series could be meant by both with neither being the more specific: the choice
   * between them would be arbitrary.
   */
  public boolean tiesWith(SeriesSelector other) {
    return exact.equals(other.exact)
        && prefix.equals(other.prefix)
        && labels.size() == other.labels.size()
        && !contradicts(other);
  }

  /** The more specific, the greater; equal for selectors that tie or cannot meet. */
  public static Comparator<SeriesSelector> bySpecificity() {
    return BY_RANK;
  }

  private boolean contradicts(SeriesSelector other) {
    for (Entry<String, String> label : labels.entrySet()) {
      String theirs = other.labels.get(label.getKey());
      if (theirs != null && !theirs.equals(label.getValue())) {
        return true;
      }
    }
    return false;
  }

  private int prefixSegments() {
    return prefix
        .map(name -> 1 + (int) name.value().chars().filter(c -> c == '/').count())
        .orElse(0);
  }

  private static boolean isBelow(SeriesName series, SeriesName prefix) {
    String name = series.value();
    String start = prefix.value();
    return name.startsWith(start)
        && (name.length() == start.length() || name.charAt(start.length()) == '/');
  }
}
