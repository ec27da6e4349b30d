package dev.tidewatch.monitor.ledger;

/** What made a prediction be asked for. The codes are those of the contract and of the database. */
public enum PredictionCause {
  STANDING(1),
  REQUEST(2),
  RECORDED_ON_REQUEST(3);

  private final int code;

  PredictionCause(int code) {
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
  public static PredictionCause ofCode(int code) {
    for (PredictionCause cause : values()) {
      if (cause.code == code) {
        return cause;
      }
    }
    throw new IllegalArgumentException("no cause has the code " + code);
  }
}
