package dev.tidewatch.monitor.drift;

/** What kind of drift was looked for. */
public enum DriftKind {
  /** The distribution of an input, against the same hours of the week. */
  INPUT(1),
  /** The distribution of what is predicted. */
  PREDICTION(2),
  /** The residuals, online. */
  RESIDUAL(3),
  /** The share of intervals without a reading. */
  MISSING(4),
  /** A constant factor or offset. */
  UNIT(5);

  private final int code;

  DriftKind(int code) {
    this.code = code;
  }

  /** Stands for it in the database. */
  public int code() {
    return code;
  }

  public static DriftKind ofCode(int code) {
    return values()[code - 1];
  }
}
