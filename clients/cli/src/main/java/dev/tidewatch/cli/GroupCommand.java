package dev.tidewatch.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A word that only stands before other words. */
@Command(synopsisSubcommandLabel = "COMMAND")
final class GroupCommand implements Runnable {
  @SuppressWarnings("NullAway.Init") // set by picocli
  @Spec
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "name one of: " + String.join(", ", spec.subcommands().keySet()));
  }
}
