package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.benchmarks.crash.RegistryCalls.Aliases;
import dev.tidewatch.proto.registry.v1.AliasMoveRecord;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.VersionState;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Compares what a registry shows with what it must show. */
final class RegistryVerifier {
  /** Tag of a version that names it, and says whose bytes it must have. */
  static final String TITLE = "title";

  private final RegistryScene scene;
  private final RegistryVerdict verdict;

  RegistryVerifier(RegistryScene scene, RegistryVerdict verdict) {
    this.scene = scene;
    this.verdict = verdict;
  }

  /** What anybody must see at any moment, also amid a change. */
  void look(RegistryCalls calls) {
    int stage = scene.stage(); // the campaign may go on while the answer comes
    Aliases aliases = calls.aliases();
    Set<Aliases> possible = scene.possibleSince(stage);
    if (!possible.contains(aliases)) {
      boolean lost = aliases.champion() == null || aliases.canary() == null;
      verdict.fault(
          lost ? verdict.lostAliases : verdict.tornMoves,
          "aliases are %s, not %s",
          aliases,
          possible);
    }
    Map<String, Integer> titles = new HashMap<>();
    for (ModelVersion version : calls.versions()) {
      titles.merge(version.getTagsOrDefault(TITLE, ""), 1, Integer::sum);
      requireWhole(version);
    }
    titles.forEach((title, count) -> {
      if (count > 1) {
        verdict.fault(verdict.doubledVersions, "%d versions are '%s'", count, title);
      }
    });
  }

  private void requireWhole(ModelVersion version) {
    String title = version.getTagsOrDefault(TITLE, "");
    String sha256 = scene.asked().get(title);
    boolean whole =
        sha256 != null
            && sha256.equals(version.getArtifact().getSha256())
            && version.getArtifact().getSizeBytes() > 0
            && !version.getArtifact().getRemoved()
            && version.getState() == VersionState.VERSION_STATE_READY
            && version.getFamily().equals("seasonal-naive");
    if (!whole) {
      verdict.fault(
          verdict.halfVersions, "version %s '%s' is not whole", version.getVersion(), title);
    }
  }

  /** All that holds when nothing is on its way. */
  void verify(RegistryCalls calls) {
    look(calls);
    Set<String> titles = new HashSet<>();
    List<ModelVersion> versions = calls.versions();
    versions.forEach(version -> titles.add(version.getTagsOrDefault(TITLE, "")));
    for (String title : scene.acknowledgedVersions()) {
      if (!titles.contains(title)) {
        verdict.fault(verdict.lostVersions, "version '%s' is gone", title);
      }
    }
    for (String sha256 : scene.acknowledgedArtifacts()) {
      if (calls.artifact(sha256).isEmpty()) {
        verdict.fault(verdict.lostArtifacts, "artifact %s is gone", sha256);
      }
    }
    verifyHistory(calls, RegistryCalls.CHAMPION, calls.aliases().champion());
    verifyHistory(calls, RegistryCalls.CANARY, calls.aliases().canary());
  }

  /** Reads every artifact of every version. */
  void download(RegistryCalls calls) {
    for (ModelVersion version : calls.versions()) {
      String sha256 = version.getArtifact().getSha256();
      try {
        if (!calls.download(sha256).equals(sha256)) {
          verdict.fault(verdict.damagedArtifacts, "artifact %s comes as other bytes", sha256);
        }
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Status.Code.DATA_LOSS
            && e.getStatus().getCode() != Status.Code.NOT_FOUND) {
          throw e;
        }
        verdict.fault(verdict.damagedArtifacts, "artifact %s: %s", sha256, e.getStatus());
      }
    }
  }

  /** Counts files of artifacts that no version is made of, and temporary files. */
  void countLeftovers(RegistryCalls calls, Path folder) throws IOException {
    Set<String> wanted = new HashSet<>(scene.acknowledgedArtifacts());
    calls.versions().forEach(version -> wanted.add(version.getArtifact().getSha256()));
    List<Path> files;
    try (Stream<Path> found = Files.walk(folder)) {
      files = found.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      if (!wanted.contains(String.valueOf(file.getFileName()))) {
        verdict.fault(verdict.leftovers, "%s is left over", file);
      }
    }
  }

  private void verifyHistory(RegistryCalls calls, String alias, @Nullable String named) {
    String at = "";
    Map<String, Integer> reasons = new HashMap<>();
    for (AliasMoveRecord move : calls.history(alias)) {
      if (!move.getFromVersion().equals(at)) {
        verdict.fault(
            verdict.brokenHistories,
            "%s moved from '%s' when it was at '%s'",
            alias,
            move.getFromVersion(),
            at);
      }
      at = move.getToVersion();
      reasons.merge(move.getReason(), 1, Integer::sum);
    }
    if (!at.equals(named)) {
      verdict.fault(
          verdict.brokenHistories,
          "%s is at %s, its last move ended at %s",
          alias,
          String.valueOf(named),
          at);
    }
    reasons.forEach((reason, count) -> {
      if (count > 1) {
        verdict.fault(verdict.doubledMoves, "%s was moved %d times by '%s'", alias, count, reason);
      }
    });
    for (String reason : scene.acknowledgedMoves()) {
      boolean moves = alias.equals(RegistryCalls.CHAMPION) || !RegistryCampaign.isRollback(reason);
      if (moves && !reasons.containsKey(reason)) {
        verdict.fault(verdict.lostMoves, "%s has no move '%s'", alias, reason);
      }
    }
  }
}
