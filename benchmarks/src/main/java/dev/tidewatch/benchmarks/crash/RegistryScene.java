package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.benchmarks.crash.RegistryCalls.Aliases;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the registry must show by what was asked and acknowledged. Thread-safe: a reader looks while
 * the campaign goes on.
 */
final class RegistryScene {
  /** Versions that were asked for, by their title; the digest of the file that they are made of. */
  private final Map<String, String> asked = new LinkedHashMap<>();

  private final Set<String> acknowledgedVersions = new LinkedHashSet<>();
  private final Set<String> acknowledgedArtifacts = new LinkedHashSet<>();
  private final List<String> acknowledgedMoves = new ArrayList<>();

  /** Where the aliases may be, one stage after the other. */
  private final List<Set<Aliases>> stages = new ArrayList<>(List.of(Set.of()));

  synchronized void ask(String title, String sha256) {
    asked.put(title, sha256);
  }

  synchronized void acknowledgeArtifact(String sha256) {
    acknowledgedArtifacts.add(sha256);
  }

  synchronized void acknowledgeVersion(String title) {
    acknowledgedVersions.add(title);
  }

  /** A move is on its way: the aliases are where they were or where it brings them. */
  synchronized void expect(Aliases before, Aliases after) {
    stages.add(Set.of(before, after));
  }

  /**
   * A move was acknowledged.
   *
   * @param reason names it
   */
  synchronized void acknowledgeMove(String reason, Aliases after) {
    acknowledgedMoves.add(reason);
    stages.add(Set.of(after));
  }

  /** A move was not acknowledged, and this is what became of it. */
  synchronized void settle(Aliases now) {
    stages.add(Set.of(now));
  }

  /** The stage now; for {@link #possibleSince}. */
  synchronized int stage() {
    return stages.size() - 1;
  }

  /** Where the aliases may have been at any moment since a stage. */
  synchronized Set<Aliases> possibleSince(int stage) {
    Set<Aliases> possible = new LinkedHashSet<>();
    stages.subList(stage, stages.size()).forEach(possible::addAll);
    return possible;
  }

  synchronized Map<String, String> asked() {
    return Map.copyOf(asked);
  }

  synchronized Set<String> acknowledgedVersions() {
    return Set.copyOf(acknowledgedVersions);
  }

  synchronized Set<String> acknowledgedArtifacts() {
    return Set.copyOf(acknowledgedArtifacts);
  }

  synchronized List<String> acknowledgedMoves() {
    return List.copyOf(acknowledgedMoves);
  }
}
