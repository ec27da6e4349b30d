package dev.tidewatch.benchmarks.crash;

import java.util.Optional;

/**
 * What a campaign is to do.
 *
 * @param kills processes to kill, 1 to 100,000
 * @param seed of all that is random
 * @param sabotage harm done behind the verifier's back, before it compares
 * @param <S> kinds of harm
 */
record CampaignOrder<S extends Enum<S>>(int kills, long seed, Optional<S> sabotage) {
  CampaignOrder {
    if (kills < 1 || kills > 100_000) {
      throw new IllegalArgumentException("kills: " + kills + ", want 1 to 100000");
    }
  }
}
