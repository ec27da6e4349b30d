package dev.tidewatch.registry.artifacts;

import java.time.Duration;

/**
 * Bounds of the artifact store.
 *
 * @param sizeBytesMax of one artifact
 * @param openUploadsMax streams at a time
 * @param uploadAgeMax how long an upload may rest before it is swept
 * @param orphanAgeMin how old a file without a row must be before it is swept
 */
public record ArtifactLimits(
    long sizeBytesMax, int openUploadsMax, Duration uploadAgeMax, Duration orphanAgeMin) {
  public ArtifactLimits {
    if (sizeBytesMax < 1) {
      throw new IllegalArgumentException("sizeBytesMax: " + sizeBytesMax);
    }
    if (openUploadsMax < 1) {
      throw new IllegalArgumentException("openUploadsMax: " + openUploadsMax);
    }
    if (uploadAgeMax.isNegative() || orphanAgeMin.isNegative()) {
      throw new IllegalArgumentException("ages must not be negative");
    }
  }
}
