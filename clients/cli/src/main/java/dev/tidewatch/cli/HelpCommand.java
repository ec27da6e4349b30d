package dev.tidewatch.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Explains a command. */
@Command(
    name = "help",
    description = "Explain a command; the same as --help behind it.",
    footer = {"  tidewatch help", "  tidewatch help ingest csv"})
final class HelpCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Spec
  private CommandSpec spec;

  @Parameters(arity = "0..*", paramLabel = "WORD", description = "Words of the command.")
  private List<String> words = new ArrayList<>();

  HelpCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    CommandLine at = spec.root().commandLine();
    for (String word : words) {
      CommandLine next = at.getSubcommands().get(word);
      if (next == null) {
        throw new ParameterException(
            at,
            "no command '%s'; there are %s"
                .formatted(word, String.join(", ", at.getSubcommands().keySet())));
      }
      at = next;
    }
    at.usage(session.out());
    return ExitCode.OK;
  }
}
