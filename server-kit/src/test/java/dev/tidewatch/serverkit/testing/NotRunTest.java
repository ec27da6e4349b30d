package dev.tidewatch.serverkit.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class NotRunTest {
  @Test
  void aNameIsListedOnceWithItsReasonUntilItRuns() throws IOException {
    String name = "NotRunTest-" + UUID.randomUUID();
    try {
      NotRun.report(name, "NOT RUN, nothing is missing");
      NotRun.report(name, "NOT RUN, nothing is missing");
      assertThat(lines()).containsOnlyOnce(name + ": NOT RUN, nothing is missing");
    } finally {
      NotRun.clear(name);
    }
    assertThat(lines()).noneMatch(line -> line.startsWith(name));
  }

  private static List<String> lines() throws IOException {
    return Files.readAllLines(Path.of("target", "not-run.txt"));
  }
}
