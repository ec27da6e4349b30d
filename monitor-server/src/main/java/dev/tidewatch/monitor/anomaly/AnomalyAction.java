package dev.tidewatch.monitor.anomaly;

/** What can happen to an anomaly. The codes are those of the contract and of the database. */
public enum AnomalyAction {
  REPORTED(1),
  ACKNOWLEDGED(2),
  ASSIGNED(3),
  COMMENTED(4),
  MARKED_FALSE_ALARM(5);

  private final int code;

  AnomalyAction(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /**
   * The action of a code.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static AnomalyAction ofCode(int code) {
    for (AnomalyAction action : values()) {
      if (action.code == code) {
        return action;
      }
    }
    throw new IllegalArgumentException("no action has the code " + code);
  }
}
