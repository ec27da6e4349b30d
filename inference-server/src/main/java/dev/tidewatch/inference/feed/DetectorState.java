package dev.tidewatch.inference.feed;

import org.jspecify.annotations.Nullable;

/**
 * What one detector knows of one series. Immutable as long as nobody writes into {@link #state}.
 */
public final class DetectorState {
  public static final int STATE_BYTES_MAX = 16_384;

  private final String series;
  private final String slot;
  private final int shard;
  private final String model;
  private final String version;
  private final long lastTimeMicros;
  private final long position;
  private final byte @Nullable [] state;

  /**
   * @param slot of the assignment
   * @param shard that carries the series
   * @param lastTimeMicros newest reading that it has seen
   * @param position of the feed that changed it last
   * @param state in the family's form; null if it is too large to be kept, and is rebuilt from
   *     history
   */
  public DetectorState(
      String series,
      String slot,
      int shard,
      String model,
      String version,
      long lastTimeMicros,
      long position,
      byte @Nullable [] state) {
    this.series = series;
    this.slot = slot;
    this.shard = shard;
    this.model = model;
    this.version = version;
    this.lastTimeMicros = lastTimeMicros;
    this.position = position;
    this.state = state;
  }

  public String series() {
    return series;
  }

  public String slot() {
    return slot;
  }

  public int shard() {
    return shard;
  }

  public String model() {
    return model;
  }

  public String version() {
    return version;
  }

  public long lastTimeMicros() {
    return lastTimeMicros;
  }

  public long position() {
    return position;
  }

  /** Size of the state. */
  public int bytes() {
    return state == null ? 0 : state.length;
  }

  /** Not a copy. */
  public byte @Nullable [] state() {
    return state;
  }
}
