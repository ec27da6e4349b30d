package dev.tidewatch.serverkit.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Says which tests did not run for want of something that this machine does not have, so that their
 * absence never looks like a pass: one line {@code NAME: reason} in {@code target/not-run.txt} of
 * the module, which the summary of the test command prints.
 */
public final class NotRun {
  private static final Path FILE = Path.of("target", "not-run.txt");

  private NotRun() {}

  /** Records it once; {@code name} is usually that of the test class. */
  public static synchronized void report(String name, String reason) {
    String line = name + ": " + reason;
    try {
      Files.createDirectories(FILE.toAbsolutePath().getParent());
      if (!Files.exists(FILE) || !Files.readAllLines(FILE).contains(line)) {
        Files.write(FILE, List.of(line), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes the name off the list: it has run. */
  public static synchronized void clear(String name) {
    try {
      if (Files.exists(FILE)) {
        List<String> kept =
            Files.readAllLines(FILE).stream()
                .filter(line -> !line.startsWith(name + ": "))
                .toList();
        Files.write(FILE, kept);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
