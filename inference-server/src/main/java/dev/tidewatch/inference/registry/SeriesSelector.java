package dev.tidewatch.inference.registry;

import java.util.Comparator;
import java.util.Map;

/**
 * Which series an assignment means: one by its exact name, or those below a prefix of whole
 * segments that have all of the labels.
 *
 * @param exact empty: not by exact name
 * @param prefix without a slash at the end; empty: all names
 */
public record SeriesSelector(String exact, String prefix, Map<String, String> labels) {
  /** The most specific first: exact name, then more segments, then more labels. */
  static final Comparator<SeriesSelector> MOST_SPECIFIC_FIRST =
      Comparator.comparing((SeriesSelector s) -> s.exact.isEmpty())
          .thenComparing(Comparator.comparingInt(SeriesSelector::prefixSegments).reversed())
          .thenComparing(Comparator.comparingInt((SeriesSelector s) -> s.labels.size()).reversed());

  public SeriesSelector {
    labels = Map.copyOf(labels);
    prefix = prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
  }

  public static SeriesSelector ofSeries(String name) {
    return new SeriesSelector(name, "", Map.of());
  }

  public static SeriesSelector ofPrefix(String prefix) {
    return new SeriesSelector("", prefix, Map.of());
  }

  public boolean matches(String series, Map<String, String> seriesLabels) {
    return matchesName(series) && matchesLabels(seriesLabels);
  }

  boolean matchesName(String series) {
    if (!exact.isEmpty()) {
      return exact.equals(series);
    }
    return prefix.isEmpty()
        || (series.startsWith(prefix)
            && (series.length() == prefix.length() || series.charAt(prefix.length()) == '/'));
  }

  boolean matchesLabels(Map<String, String> seriesLabels) {
    return labels.entrySet().stream()
        .allMatch(label -> label.getValue().equals(seriesLabels.get(label.getKey())));
  }

  private int prefixSegments() {
    return prefix.isEmpty() ? 0 : (int) prefix.chars().filter(c -> c == '/').count() + 1;
  }
}
