package dev.tidewatch.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who does it. */
final class ActorOption {
  @Option(names = "--as", paramLabel = "NAME", description = "Who does it (the user).")
  private @Nullable String actor;

  String name(Session session) {
    return actor != null ? actor : session.environment().getOrDefault("USER", "cli");
  }
}
