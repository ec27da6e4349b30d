package dev.tidewatch.monitor.trial;

/** What is to be done next in a trial, or how it ended. The names are kept in the database. */
public enum TrialStep {
  /** Ask the gates of the champion. */
  GATE,
  /** Let the candidate answer as canary. */
  START_CANARY,
  /** Compare what it answers. */
  CANARY,
  /** Wait for a person. */
  WAITING,
  /** Make it the champion. */
  PROMOTE,
  /** Take the canary away. */
  ROLL_BACK,
  PROMOTED,
  REFUSED,
  ROLLED_BACK;

  public boolean isEnd() {
    return this == PROMOTED || this == REFUSED || this == ROLLED_BACK;
  }
}
