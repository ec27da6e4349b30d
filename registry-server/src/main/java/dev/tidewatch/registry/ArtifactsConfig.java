package dev.tidewatch.registry;

import dev.tidewatch.registry.artifacts.ArtifactLimits;
import dev.tidewatch.serverkit.config.ByteSize;
import dev.tidewatch.serverkit.config.Setting;
import java.nio.file.Path;
import java.time.Duration;

/** Where artifacts are kept and how large they may be. */
public record ArtifactsConfig(
    @Setting(
            description =
                "Folder of the artifact files; made if it is missing. Must last and be on one file"
                    + " system. All replicas share it.",
            defaultValue = "data/artifacts")
        Path folder,
    @Setting(description = "Largest artifact that is taken.", defaultValue = "2GiB")
        ByteSize sizeMax,
    @Setting(description = "Uploads at a time, 1 or more.", defaultValue = "64") int openUploadsMax,
    @Setting(
            description = "How long an interrupted upload may rest before it is forgotten.",
            defaultValue = "24h")
        Duration uploadAgeMax,
    @Setting(
            description =
                "How old a file that the database does not know must be before it is removed. Must"
                    + " exceed the time that a commit may take.",
            defaultValue = "1h")
        Duration orphanAgeMin,
    @Setting(
            description = "How often forgotten uploads and unknown files are looked for.",
            defaultValue = "1h")
        Duration sweepInterval) {
  public ArtifactsConfig {
    if (!sweepInterval.isPositive()) {
      throw new IllegalArgumentException("sweep-interval: expected more than zero");
    }
    if (sizeMax.bytes() < 1) {
      throw new IllegalArgumentException("size-max: expected 1 or more");
    }
    if (openUploadsMax < 1) {
      throw new IllegalArgumentException("open-uploads-max: expected 1 or more");
    }
    if (uploadAgeMax.isNegative() || orphanAgeMin.isNegative()) {
      throw new IllegalArgumentException("upload-age-max and orphan-age-min: negative");
    }
  }

  ArtifactLimits limits() {
    return new ArtifactLimits(sizeMax.bytes(), openUploadsMax, uploadAgeMax, orphanAgeMin);
  }
}
