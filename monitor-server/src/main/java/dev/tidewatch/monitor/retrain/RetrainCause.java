package dev.tidewatch.monitor.retrain;

/** Why a model is trained again. The codes are those of the contract and of the database. */
public enum RetrainCause {
  MAPE(1),
  COVERAGE(2),
  DRIFT(3),
  AGE(4),
  SCHEDULE(5),
  BY_HAND(6);

  private final int code;

  RetrainCause(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /**
   * The cause of a code.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static RetrainCause ofCode(int code) {
    for (RetrainCause cause : values()) {
      if (cause.code == code) {
        return cause;
      }
    }
    throw new IllegalArgumentException("no cause has the code " + code);
  }
}
