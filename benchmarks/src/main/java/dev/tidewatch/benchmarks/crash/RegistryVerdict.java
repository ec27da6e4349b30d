package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.standalone.figures.Figures;
import java.util.concurrent.atomic.AtomicLong;

/** What is wrong with a registry, by kind. All of it must be zero. Thread-safe. */
final class RegistryVerdict extends CountedFaults {
  /** A version that can be seen, but not with all that makes it one. */
  final AtomicLong halfVersions = new AtomicLong();

  final AtomicLong lostVersions = new AtomicLong();
  final AtomicLong doubledVersions = new AtomicLong();
  final AtomicLong lostArtifacts = new AtomicLong();
  final AtomicLong damagedArtifacts = new AtomicLong();
  final AtomicLong lostAliases = new AtomicLong();

  /** Aliases that moved alone though they should move together, or to where nobody sent them. */
  final AtomicLong tornMoves = new AtomicLong();

  final AtomicLong lostMoves = new AtomicLong();
  final AtomicLong doubledMoves = new AtomicLong();
  final AtomicLong brokenHistories = new AtomicLong();

  /** Files that nobody will ever ask for. */
  final AtomicLong leftovers = new AtomicLong();

  void addTo(Figures figures) {
    figures
        .put("half_versions", halfVersions.get())
        .put("lost_versions", lostVersions.get())
        .put("doubled_versions", doubledVersions.get())
        .put("lost_artifacts", lostArtifacts.get())
        .put("damaged_artifacts", damagedArtifacts.get())
        .put("lost_aliases", lostAliases.get())
        .put("torn_moves", tornMoves.get())
        .put("lost_moves", lostMoves.get())
        .put("doubled_moves", doubledMoves.get())
        .put("broken_histories", brokenHistories.get())
        .put("leftovers", leftovers.get());
  }
}
