package dev.tidewatch.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks the gates of an alias about a version. */
@Command(
    name = "gates",
    description = {
      "Say what every gate of an alias says of a version; nothing is changed.",
      "Exit code 7 if one of them refuses it."
    },
    footer = {"  tidewatch models gates load@1.3.0", "  tidewatch models gates load@canary --json"})
final class ModelsGatesCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "MODEL@VERSION", description = "Which version, or the alias of it.")
  private String model;

  @Option(names = "--alias", paramLabel = "NAME", description = "Whose gates (champion).")
  private String alias = "champion";

  ModelsGatesCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var reference = ModelReference.parse(model);
    if (reference.pick().isEmpty()) {
      throw new UsageException("MODEL@VERSION: name the version, such as " + model + "@1.2.0");
    }
    var registry = session.tidewatch().registry();
    String version = reference.resolve(registry, alias).getVersion();
    var answer = registry.checkGates(reference.model(), alias, version);
    if (session.json()) {
      session.print(answer);
    } else {
      Verdicts.print(session, answer.getVerdictsList());
    }
    return answer.getPassed() ? ExitCode.OK : ExitCode.CONFLICT;
  }
}
