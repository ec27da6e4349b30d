package dev.tidewatch.serverkit.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.serverkit.testing.ChildJvm;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ConfigProcessTest {
  @Test
  void theProcessReadsItsEnvironment() throws Exception {
    try (var process = ChildJvm.start(LoadingMain.class, Map.of("TIDEWATCH_INGEST_PORT", "7777"))) {
      assertThat(process.awaitLine("PORT ")).isEqualTo("7777");
      assertThat(process.awaitExit()).isZero();
    }
  }

  @Test
  void problemsArePrintedWithoutAStackTraceAndEndItWithTwo() throws Exception {
    try (var process = ChildJvm.start(LoadingMain.class, Map.of(), "--ingest.prot=1")) {
      process.awaitLine("Run with --help");
      assertThat(process.awaitExit()).isEqualTo(2);
      assertThat(process.output()).contains("did you mean ingest.port?").doesNotContain("\tat ");
    }
  }

  @Test
  void helpPrintsTheSettings() throws Exception {
    try (var process = ChildJvm.start(LoadingMain.class, Map.of(), "--help")) {
      process.awaitLine("--ingest.port");
      assertThat(process.awaitExit()).isZero();
    }
  }
}
