package dev.tidewatch.registry.domain;

import java.util.Optional;

/** Protections of aliases and approvals, as they are stored. */
public interface GuardRows {
  /** Empty where it was never set. */
  Optional<AliasProtection> protection(AliasKey key);

  void setProtection(AliasProtection protection);

  /** Keeps an approval in place of an earlier one by the same key. */
  void approve(Approval approval);

  Optional<Approval> approval(AliasKey key, SemanticVersion version, String approvedBy);

  /** Returns whether there was one. */
  boolean withdraw(AliasKey key, SemanticVersion version, String approvedBy);

  /** How many different keys approved. */
  int approvals(AliasKey key, SemanticVersion version);

  /** Newest first; the page key is the revision. */
  Page<Approval> page(
      ModelName model,
      Optional<AliasName> alias,
      Optional<SemanticVersion> version,
      PageRequest request);
}
