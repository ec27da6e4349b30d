package dev.tidewatch.inference.serving;

import java.nio.file.Path;

/**
 * What residency may use.
 *
 * @param folder of downloaded bundles
 * @param bundleBytesMax of one bundle, as it comes and unpacked
 */
public record ResidencySettings(Path folder, long bundleBytesMax) {
  public ResidencySettings {
    if (bundleBytesMax < 1) {
      throw new IllegalArgumentException("bundleBytesMax is %d".formatted(bundleBytesMax));
    }
  }
}
