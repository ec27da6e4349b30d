package dev.tidewatch.monitor.alert;

import java.util.UUID;

/** A finding and the rule that it was made for. */
public record Judgement(AlertRule rule, Finding finding) {
  /** Of the alert that it is about. */
  public UUID subject() {
    return Alert.subject(rule.name(), finding.labels());
  }
}
