package dev.tidewatch.registry.domain;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * What a rule removes.
 *
 * @param versions by model and number, ascending
 * @param freed artifacts that no version needs any more then
 * @param truncated there are more versions that the rule would remove
 */
public record RetentionPlan(
    List<RemovableVersion> versions, List<FreedArtifact> freed, boolean truncated) {
  public RetentionPlan {
    versions = List.copyOf(versions);
    freed = List.copyOf(freed);
  }

  /** A version that no part of a rule keeps. */
  public record RemovableVersion(ModelName model, SemanticVersion number, Sha256 artifact) {}

  /** An artifact that only such versions, or archived ones, are made of. */
  public record FreedArtifact(Sha256 sha256, long sizeBytes) {}

  public long freedBytes() {
    return freed.stream().mapToLong(FreedArtifact::sizeBytes).sum();
  }

  /** Names the plan: plans with the same digest remove the same. */
  public Sha256 digest() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (RemovableVersion version : versions) {
        add(digest, version.model() + " " + version.number() + " " + version.artifact());
      }
      for (FreedArtifact artifact : freed) {
        add(digest, artifact.sha256() + " " + artifact.sizeBytes());
      }
      add(digest, truncated ? "and more" : "no more");
      return Sha256.of(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void add(MessageDigest digest, String line) {
    digest.update((line + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
