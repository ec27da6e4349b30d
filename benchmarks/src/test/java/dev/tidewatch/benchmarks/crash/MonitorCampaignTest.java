package dev.tidewatch.benchmarks.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A small campaign against a real monitor and a real receiver: nothing is lost or doubled but what
 * the sabotage did, and that is found. The seed is printed; {@code -Dtidewatch.seed=N} repeats a
 * run.
 */
final class MonitorCampaignTest {
  @TempDir private Path folder;

  @Test
  @Timeout(600)
  void findsTheTransitionThatIsLostAndNothingElse() throws Exception {
    long seed = Long.getLong("tidewatch.seed", System.nanoTime());
    System.out.println("MonitorCampaignTest: -Dtidewatch.seed=" + seed);
    var order = new CampaignOrder<>(2, seed, Optional.of(MonitorSabotage.LOSE_TRANSITION));
    var campaign = new MonitorCampaign(order, folder, System.out);
    var figures = campaign.run();

    MonitorVerdict verdict = campaign.verdict();
    assertThat(verdict.lostTransitions.get()).as("%s", verdict.faults()).isEqualTo(1);
    assertThat(verdict.gaps.get()).as("%s", verdict.faults()).isEqualTo(1);
    assertThat(verdict.faults()).hasSize(2);
    assertThat(figures.get("kills")).hasValue(2);
    assertThat(figures.get("webhooks").orElseThrow()).isPositive();
  }
}
