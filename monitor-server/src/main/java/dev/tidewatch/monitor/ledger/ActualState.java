package dev.tidewatch.monitor.ledger;

/** What is known of an interval's truth. The names are those of the database. */
public enum ActualState {
  /** The interval or its lateness has not passed, or the value has not been taken yet. */
  PENDING,
  /** There is a value; a late or corrected reading may change it. */
  KNOWN,
  /** Taken, and the interval held no reading; a late one may fill it. */
  MISSING
}
