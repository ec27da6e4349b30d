package dev.tidewatch.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.standalone.figures.Figures;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoBenchTest {
  private static Figures run(int planted, int found, int falseAlarms, double mape) {
    return new Figures()
        .put("faults_planted", planted)
        .put("faults_found", found)
        .put("false_alarms", falseAlarms)
        .put("energy_mape", mape);
  }

  @Test
  void theWorstSeedCounts() {
    Figures summary = DemoBench.summary(List.of(run(13, 13, 1, 6.8), run(10, 8, 10, 9.9)));
    assertThat(summary.get("seeds")).hasValue(2);
    assertThat(summary.get("seeds_missed")).hasValue(0);
    assertThat(summary.get("found_share_min")).hasValue(0.8);
    assertThat(summary.get("false_alarms_per_fault_max")).hasValue(1);
    assertThat(summary.get("energy_mape_max")).hasValue(9.9);
    assertThat(summary.get("faults_found")).hasValue(21);
  }

  @Test
  void anyBarMissedIsASeedMissed() {
    assertThat(DemoBench.summary(List.of(run(10, 7, 0, 5))).get("seeds_missed")).hasValue(1);
    assertThat(DemoBench.summary(List.of(run(10, 10, 11, 5))).get("seeds_missed")).hasValue(1);
    assertThat(DemoBench.summary(List.of(run(10, 10, 0, 10.1))).get("seeds_missed")).hasValue(1);
  }
}
