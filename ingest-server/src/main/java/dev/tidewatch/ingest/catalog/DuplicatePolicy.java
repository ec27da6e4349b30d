package dev.tidewatch.ingest.catalog;

/**
 * What happens to a reading whose series already has another one at the same time. Numbers are
 * those of the contract and of the database.
 */
public enum DuplicatePolicy {
  KEEP_FIRST(1),
  KEEP_LAST(2),
  REJECT(3);

  private final int number;

  DuplicatePolicy(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /**
   * @throws IllegalArgumentException if no policy has the number
   */
  public static DuplicatePolicy of(int number) {
    for (DuplicatePolicy policy : values()) {
      if (policy.number == number) {
        return policy;
      }
    }
    throw new IllegalArgumentException("no duplicate policy has the number " + number);
  }
}
