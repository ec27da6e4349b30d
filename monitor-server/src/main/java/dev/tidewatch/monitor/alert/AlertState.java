package dev.tidewatch.monitor.alert;

/** Where an alert stands. The codes are those of the contract and of the database. */
public enum AlertState {
  /** The condition holds, but not yet for long enough. */
  PENDING(1),
  FIRING(2),
  /** Firing, and somebody takes care. */
  ACKNOWLEDGED(3),
  RESOLVED(4);

  private final int code;

  AlertState(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /** True for what somebody should know of: firing, acknowledged or not. */
  public boolean isFiring() {
    return this == FIRING || this == ACKNOWLEDGED;
  }

  /**
   * The state of a code.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static AlertState ofCode(int code) {
    for (AlertState state : values()) {
      if (state.code == code) {
        return state;
      }
    }
    throw new IllegalArgumentException("no state has the code " + code);
  }
}
