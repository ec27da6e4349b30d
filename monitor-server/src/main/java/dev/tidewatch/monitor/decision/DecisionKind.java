package dev.tidewatch.monitor.decision;

/** What was decided. The codes are those of the contract and of the database. */
public enum DecisionKind {
  RETRAIN(1),
  GATE_PASSED(2),
  GATE_REFUSED(3),
  CANARY_STARTED(4),
  PROMOTED(5),
  ROLLED_BACK(6),
  REVERTED(7),
  TUNED(8);

  private final int code;

  DecisionKind(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /**
   * The kind of a code.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static DecisionKind ofCode(int code) {
    for (DecisionKind kind : values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    throw new IllegalArgumentException("no kind has the code " + code);
  }
}
