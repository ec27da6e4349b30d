package dev.tidewatch.standalone.backup;

/** A backup or a restore that cannot be done; the message says why and names the entry. */
public final class BackupException extends Exception {
  private static final long serialVersionUID = 1;

  public BackupException(String message) {
    super(message);
  }

  public BackupException(String message, Throwable cause) {
    super(message, cause);
  }
}
