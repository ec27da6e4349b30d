package dev.tidewatch.monitor.drift;

/** How much drift, rising. */
public enum DriftLevel {
  /** Fewer samples than the minimum. */
  UNKNOWN(1),
  NONE(2),
  MODERATE(3),
  STRONG(4);

  private final int code;

  DriftLevel(int code) {
    this.code = code;
  }

  /** Stands for it in the database; stronger is larger. */
  public int code() {
    return code;
  }

  public static DriftLevel ofCode(int code) {
    return values()[code - 1];
  }
}
