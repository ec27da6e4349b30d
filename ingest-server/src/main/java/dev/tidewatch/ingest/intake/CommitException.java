package dev.tidewatch.ingest.intake;

import org.jspecify.annotations.Nullable;

/** A group that was not committed, or of which nobody knows; the cause says what to do next. */
public final class CommitException extends Exception {
  /** What to do with the group. */
  public enum Kind {
    /** The catalogue changed since the batches were checked: check again, commit again. */
    CATALOGUE_MOVED,
    /** Another transaction was in the way: commit again. */
    CONTENDED,
    /** The database refused what a batch holds: find out which one. */
    REFUSED,
    /** A unary request of the group was committed already, under the same request id. */
    REPEATED,
    /** The database cannot be reached or has no room: nothing was stored. */
    UNAVAILABLE,
    /** The connection broke in COMMIT, and the database cannot be asked what became of it. */
    UNKNOWN
  }

  private static final long serialVersionUID = 1;

  private final Kind kind;

  public CommitException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
