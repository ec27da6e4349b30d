package dev.tidewatch.monitor.ledger;

/** In which part a version answered. The codes are those of the contract and of the database. */
public enum PredictionRole {
  CHAMPION(1),
  CANARY(2),
  SHADOW(3);

  private final int code;

  PredictionRole(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /**
   * The role of a code.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static PredictionRole ofCode(int code) {
    for (PredictionRole role : values()) {
      if (role.code == code) {
        return role;
      }
    }
    throw new IllegalArgumentException("no role has the code " + code);
  }
}
