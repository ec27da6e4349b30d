package dev.tidewatch.monitor.health;

/** What a score is of. The codes are those of the contract and of the database. */
public enum SubjectKind {
  /** All versions that serve. */
  MODEL(1),
  SERIES(2),
  /** All of its series. */
  DEVICE(3);

  private final int code;

  SubjectKind(int code) {
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
  public static SubjectKind ofCode(int code) {
    for (SubjectKind each : values()) {
      if (each.code == code) {
        return each;
      }
    }
    throw new IllegalArgumentException("nothing has the code " + code);
  }
}
