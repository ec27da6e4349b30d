package dev.tidewatch.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What the figures were measured on. */
final class Machine {
  private Machine() {}

  static String json() {
    return String.format(
        Locale.ROOT,
        "{\"cores\": %d, \"cpu\": \"%s\", \"memory_gib\": %d, \"os\": \"%s\", \"jdk\": \"%s\"}",
        Runtime.getRuntime().availableProcessors(),
        fromProc("/proc/cpuinfo", "model name"),
        memoryGib(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.version"));
  }

  private static long memoryGib() {
    String kilobytes = fromProc("/proc/meminfo", "MemTotal").replace("kB", "").strip();
    return kilobytes.isEmpty() ? 0 : Math.round(Double.parseDouble(kilobytes) / (1 << 20));
  }

  private static String fromProc(String file, String key) {
    try (var lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(key))
          .map(line -> line.substring(line.indexOf(':') + 1).strip().replace("\"", ""))
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }
}
