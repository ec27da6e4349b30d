package dev.tidewatch.ingest.catalog;

import java.nio.charset.StandardCharsets;

/**
 * Which shard a series belongs to: the 64-bit FNV-1a hash (Fowler, Noll, Vo) of the name's bytes,
 * as an unsigned number, modulo the number of shards.
 */
public final class Shards {
  private static final long OFFSET_BASIS = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private Shards() {}

  public static int of(String seriesName, int shardCount) {
    long hash = OFFSET_BASIS;
    for (byte b : seriesName.getBytes(StandardCharsets.UTF_8)) {
      hash ^= b & 0xff;
      hash *= PRIME;
    }
    return (int) Long.remainderUnsigned(hash, shardCount);
  }
}
