package dev.tidewatch.monitor.health;

/** What a score is made of. The codes are those of the contract and of the database. */
public enum PartKind {
  COMMUNICATION(1),
  COMPLETENESS(2),
  SENSOR_DRIFT(3),
  ANOMALIES(4),
  ACCURACY(5),
  COVERAGE(6),
  FRESHNESS(7);

  private final int code;

  PartKind(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /**
   * The one of a code.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static PartKind ofCode(int code) {
    for (PartKind each : values()) {
      if (each.code == code) {
        return each;
      }
    }
    throw new IllegalArgumentException("nothing has the code " + code);
  }
}
