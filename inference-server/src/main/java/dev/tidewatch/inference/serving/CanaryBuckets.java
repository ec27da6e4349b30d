package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.registry.Routing;
import java.nio.charset.StandardCharsets;

/**
 * Which keys a canary's share takes. A key has one bucket for ever, on every replica; a share of
 * {@code n} basis points takes the buckets below {@code n}, so that a larger share takes the same
 * keys and more.
 *
 * <p>The bucket is {@code mix(fnv(model, 0, key)) mod 10,000}, unsigned: 64-bit FNV-1a over the
 * UTF-8 bytes of the model's name, a zero byte and those of the key, then the finaliser of
 * MurmurHash3 ({@code fmix64}), since FNV alone spreads names that differ in their last characters
 * unevenly.
 */
public final class CanaryBuckets {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private CanaryBuckets() {}

  /** 0 to 9,999. */
  public static int bucket(String model, String key) {
    long hash = fnv(fnv(FNV_OFFSET, model) * FNV_PRIME, key);
    return (int) Long.remainderUnsigned(mix(hash), Routing.BASIS_POINTS);
  }

  private static long fnv(long start, String text) {
    long hash = start;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    return hash;
  }

  private static long mix(long hash) {
    long mixed = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}
