package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.standalone.figures.Figures;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a campaign against the registry did, and what became of it. Filled by one thread. */
final class RegistryRecord {
  private final Map<RegistryBlow, Integer> kills = new EnumMap<>(RegistryBlow.class);
  private final Map<RegistryBlow, Integer> amid = new EnumMap<>(RegistryBlow.class);
  private final List<Double> startSeconds = new ArrayList<>();
  private final RegistryVerdict verdict;
  long looks;
  long resumedBytes;
  long versions;
  long moves;
  double seconds;

  RegistryRecord(RegistryVerdict verdict) {
    this.verdict = verdict;
  }

  /**
   * @param wasAmid the step was unanswered at that instant
   * @param seconds until the registry took connections again
   */
  void kill(RegistryBlow blow, boolean wasAmid, double seconds) {
    kills.merge(blow, 1, Integer::sum);
    amid.merge(blow, wasAmid ? 1 : 0, Integer::sum);
    startSeconds.add(seconds);
  }

  int kills() {
    return startSeconds.size();
  }

  int kills(RegistryBlow blow) {
    return kills.getOrDefault(blow, 0);
  }

  int amid(RegistryBlow blow) {
    return amid.getOrDefault(blow, 0);
  }

  RegistryVerdict verdict() {
    return verdict;
  }

  Figures figures() {
    List<Double> sorted = startSeconds.stream().sorted().toList();
    var figures = new Figures().put("kills", kills());
    for (RegistryBlow blow : RegistryBlow.values()) {
      figures.put(blow.title() + "_kills", kills(blow));
      figures.put(blow.title() + "_kills_amid", amid(blow));
    }
    verdict.addTo(figures);
    return figures
        .put("versions", versions)
        .put("moves", moves)
        .put("resumed_bytes", resumedBytes)
        .put("looks", looks)
        .put("start_s_p50", sorted.get(sorted.size() / 2))
        .put("start_s_max", sorted.getLast())
        .put("seconds", seconds);
  }
}
