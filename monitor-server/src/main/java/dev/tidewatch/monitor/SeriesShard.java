package dev.tidewatch.monitor;

import java.nio.charset.StandardCharsets;

/**
 * Which of the feed's shards carries a series: 64-bit FNV-1a of the name, unsigned, modulo the
 * number of shards.
 */
public final class SeriesShard {
  private static final long OFFSET_BASIS = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private SeriesShard() {}

  /** Shard of the name, from 0. */
  public static int of(String series, int shardCount) {
    long hash = OFFSET_BASIS;
    for (byte b : series.getBytes(StandardCharsets.UTF_8)) {
      hash ^= b & 0xff;
      hash *= PRIME;
    }
    return (int) Long.remainderUnsigned(hash, shardCount);
  }
}
