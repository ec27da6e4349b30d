package dev.tidewatch.ingest.intake;

/** Why a reading was not stored. Numbers are those of the contract and of the database. */
public enum RejectReason {
  VALUE_NOT_FINITE(1, false),
  VALUE_MISSING(2, false),
  VALUE_OUT_OF_RANGE(3, false),
  VALUE_NOT_ALLOWED(4, false),
  TIME_IN_FUTURE(5, true),
  TIME_OUT_OF_RANGE(6, false),
  TIME_TOO_FINE(7, false),
  OLDER_THAN_RETENTION(8, false),
  DUPLICATE(9, false),
  SERIES_UNKNOWN(10, true),
  SERIES_NAME_INVALID(11, false),
  COUNTER_DECREASED(12, false),
  RATE_OF_CHANGE_EXCEEDED(13, false),
  SERIES_LIMIT_REACHED(14, true),
  BATCH_REFUSED(15, false);

  private final int number;
  private final boolean retryCanHelp;

  RejectReason(int number, boolean retryCanHelp) {
    this.number = number;
    this.retryCanHelp = retryCanHelp;
  }

  public int number() {
    return number;
  }

  /** True if the same reading, sent again later, may be stored. */
  public boolean retryCanHelp() {
    return retryCanHelp;
  }

  /**
   * @throws IllegalArgumentException if no reason has the number
   */
  public static RejectReason of(int number) {
    for (RejectReason reason : values()) {
      if (reason.number == number) {
        return reason;
      }
    }
    throw new IllegalArgumentException("no reject reason has the number " + number);
  }
}
