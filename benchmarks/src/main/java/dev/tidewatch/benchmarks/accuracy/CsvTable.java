package dev.tidewatch.benchmarks.accuracy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A comma-separated file with a header.
 *
 * @param columns their names
 * @param rows cells as text, without blanks around and quotes
 */
record CsvTable(Path file, List<String> columns, List<List<String>> rows) {

  static CsvTable read(Path file) throws IOException {
    try (BufferedReader reader = TextFiles.reader(file)) {
      List<String> columns = cells(String.valueOf(reader.readLine()));
      var rows = new ArrayList<List<String>>();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.isBlank()) {
          List<String> row = cells(line);
          if (row.size() != columns.size()) {
            throw new IOException(
                "%s, row %d: %d cells under %d columns"
                    .formatted(file, rows.size() + 1, row.size(), columns.size()));
          }
          rows.add(row);
        }
      }
      return new CsvTable(file, columns, rows);
    }
  }

  static List<String> cells(String line) {
    var cells = new ArrayList<String>();
    for (String cell : line.split(",", -1)) {
      cells.add(cell.replace("\"", "").strip());
    }
    return cells;
  }

  /**
   * @throws IOException if there is no such column
   */
  int column(String name) throws IOException {
    int column = columns.indexOf(name);
    if (column < 0) {
      throw new IOException("%s has no column %s, only %s".formatted(file, name, columns));
    }
    return column;
  }

  /**
   * Numbers of a column; {@code NaN} where a cell is empty.
   *
   * @throws IOException if a cell is something else
   */
  double[] numbers(int column) throws IOException {
    var numbers = new double[rows.size()];
    for (int row = 0; row < numbers.length; row++) {
      String cell = rows.get(row).get(column);
      try {
        numbers[row] = cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
      } catch (NumberFormatException e) {
        throw new IOException(
            "%s, row %d: '%s' in column %s is no number"
                .formatted(file, row + 1, cell, columns.get(column)),
            e);
      }
    }
    return numbers;
  }

  /** The first column whose first cell is a time. */
  Optional<Integer> timeColumn() {
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    for (int column = 0; column < columns.size(); column++) {
      if (time(rows.getFirst().get(column)).isPresent()) {
        return Optional.of(column);
      }
    }
    return Optional.empty();
  }

  /** A day, or a time with or without offset (then UTC), such as {@code 2014-02-14 14:30:00}. */
  static Optional<Instant> time(String cell) {
    String text = cell.replace(' ', 'T');
    try {
      if (text.length() == 10) {
        return Optional.of(LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
      }
      boolean offset =
          text.endsWith("Z") || text.lastIndexOf('+') > 10 || text.lastIndexOf('-') > 10;
      return Optional.of(
          offset
              ? OffsetDateTime.parse(text).toInstant()
              : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
