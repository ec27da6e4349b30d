package dev.tidewatch.standalone.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void oneLineOfJsonThatReadsBack() {
    var figures = new Figures().put("readings_stored", 362_880).put("mae", 1.0 / 3);
    String line = figures.toJsonLine("demo", MachineDescription.here());
    assertThat(line)
        .startsWith("{\"bench\":\"demo\",\"figures\":{\"readings_stored\":362880,\"mae\":0.333333}")
        .contains("\"machine\":{\"os\":")
        .doesNotContain("\n");
    assertThat(Figures.fromJsonLine(line).asMap())
        .containsEntry("readings_stored", 362_880.0)
        .containsEntry("mae", 0.333333);
  }

  @Test
  void aFigureIsFiniteAndNamedOnce() {
    var figures = new Figures().put("ack_ms_p99", 3);
    assertThatThrownBy(() -> figures.put("ack_ms_p99", 4)).hasMessageContaining("ack_ms_p99");
    assertThatThrownBy(() -> figures.put("mape", Double.NaN)).hasMessageContaining("mape");
    assertThatThrownBy(() -> figures.put("Ack-ms", 4)).hasMessageContaining("Ack-ms");
  }

  @Test
  void percentilesAreRecordedValues() {
    var latencies = new Latencies(5000);
    for (int i = 2000; i >= 1; i--) {
      latencies.record(i * 1_000_000L);
    }
    assertThat(latencies.millis(0.5)).isEqualTo(1000);
    assertThat(latencies.millis(0.99)).isEqualTo(1980);
    assertThat(latencies.millis(1)).isEqualTo(2000);
    assertThat(latencies.count()).isEqualTo(2000);
  }

  @Test
  void aRunThatIsTooLongSaysSo() {
    var latencies = new Latencies(1);
    latencies.record(1);
    assertThatThrownBy(() -> latencies.record(1)).hasMessageContaining("more than 1");
  }
}
