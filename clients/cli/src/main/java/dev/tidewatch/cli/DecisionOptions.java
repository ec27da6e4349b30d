package dev.tidewatch.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who decides against a trial or a promotion, and why. */
final class DecisionOptions {
  @SuppressWarnings("NullAway.Init") // set by picocli
  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Kept with the decision.")
  private String reason;

  @Mixin private final ActorOption actor = new ActorOption();

  String reason() {
    return reason;
  }

  String actor(Session session) {
    return actor.name(session);
  }
}
