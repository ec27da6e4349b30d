package dev.tidewatch.monitor.anomaly;

/**
 * How far from expected. The codes are those of the contract and of the database; larger is worse.
 */
public enum Severity {
  LOW(1),
  MEDIUM(2),
  HIGH(3),
  CRITICAL(4);

  private final int code;

  Severity(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /**
   * The severity of a code.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Severity ofCode(int code) {
    for (Severity severity : values()) {
      if (severity.code == code) {
        return severity;
      }
    }
    throw new IllegalArgumentException("no severity has the code " + code);
  }
}
