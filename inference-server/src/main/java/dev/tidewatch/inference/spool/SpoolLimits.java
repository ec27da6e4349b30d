package dev.tidewatch.inference.spool;

import java.time.Duration;

/**
 * Bounds of a spool.
 *
 * @param bytesMax of all segments together; when reached, appends are refused
 * @param segmentBytesMax a segment that reached it is closed and the next one begun
 * @param recordBytesMax of one record
 * @param syncEvery longest time that an append stays in the operating system's memory alone
 */
public record SpoolLimits(
    long bytesMax, long segmentBytesMax, int recordBytesMax, Duration syncEvery) {
  public SpoolLimits {
    if (segmentBytesMax < 4_096) {
      throw new IllegalArgumentException(
          "segmentBytesMax is %d; at least 4096".formatted(segmentBytesMax));
    }
    if (bytesMax < segmentBytesMax) {
      throw new IllegalArgumentException(
          "bytesMax is %d; it must hold at least one segment of %d"
              .formatted(bytesMax, segmentBytesMax));
    }
    if (recordBytesMax < 1 || recordBytesMax > segmentBytesMax) {
      throw new IllegalArgumentException(
          "recordBytesMax is %d; 1 to segmentBytesMax".formatted(recordBytesMax));
    }
    if (!syncEvery.isPositive()) {
      throw new IllegalArgumentException(
          "syncEvery is %s; it must be above 0".formatted(syncEvery));
    }
  }

  /** Segments of a sixty-fourth, at most 16 MiB; records up to 4 MiB; synced every 100 ms. */
  public static SpoolLimits ofSize(long bytesMax) {
    long segmentBytes = Math.clamp(bytesMax / 64, 1L << 16, 1L << 24);
    return new SpoolLimits(
        bytesMax, segmentBytes, (int) Math.min(segmentBytes, 1 << 22), Duration.ofMillis(100));
  }
}
