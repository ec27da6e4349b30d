package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.batching.QueueSizes;
import dev.tidewatch.serverkit.security.TrustedKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What residency may use.
 *
 * @param folder of downloaded artifacts
 * @param artifactBytesMax of one artifact, as it comes and unpacked
 * @param cacheBytesMax of all artifacts on disk
 * @param memoryBytesMax that loaded models may take, natives included, roughly
 * @param loadsAtOnce versions that are loaded at a time
 * @param loadLimit how long a version may take to be loaded, once it is on disk
 * @param warmUpLimit how long a version may take to be warmed
 * @param nativeTrials false: models that run native code are loaded without a trial in a process of
 *     its own
 * @param trustedKeys folder of the public keys that artifacts must be signed by; empty: none need
 *     be
 * @param queues of models of tensors
 */
public record ResidencySettings(
    Path folder,
    long artifactBytesMax,
    long cacheBytesMax,
    long memoryBytesMax,
    int loadsAtOnce,
    Duration loadLimit,
    Duration warmUpLimit,
    boolean nativeTrials,
    Optional<Path> trustedKeys,
    QueueSizes queues) {
  /** With queues of the usual size. */
  public ResidencySettings(
      Path folder,
      long artifactBytesMax,
      long cacheBytesMax,
      long memoryBytesMax,
      int loadsAtOnce,
      Duration loadLimit,
      Duration warmUpLimit,
      boolean nativeTrials,
      Optional<Path> trustedKeys) {
    this(
        folder,
        artifactBytesMax,
        cacheBytesMax,
        memoryBytesMax,
        loadsAtOnce,
        loadLimit,
        warmUpLimit,
        nativeTrials,
        trustedKeys,
        QueueSizes.USUAL);
  }

  public ResidencySettings {
    if (artifactBytesMax < 1 || cacheBytesMax < 1 || memoryBytesMax < 1 || loadsAtOnce < 1) {
      throw new IllegalArgumentException("bounds of residency must be positive");
    }
    if (!loadLimit.isPositive() || !warmUpLimit.isPositive()) {
      throw new IllegalArgumentException("time limits of residency must be positive");
    }
  }

  ArtifactTrust trust() {
    return new ArtifactTrust(trustedKeys.map(TrustedKeys::new));
  }

  TrialSettings trials() {
    return new TrialSettings(
        nativeTrials,
        loadLimit.plus(warmUpLimit),
        folder.resolve("trials"),
        TrialMain.class.getName());
  }
}
