package dev.tidewatch.models;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;

/**
 * The folder of public data sets named by {@code TIDEWATCH_DATA}; without it a test reports NOT RUN
 * by name.
 */
public final class PublicData {
  private PublicData() {}

  /** The file, or the end of the test. */
  public static Path file(String test, String relative) {
    String folder = System.getenv("TIDEWATCH_DATA");
    if (folder != null && !folder.isBlank()) {
      return Path.of(folder).resolve(relative);
    }
    String reason = "NOT RUN, TIDEWATCH_DATA is not set";
    try {
      Path list = Path.of("target", "not-run.txt");
      String line = test + ": " + reason;
      if (!Files.exists(list) || !Files.readAllLines(list).contains(line)) {
        Files.write(list, List.of(line), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Assumptions.abort(reason);
    throw new AssertionError("abort does not return");
  }

  /** Lines without the header; {@code .gz} is unpacked. */
  public static List<String> rows(Path file) {
    try (var in = Files.newInputStream(file);
        var plain = file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
        var reader = new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
      return reader.lines().skip(1).filter(line -> !line.isBlank()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
