package dev.tidewatch.inference.forecast;

import dev.tidewatch.inference.serving.AnswerRole;
import dev.tidewatch.inference.serving.Choice;
import dev.tidewatch.inference.serving.ServedVersion;

/**
 * What made an answer.
 *
 * @param alias through which it was reached; empty: by number
 * @param assignment that chose it; empty: the caller did
 * @param tuningRevision of the series' tuning that was applied; 0: none
 */
public record AnsweredBy(
    String model,
    String version,
    String alias,
    AnswerRole role,
    String family,
    String bundleSha256,
    String assignment,
    long tuningRevision) {
  /** Of an answer that no tuning changes. */
  public static AnsweredBy of(Choice choice) {
    return of(choice, 0);
  }

  public static AnsweredBy of(Choice choice, long tuningRevision) {
    ServedVersion version = choice.version();
    return new AnsweredBy(
        version.key().model(),
        version.key().version(),
        choice.alias(),
        choice.role(),
        version.manifest().family(),
        version.artifact().sha256(),
        choice.assignment(),
        tuningRevision);
  }
}
