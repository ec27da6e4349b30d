package dev.tidewatch.monitor.alert;

import dev.tidewatch.monitor.Page;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Keeps rules. Thread-safe. */
public interface AlertRuleStore {
  /**
   * Keeps a new rule; the same request again answers the rule as it is now.
   *
   * @throws dev.tidewatch.serverkit.errors.AlreadyExists RULE_EXISTS
   */
  AlertRule create(AlertRule rule, UUID requestId);

  /**
   * Replaces a rule that is as its revision says. If it is now off, or its condition is of another
   * kind, its open alerts are resolved.
   *
   * @param etag the one that was read
   * @throws dev.tidewatch.serverkit.errors.NotFound RULE_UNKNOWN
   * @throws dev.tidewatch.serverkit.errors.Aborted ETAG_STALE
   */
  AlertRule update(AlertRule rule, String etag, Instant at);

  /**
   * Removes a rule and resolves its open alerts.
   *
   * @param etag the state it must be in; absent: any
   * @throws dev.tidewatch.serverkit.errors.NotFound RULE_UNKNOWN
   * @throws dev.tidewatch.serverkit.errors.Aborted ETAG_STALE
   */
  void delete(String name, Optional<String> etag, Instant at);

  Optional<AlertRule> find(String name);

  /** By name, behind the one given. */
  Page<AlertRule, String> page(Optional<String> after, int size);

  /** All that are not off. */
  List<AlertRule> enabled();
}
