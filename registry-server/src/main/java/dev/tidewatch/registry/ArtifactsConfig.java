package dev.tidewatch.registry;

import dev.tidewatch.registry.artifacts.ArtifactLimits;
import dev.tidewatch.registry.artifacts.ArtifactTrust;
import dev.tidewatch.registry.artifacts.ContentFolder;
import dev.tidewatch.registry.artifacts.ContentStore;
import dev.tidewatch.registry.artifacts.S3ContentStore;
import dev.tidewatch.registry.artifacts.StagingFolder;
import dev.tidewatch.serverkit.config.ByteSize;
import dev.tidewatch.serverkit.config.Setting;
import dev.tidewatch.serverkit.security.TrustedKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Where artifacts are kept and how large they may be. */
public record ArtifactsConfig(
    @Setting(
            description =
                "Where finished artifacts are kept. `disk`: in `folder`. `s3`: in a bucket; see"
                    + " `s3`.",
            defaultValue = "disk")
        Store store,
    @Setting(
            description =
                "Folder of uploads on their way and, with `store: disk`, of the artifact files; made"
                    + " if it is missing. Must last and be on one file system. With `disk`, all"
                    + " replicas share it; with `s3` they may, so that an upload can go on at"
                    + " another replica.",
            defaultValue = "data/artifacts")
        Path folder,
    @Setting(description = "The bucket of `store: s3`.") S3Config s3,
    @Setting(
            description =
                "Folder of the Ed25519 public keys whose signatures count, one file `<key id>.pem`"
                    + " each. When it is set, unsigned artifacts are neither taken nor given out.")
        Optional<Path> trustedKeys,
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
  /** Where finished artifacts are kept. */
  public enum Store {
    DISK,
    S3
  }

  public ArtifactsConfig {
    if (store == Store.S3 && s3.bucket().isEmpty()) {
      throw new IllegalArgumentException("s3.bucket: required with store: s3");
    }
    if (store == Store.S3 && sizeMax.bytes() > S3ContentStore.OBJECT_BYTES_MAX) {
      throw new IllegalArgumentException("size-max: at most 5GiB with store: s3");
    }
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

  ContentStore open(StagingFolder staging) {
    return switch (store) {
      case DISK -> new ContentFolder(folder, staging);
      case S3 -> s3.open();
    };
  }

  ArtifactTrust trust() {
    return new ArtifactTrust(trustedKeys.map(TrustedKeys::new));
  }

  ArtifactLimits limits() {
    return new ArtifactLimits(sizeMax.bytes(), openUploadsMax, uploadAgeMax, orphanAgeMin);
  }
}
