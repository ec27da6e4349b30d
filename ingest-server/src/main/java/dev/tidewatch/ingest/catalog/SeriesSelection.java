package dev.tidewatch.ingest.catalog;

import java.util.List;

/**
 * Which series are meant: names, or prefix and labels together; everything empty means every
 * series.
 *
 * @param names these series; then the rest is empty
 * @param prefix beginning of the name
 * @param device exactly this device; empty: any
 */
public record SeriesSelection(
    List<String> names, String prefix, LabelSelector labels, String device) {
  public SeriesSelection {
    names = List.copyOf(names);
    if (!names.isEmpty() && !(prefix.isEmpty() && labels.conditions().isEmpty())) {
      throw new IllegalArgumentException("names cannot be combined with prefix or label_selector");
    }
  }

  public static SeriesSelection named(List<String> names) {
    return new SeriesSelection(names, "", LabelSelector.ALL, "");
  }

  public boolean matches(SeriesDescription series) {
    return (names.isEmpty() || names.contains(series.name().value()))
        && series.name().value().startsWith(prefix)
        && (device.isEmpty() || series.device().equals(device))
        && labels.matches(series.labels());
  }
}
