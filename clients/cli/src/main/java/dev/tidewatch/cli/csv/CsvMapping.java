package dev.tidewatch.cli.csv;

import dev.tidewatch.cli.time.TimeFormat;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the user said about a file's columns.
 *
 * @param timeColumn null means the first column with a usual name ({@code timestamp}, {@code time},
 *     {@code ds}, {@code date}, {@code datetime}, {@code ts}), else the first column
 * @param valueColumns empty means the column {@code value} or {@code y} if there is one, else every
 *     column that has no other part
 * @param seriesColumn null means the column {@code unique_id}, {@code series_id} or {@code series}
 *     if there is one, else that the file's name and the column name the series
 * @param seriesTemplate null means {@code {id}} with a series column, {@code {folder}/{file}} with
 *     one value column, {@code {folder}/{file}/{column}} with several
 * @param seriesPrefix put before each name, with a slash between; may be empty
 * @param timeFormat how times are written
 * @param timeZone of times that name none
 * @param decimalComma true if {@code 3,5} means three and a half
 */
public record CsvMapping(
    @Nullable String timeColumn,
    List<String> valueColumns,
    @Nullable String seriesColumn,
    @Nullable String seriesTemplate,
    String seriesPrefix,
    TimeFormat timeFormat,
    ZoneId timeZone,
    boolean decimalComma) {
  public CsvMapping {
    valueColumns = List.copyOf(valueColumns);
  }

  /** Changes whenever the same file would give other readings. */
  String fingerprint() {
    return String.join(
        "|",
        String.valueOf(timeColumn),
        String.join(",", valueColumns),
        String.valueOf(seriesColumn),
        String.valueOf(seriesTemplate),
        seriesPrefix,
        timeFormat.toString(),
        timeZone.getId(),
        String.valueOf(decimalComma));
  }
}
