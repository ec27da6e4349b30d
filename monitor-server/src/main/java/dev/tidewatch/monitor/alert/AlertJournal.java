package dev.tidewatch.monitor.alert;

import dev.tidewatch.monitor.anomaly.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Where those who evaluate rules write. Each call is one transaction, and they follow one another,
 * also those of several replicas. Thread-safe.
 */
public interface AlertJournal {
  /** Looks anomalies of the past up, within the transaction. */
  @FunctionalInterface
  interface ReportTimes {
    /**
     * Times of report of the newest anomalies that one detector version found on a series, up to a
     * time, newest first; suppressed ones and false alarms do not count.
     */
    List<Instant> newest(
        String series,
        String detector,
        String version,
        Severity severityMin,
        Instant to,
        int limit);
  }

  /** Makes findings for the rules as they are in the transaction. */
  @FunctionalInterface
  interface Judge {
    List<Judgement> judge(List<AlertRule> enabled, ReportTimes times);
  }

  /** The newest change of the anomaly log that has had its effect on the alerts. */
  long anomalyPosition();

  /**
   * Takes the effects of a piece of the anomaly log together with the position behind it: both are
   * kept, or none.
   *
   * @param from the position that must be the newest
   * @param through the new one
   * @return false if another replica was faster; nothing was changed
   */
  boolean follow(long from, long through, Judge judge, Instant now);

  /**
   * Takes what an evaluation of one rule found; what it does not name is over.
   *
   * @return false if the rule changed since; nothing was changed
   */
  boolean round(AlertRule rule, List<Finding> findings, Instant now);

  /**
   * Takes what the time does to alerts about anomalies.
   *
   * @param limit alerts at most
   * @return alerts that were due
   */
  int settleDue(Instant now, int limit);

  /**
   * Takes or keeps the duty of evaluating from time to time.
   *
   * @param now real time
   * @return true if this replica has it until {@code now + term}
   */
  boolean claimDuty(String evaluator, Instant now, Duration term);

  /** Gives the duty up, if this replica has it. */
  void releaseDuty(String evaluator);
}
