package dev.tidewatch.ingest.catalog;

/** What the values of a series are. Numbers are those of the contract and of the database. */
public enum SeriesKind {
  GAUGE(1),
  COUNTER(2),
  BOOLEAN(3),
  STATE(4);

  private final int number;

  SeriesKind(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /**
   * @throws IllegalArgumentException if no kind has the number
   */
  public static SeriesKind of(int number) {
    for (SeriesKind kind : values()) {
      if (kind.number == number) {
        return kind;
      }
    }
    throw new IllegalArgumentException("no kind of series has the number " + number);
  }
}
