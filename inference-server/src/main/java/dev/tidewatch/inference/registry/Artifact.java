package dev.tidewatch.inference.registry;

/**
 * Where a version's bundle is to be had.
 *
 * @param sha256 lower-case hexadecimal
 * @param sizeBytes as the registry says
 */
public record Artifact(VersionKey version, String sha256, long sizeBytes) {
  public Artifact {
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("sha256 of %s is '%s'".formatted(version, sha256));
    }
    if (sizeBytes < 0) {
      throw new IllegalArgumentException("size of %s is %d".formatted(version, sizeBytes));
    }
  }
}
