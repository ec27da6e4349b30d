package dev.tidewatch.registry.domain;

/**
 * What guards an alias.
 *
 * @param isProtected moves ask the gates and approvals
 * @param approvalsMin approvals of a version, by different API keys, that a move needs
 * @param revision of its last change; 0 while it was never set
 */
public record AliasProtection(
    AliasKey key, boolean isProtected, GatePolicy gates, int approvalsMin, long revision) {
  /** Most approvals that can be asked for. */
  public static final int APPROVALS_MAX = 10;

  public AliasProtection {
    if (approvalsMin < 0 || approvalsMin > APPROVALS_MAX) {
      throw new IllegalArgumentException(
          "approvals_min: " + approvalsMin + "; want 0 to " + APPROVALS_MAX);
    }
  }

  static AliasProtection none(AliasKey key) {
    return new AliasProtection(key, false, GatePolicy.NONE, 0, 0);
  }
}
