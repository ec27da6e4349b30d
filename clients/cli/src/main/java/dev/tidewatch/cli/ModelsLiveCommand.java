package dev.tidewatch.cli;

import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says which version was live. */
@Command(
    name = "live",
    description = "Say which version an alias named at a time.",
    footer = {
      "  tidewatch models live load --at 2026-03-03T14:00:00Z",
      "  tidewatch models live load --alias canary --at -7d"
    })
final class ModelsLiveCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "MODEL", description = "Name of the model.")
  private String model;

  @Option(names = "--alias", paramLabel = "NAME", description = "Which alias (champion).")
  private String alias = "champion";

  @Option(names = "--at", paramLabel = "TIME", description = "When (now).")
  private @Nullable String at;

  ModelsLiveCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var time = at == null ? session.clock().instant() : session.moment("--at", at);
    var micros = time.truncatedTo(ChronoUnit.MICROS);
    var answer = session.tidewatch().registry().liveVersion(model, alias, micros);
    if (session.json()) {
      session.print(answer);
    } else if (answer.getVersion().isEmpty()) {
      session.print("%s@%s named no version at %s.".formatted(model, alias, session.show(micros)));
    } else {
      session.print(
          "%s@%s was %s at %s: since %s, moved by %s%s."
              .formatted(
                  model,
                  alias,
                  answer.getVersion(),
                  session.show(micros),
                  session.show(answer.getSince().getMovedAt()),
                  answer.getSince().getMovedBy(),
                  answer.hasUntil() ? ", until " + session.show(answer.getUntil()) : ""));
    }
    return ExitCode.OK;
  }
}
