package dev.tidewatch.cli.csv;

import dev.tidewatch.cli.time.TimeReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The readings of one CSV file, in its order. Not thread-safe. */
public final class CsvSource implements AutoCloseable {
  private static final Set<String> MISSING = Set.of("", "na", "n/a", "nan", "null", "none", "-");

  /** Who takes what the file holds. */
  public interface Sink {
    void reading(String series, long timeMicros, double value);

    /** Called after all readings of a row that had any part read, good or not. */
    void rowDone(Place place);

    /** A row, or one value of it, that is no reading. */
    void bad(long line, String problem);
  }

  /**
   * How far a file has been read.
   *
   * @param offset bytes of text behind
   * @param lines lines behind
   */
  public record Place(long offset, long lines) {}

  private final Path file;
  private final CsvMapping mapping;
  private final CsvReader reader;
  private final CsvColumns columns;
  private final List<String> header;
  private final String firstRow;
  private final SeriesTemplate template;
  private final TimeReader times;
  private final Map<String, String[]> namesById = new HashMap<>();
  private final String[] namesOfFile;
  private long missing;

  private CsvSource(
      Path file, CsvMapping mapping, CsvReader reader, List<String> header, String firstRow) {
    this.file = file;
    this.mapping = mapping;
    this.reader = reader;
    this.header = header;
    this.firstRow = firstRow;
    this.columns = CsvColumns.resolve(header, mapping);
    this.template = new SeriesTemplate(mapping.seriesPrefix(), templateText(), file);
    this.times = new TimeReader(mapping.timeFormat(), mapping.timeZone());
    this.namesOfFile = names("");
  }

  /**
   * Opens a file and reads its header.
   *
   * @param delimiter 0 means: guess it from the header
   * @throws IllegalArgumentException naming the option to give, if the header does not fit
   */
  public static CsvSource open(Path file, char delimiter, CsvMapping mapping) throws IOException {
    char used = delimiter == 0 ? CsvReader.guessDelimiter(file) : delimiter;
    var reader = new CsvReader(CsvReader.text(file), used);
    try {
      if (!reader.next()) {
        throw new IllegalArgumentException(
            file + " is empty; its first line must name the columns");
      }
      return new CsvSource(file, mapping, reader, fields(reader), firstRow(file, used));
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  private static List<String> fields(CsvReader reader) {
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < reader.fieldCount(); i++) {
      fields.add(reader.field(i));
    }
    return List.copyOf(fields);
  }

  private static String firstRow(Path file, char delimiter) throws IOException {
    try (var again = new CsvReader(CsvReader.text(file), delimiter)) {
      boolean header = again.next();
      boolean row = header && again.next();
      return row ? String.join("|", fields(again)) : "";
    }
  }

  private String templateText() {
    if (mapping.seriesTemplate() != null) {
      return mapping.seriesTemplate();
    }
    boolean wide = columns.values().size() > 1;
    if (columns.series() >= 0) {
      return wide ? "{id}/{column}" : "{id}";
    }
    return wide ? "{folder}/{file}/{column}" : "{folder}/{file}";
  }

  private String[] names(String id) {
    String[] names = new String[columns.valueNames().size()];
    for (int i = 0; i < names.length; i++) {
      names[i] = template.name(columns.valueNames().get(i), id);
    }
    return names;
  }

  /**
   * Identifies this file and the way it is read, as 16 hexadecimal digits: another header, first
   * row, place or mapping gives another one, more rows at the end do not.
   */
  public String identity() {
    String text =
        String.join(
            "|",
            file.toAbsolutePath().normalize().toString(),
            header.toString(),
            firstRow,
            mapping.fingerprint());
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Goes on behind rows that an earlier run has read. False if the file is shorter than that. */
  public boolean skipTo(Place place) throws IOException {
    return reader.skipTo(place.offset(), place.lines());
  }

  /** Hands over the next row. False at the end of the file. */
  public boolean readRow(Sink sink) throws IOException {
    if (!reader.next()) {
      return false;
    }
    if (reader.fieldCount() <= columns.lastNeeded()) {
      sink.bad(
          reader.line(),
          "has " + reader.fieldCount() + " fields where the header has " + columns.count());
    } else {
      readFields(sink);
    }
    sink.rowDone(new Place(reader.offset(), reader.linesRead()));
    return true;
  }

  private void readFields(Sink sink) {
    long timeMicros;
    try {
      timeMicros = times.micros(reader.field(columns.time()));
    } catch (IllegalArgumentException e) {
      sink.bad(reader.line(), String.valueOf(e.getMessage()));
      return;
    }
    String[] names = namesOfFile;
    if (columns.series() >= 0) {
      String id = reader.field(columns.series());
      if (id.isBlank()) {
        sink.bad(reader.line(), "names no series in column '" + header.get(columns.series()) + "'");
        return;
      }
      names = namesById.computeIfAbsent(id, this::names);
    }
    for (int i = 0; i < names.length; i++) {
      String text = reader.field(columns.values().get(i)).strip();
      if (MISSING.contains(text.toLowerCase(Locale.ROOT))) {
        missing++;
        continue;
      }
      double value = value(text);
      if (Double.isFinite(value)) {
        sink.reading(names[i], timeMicros, value);
      } else {
        sink.bad(
            reader.line(),
            "'" + text + "' in column '" + columns.valueNames().get(i) + "' is no finite number");
      }
    }
  }

  /** Not a number, if the text is none. */
  private double value(String text) {
    if (text.equalsIgnoreCase("true")) {
      return 1;
    }
    if (text.equalsIgnoreCase("false")) {
      return 0;
    }
    try {
      return Double.parseDouble(mapping.decimalComma() ? text.replace(',', '.') : text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** Bytes of text behind. */
  public long offset() {
    return reader.offset();
  }

  /** Values so far that the file leaves out: empty, {@code NA}, {@code null} and the like. */
  public long missing() {
    return missing;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
