package dev.tidewatch.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RenderingTest {
  @Test
  void tablesAlignWhateverTheScript() {
    var table = new Table().left("SERIES").right("VALUE").left("NOTE");
    table.row("a", "1.5", "café").row("温度/屋根", "-20", "").row("long/name", "1000", "x");
    assertThat(table.lines(Style.PLAIN, 80))
        .containsExactly(
            "SERIES     VALUE  NOTE",
            "a            1.5  café",
            "温度/屋根    -20",
            "long/name   1000  x");
  }

  @Test
  void narrowTablesCutTextsAndNeverNumbers() {
    var table = new Table().left("SERIES").right("VALUE");
    table.row("building/floor/room/sensor", "123456.789");
    assertThat(table.lines(Style.PLAIN, 24))
        .containsExactly("SERIES             VALUE", "building/fl…  123456.789");
  }

  @Test
  void coloursTakeNoRoom() {
    var table = new Table().left("STATE").left("X");
    table.row(Style.COLOURED.green("ok"), "y");
    assertThat(table.lines(Style.PLAIN, 80).get(1)).isEqualTo("\u001b[32mok\u001b[0m     y");
    assertThat(Style.PLAIN.red("no")).isEqualTo("no");
  }

  @Test
  void sparklinesSpanTheirOwnRange() {
    assertThat(Sparkline.of(new double[] {0, 1, 2, 3, 4, 5, 6, 7}, 20)).isEqualTo("▁▂▃▄▅▆▇█");
    assertThat(Sparkline.of(new double[] {1, Double.NaN, 2}, 20)).isEqualTo("▁ █");
    assertThat(Sparkline.of(new double[] {5, 5, 5}, 20)).isEqualTo("▄▄▄");
    assertThat(Sparkline.of(new double[] {0, 0, 10, 10, 0, 0}, 3)).isEqualTo("▁█▁");
    assertThat(Sparkline.of(new double[0], 10)).isEmpty();
  }

  @Test
  void fanChartsShowPastAndFuture() {
    assertThat(
            FanChart.lines(
                new double[] {1, 2, 3, 4},
                new double[] {4, 3, 2},
                new double[] {3, 2, 1},
                new double[] {4, 4, 4},
                4,
                40))
        .containsExactly(
            "         4 ┤   •┊●░░",
            "           ┤  • ┊░●░",
            "           ┤ •  ┊ ░●",
            "         1 ┤•   ┊  ░");
  }

  @ParameterizedTest
  @CsvSource({
    "1.0, 1, 1",
    "0.1, 0.1, 0.1",
    "-0.0, 0, 0",
    "4042.513, 4042.513, 4042.51",
    "123456789.125, 123456789.125, 123457000",
    "1e-9, 1.0E-9, 1.000e-09",
    "1e18, 1.0E18, 1.000e+18",
  })
  void numbersReadWell(double value, String exact, String compact) {
    assertThat(Numbers.exact(value)).isEqualTo(exact);
    assertThat(Numbers.compact(value)).isEqualTo(compact);
  }

  @ParameterizedTest
  @CsvSource({"0, 0 B", "999, 999 B", "1000, 1.0 kB", "12345678, 12.3 MB"})
  void sizesReadWell(long bytes, String expected) {
    assertThat(Numbers.bytes(bytes)).isEqualTo(expected);
  }

  private static String progress(boolean terminal) {
    var nanos = new AtomicLong();
    var shown = new ByteArrayOutputStream();
    var err = new PrintStream(shown, true, StandardCharsets.UTF_8);
    try (var progress = new Progress(err, terminal, 80, nanos::get, "load", "rows", 1000)) {
      for (int i = 1; i <= 10; i++) {
        nanos.addAndGet(5_000_000_000L);
        progress.at(i * 100L);
      }
    }
    return shown.toString(StandardCharsets.UTF_8);
  }

  @Test
  void barsRedrawOnATerminalAndVanish() {
    String shown = progress(true);
    assertThat(shown)
        .startsWith(
            "\rload  │██▍                     │  10 %  100 of 1,000 rows  20 rows/s  45s left");
    assertThat(shown).contains("│████████████            │  50 % ").endsWith(" \r");
    assertThat(shown).doesNotContain("\n");
  }

  @Test
  void elsewhereThereIsAPlainLineNowAndThen() {
    assertThat(progress(false).lines())
        .hasSize(5)
        .first()
        .isEqualTo("load   20 %  200 of 1,000 rows  20 rows/s  40s left");
  }
}
