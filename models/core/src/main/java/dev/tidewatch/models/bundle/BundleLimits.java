package dev.tidewatch.models.bundle;

/**
 * What reading a bundle may cost.
 *
 * @param bytesMax of the zip, and of everything in it once unpacked
 * @param filesMax files beside {@code bundle.json}
 * @param manifestBytesMax of {@code bundle.json}
 */
public record BundleLimits(long bytesMax, int filesMax, int manifestBytesMax) {
  /** 512 MiB, 4,096 files, a manifest of 16 MiB. */
  public static final BundleLimits DEFAULT = new BundleLimits(512L << 20, 4_096, 16 << 20);

  public BundleLimits {
    if (bytesMax < 1 || filesMax < 0 || manifestBytesMax < 1) {
      throw new IllegalArgumentException("bundle limits must be positive");
    }
  }
}
