package dev.tidewatch.benchmarks.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Small campaigns: with real processes killed, nothing is lost, doubled or missing but what the
 * sabotage did, and that is found. The seed is printed; {@code -Dtidewatch.seed=N} repeats a run.
 */
final class CrashCampaignTest {
  @TempDir private Path folder;

  @Test
  @Timeout(600)
  void findsTheOneReadingThatIsLostAfterKillsOfServerClientAndDatabase() throws Exception {
    CampaignRecord record = run(3, Sabotage.DROP_ONE);
    assertThat(record.kills()).isEqualTo(3);
    assertThat(record.acknowledged).isGreaterThanOrEqualTo(3 * CrashCampaign.READINGS_PER_KILL);
    Verdict verdict = record.verdict();
    assertThat(verdict.lost()).isEqualTo(1);
    assertThat(verdict.doubled()).isZero();
    assertSound(verdict);
  }

  @Test
  @Timeout(600)
  void findsTheOneReadingThatIsDoubledAfterAKillOfTheServer() throws Exception {
    Verdict verdict = run(1, Sabotage.DOUBLE_ONE).verdict();
    assertThat(verdict.lost()).isZero();
    assertThat(verdict.doubled()).isEqualTo(1);
    assertSound(verdict);
  }

  private CampaignRecord run(int kills, Sabotage sabotage) throws Exception {
    long seed = Long.getLong("tidewatch.seed", System.nanoTime());
    System.out.println("CrashCampaignTest: -Dtidewatch.seed=" + seed);
    var order = new CampaignOrder<>(kills, seed, Optional.of(sabotage));
    return new CrashCampaign(order, Optional.empty(), folder, System.out).run();
  }

  private static void assertSound(Verdict verdict) {
    assertThat(verdict.isClean()).isFalse();
    assertThat(verdict.rollupReadings).isPositive();
    assertThat(verdict.missingInFeed()).isZero();
    assertThat(verdict.phantoms).isZero();
    assertThat(verdict.feedGaps).isZero();
    assertThat(verdict.wrongWriters).isZero();
  }
}
