package dev.tidewatch.benchmarks.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Small campaigns against a real registry process: nothing is half or lost but what the sabotage
 * did, and that is found. The seed is printed; {@code -Dtidewatch.seed=N} repeats a run.
 */
final class RegistryCampaignTest {
  @TempDir private Path folder;

  @Test
  @Timeout(600)
  void findsTheAliasThatIsLostAfterAKillOfEachKind() throws Exception {
    RegistryRecord record = run(3, RegistrySabotage.LOSE_ALIAS);
    assertThat(record.kills()).isEqualTo(3);
    for (RegistryBlow blow : RegistryBlow.values()) {
      assertThat(record.kills(blow)).isEqualTo(1);
    }
    RegistryVerdict verdict = record.verdict();
    assertThat(verdict.lostAliases.get()).as("%s", verdict.faults()).isEqualTo(1);
    assertThat(verdict.brokenHistories.get()).as("%s", verdict.faults()).isEqualTo(1);
    assertThat(verdict.faults()).hasSize(2);
  }

  @Test
  @Timeout(600)
  void findsTheVersionThatIsNotWhole() throws Exception {
    RegistryVerdict verdict = run(1, RegistrySabotage.HALVE_VERSION).verdict();
    assertThat(verdict.damagedArtifacts.get()).as("%s", verdict.faults()).isEqualTo(1);
    assertThat(verdict.faults()).hasSize(1);
  }

  private RegistryRecord run(int kills, RegistrySabotage sabotage) throws Exception {
    long seed = Long.getLong("tidewatch.seed", System.nanoTime());
    System.out.println("RegistryCampaignTest: -Dtidewatch.seed=" + seed);
    var order = new CampaignOrder<>(kills, seed, Optional.of(sabotage));
    return new RegistryCampaign(order, folder, System.out).run();
  }
}
