package dev.tidewatch.monitor.retrain;

/** Where a task stands. The codes are those of the contract and of the database. */
public enum RetrainState {
  OPEN(1),
  LEASED(2),
  SUCCEEDED(3),
  FAILED(4),
  CANCELLED(5);

  private final int code;

  RetrainState(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /** Nothing happens to it any more. */
  public boolean isEnd() {
    return this != OPEN && this != LEASED;
  }

  /**
   * The state of a code.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static RetrainState ofCode(int code) {
    for (RetrainState state : values()) {
      if (state.code == code) {
        return state;
      }
    }
    throw new IllegalArgumentException("no state has the code " + code);
  }
}
