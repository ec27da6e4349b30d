package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.standalone.figures.Figures;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a campaign did, and what became of it. Filled by one thread. */
final class CampaignRecord {
  private final Map<Blow, Integer> counts = new EnumMap<>(Blow.class);
  private final List<Double> recoverySeconds = new ArrayList<>();
  private int killsInFlight;
  boolean databaseProcessesKilled;
  long acknowledged;
  long entries;
  long subscriptions;
  double seconds;
  Verdict verdict = new Verdict();

  /**
   * @param inFlight whether something was unacknowledged at that instant
   * @param seconds until every writer had something new acknowledged
   */
  void blow(Blow blow, boolean inFlight, double seconds) {
    counts.merge(blow, 1, Integer::sum);
    recoverySeconds.add(seconds);
    if (blow.isKill() && inFlight) {
      killsInFlight++;
    }
  }

  int blows() {
    return recoverySeconds.size();
  }

  int kills() {
    return counts.entrySet().stream()
        .filter(entry -> entry.getKey().isKill())
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  int count(Blow blow) {
    return counts.getOrDefault(blow, 0);
  }

  /** Of the kills. */
  double inFlightShare() {
    return kills() == 0 ? 0 : (double) killsInFlight / kills();
  }

  Verdict verdict() {
    return verdict;
  }

  Figures figures() {
    List<Double> sorted = recoverySeconds.stream().sorted().toList();
    return new Figures()
        .put("kills", kills())
        .put("acknowledged", acknowledged)
        .put("lost", verdict.lost())
        .put("doubled", verdict.doubled())
        .put("missing_in_feed", verdict.missingInFeed())
        .put("phantoms", verdict.phantoms)
        .put("kills_in_flight_share", inFlightShare())
        .put("server_kills", count(Blow.SERVER_KILL))
        .put("client_kills", count(Blow.CLIENT_KILL))
        .put("database_kills", count(Blow.DATABASE_KILL) + count(Blow.BACKEND_KILL))
        .put("database_processes_killed", databaseProcessesKilled ? 1 : 0)
        .put("resets", count(Blow.RESET))
        .put("cuts_amid_message", count(Blow.CUT_AMID_MESSAGE))
        .put("silences", count(Blow.SILENCE))
        .put("sent_with_repeats", entries)
        .put("lost_in_table", verdict.lostInTable)
        .put("wrong_in_table", verdict.wrongInTable)
        .put("lost_in_totals", verdict.lostInTotals)
        .put("doubled_in_table", verdict.doubledInTable)
        .put("doubled_in_totals", verdict.doubledInTotals)
        .put("doubled_in_feed", verdict.doubledInFeed)
        .put("doubled_in_live_feed", verdict.doubledInLiveFeed)
        .put("doubled_in_rollups", verdict.doubledInRollups)
        .put("lost_in_rollups", verdict.lostInRollups)
        .put("rollup_readings", verdict.rollupReadings)
        .put("missing_in_live_feed", verdict.missingInLiveFeed)
        .put("feed_gaps", verdict.feedGaps)
        .put("wrong_writers", verdict.wrongWriters)
        .put("live_subscriptions", subscriptions)
        .put("recovery_s_p50", sorted.get(sorted.size() / 2))
        .put("recovery_s_max", sorted.getLast())
        .put("seconds", seconds);
  }
}
