package dev.tidewatch.inference.forecast;

import dev.tidewatch.inference.serving.AnswerRole;
import dev.tidewatch.inference.serving.Choice;
import dev.tidewatch.inference.serving.ServedVersion;

/**
 * What made an answer.
 *
 * @param alias through which it was reached; empty: by number
 * @param assignment that chose it; empty: the caller did
 */
public record AnsweredBy(
    String model,
    String version,
    String alias,
    AnswerRole role,
    String family,
    String bundleSha256,
    String assignment) {
  public static AnsweredBy of(Choice choice) {
    ServedVersion version = choice.version();
    return new AnsweredBy(
        version.key().model(),
        version.key().version(),
        choice.alias(),
        choice.role(),
        version.manifest().family(),
        version.artifact().sha256(),
        choice.assignment());
  }
}
