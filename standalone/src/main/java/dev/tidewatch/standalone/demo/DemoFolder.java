package dev.tidewatch.standalone.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;

/** The folder of a run: given and kept, or made and deleted. */
public record DemoFolder(Path path, boolean kept) implements AutoCloseable {
  public static DemoFolder of(Optional<Path> given) throws IOException {
    return given.isPresent()
        ? new DemoFolder(Files.createDirectories(given.get()), true)
        : new DemoFolder(Files.createTempDirectory("tidewatch-demo-"), false);
  }

  @Override
  public void close() throws IOException {
    if (kept) {
      return;
    }
    try (var files = Files.walk(path)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
