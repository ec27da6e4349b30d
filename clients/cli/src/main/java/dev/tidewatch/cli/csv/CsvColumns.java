package dev.tidewatch.cli.csv;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which column of a header plays which part.
 *
 * @param time index of the time column
 * @param values indices of the value columns; at least one
 * @param valueNames their names, in the same order
 * @param series index of the column that names the series; -1 if none does
 * @param count columns of the header
 */
record CsvColumns(int time, List<Integer> values, List<String> valueNames, int series, int count) {
  private static final List<String> TIME_NAMES =
      List.of("timestamp", "time", "ds", "datetime", "date", "ts");
  private static final List<String> VALUE_NAMES = List.of("value", "y");
  private static final List<String> SERIES_NAMES = List.of("unique_id", "series_id", "series");

  /**
   * @throws IllegalArgumentException naming the option to give, if the header does not fit
   */
  static CsvColumns resolve(List<String> header, CsvMapping mapping) {
    int time =
        mapping.timeColumn() != null
            ? named(header, mapping.timeColumn(), "--time-column")
            : Math.max(firstOf(header, TIME_NAMES), 0);
    int series =
        mapping.seriesColumn() != null
            ? named(header, mapping.seriesColumn(), "--series-column")
            : firstOf(header, SERIES_NAMES);
    List<Integer> values = new ArrayList<>();
    for (String name : mapping.valueColumns()) {
      values.add(named(header, name, "--value-column"));
    }
    if (values.isEmpty()) {
      int usual = firstOf(header, VALUE_NAMES);
      for (int i = 0; i < header.size(); i++) {
        if (i != time && i != series && (usual < 0 || i == usual)) {
          values.add(i);
        }
      }
    }
    if (values.isEmpty()) {
      throw new IllegalArgumentException(
          "the header " + header + " has no column left for values; name one with --value-column");
    }
    if (values.contains(time)) {
      throw new IllegalArgumentException(
          "column '" + header.get(time) + "' cannot hold both time and value; use --time-column");
    }
    return new CsvColumns(
        time,
        List.copyOf(values),
        values.stream().map(header::get).toList(),
        series,
        header.size());
  }

  private static int named(List<String> header, String name, String option) {
    int index = indexOf(header, name);
    if (index < 0) {
      throw new IllegalArgumentException(
          option + ": the header has no column '" + name + "'; it has " + header);
    }
    return index;
  }

  private static int firstOf(List<String> header, List<String> names) {
    for (String name : names) {
      int index = indexOf(header, name);
      if (index >= 0) {
        return index;
      }
    }
    return -1;
  }

  private static int indexOf(List<String> header, @Nullable String name) {
    String wanted = String.valueOf(name).toLowerCase(Locale.ROOT);
    for (int i = 0; i < header.size(); i++) {
      if (header.get(i).strip().toLowerCase(Locale.ROOT).equals(wanted)) {
        return i;
      }
    }
    return -1;
  }

  /** The last column that a row must have. */
  int lastNeeded() {
    int last = Math.max(time, series);
    for (int value : values) {
      last = Math.max(last, value);
    }
    return last;
  }
}
