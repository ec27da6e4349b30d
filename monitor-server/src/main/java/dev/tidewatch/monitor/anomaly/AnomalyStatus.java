package dev.tidewatch.monitor.anomaly;

/** Where an anomaly stands. The codes are those of the contract and of the database. */
public enum AnomalyStatus {
  OPEN(1),
  ACKNOWLEDGED(2),
  FALSE_ALARM(3);

  private final int code;

  AnomalyStatus(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /**
   * The status of a code.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static AnomalyStatus ofCode(int code) {
    for (AnomalyStatus status : values()) {
      if (status.code == code) {
        return status;
      }
    }
    throw new IllegalArgumentException("no status has the code " + code);
  }
}
