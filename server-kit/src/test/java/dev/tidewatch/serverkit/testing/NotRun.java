package dev.tidewatch.serverkit.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Says which tests did not run for want of something that this machine does not have, so that their
 * absence never looks like a pass: one line {@code NAME: reason} in {@code target/not-run.txt} of
 * the module, which the summary of the test command prints.
 */
public final class NotRun {
  private static final Path FILE = Path.of("target", "not-run.txt");
  private static final Path LOCK = Path.of("target", "not-run.lock");

  private NotRun() {}

  /** Records it once; {@code name} is usually that of the test class. */
  public static void report(String name, String reason) {
    String line = name + ": " + reason;
    change(lines ->
        lines.contains(line) ? lines : Stream.concat(lines.stream(), Stream.of(line)).toList());
  }

  /** Takes the name off the list: it has run. */
  public static void clear(String name) {
    change(lines -> lines.stream().filter(line -> !line.startsWith(name + ": ")).toList());
  }

  /** Under a lock, since a module may run its tests in more than one JVM. */
  private static synchronized void change(UnaryOperator<List<String>> change) {
    try {
      Files.createDirectories(FILE.toAbsolutePath().getParent());
      try (var file = FileChannel.open(LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          var _ = file.lock()) {
        List<String> before = Files.exists(FILE) ? Files.readAllLines(FILE) : List.of();
        List<String> after = change.apply(before);
        if (!after.equals(before)) {
          Files.write(FILE, after);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
