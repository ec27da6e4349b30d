package dev.tidewatch.cli;

import dev.tidewatch.proto.registry.v1.Alias;
import dev.tidewatch.proto.registry.v1.AliasMove;
import dev.tidewatch.proto.registry.v1.MoveAliasesRequest;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Moves an alias to a version. */
@Command(
    name = "promote",
    description = {
      "Move an alias to a version; servers take it over without a pause.",
      "Gates of a protected alias must pass, or be forced with a reason."
    },
    footer = {
      "  tidewatch models promote load@1.3.0",
      "  tidewatch models promote load@1.3.0 --alias canary --reason 'better on holidays'",
      "  tidewatch models promote load@1.3.0 --also canary= --also previous=1.2.0"
    })
final class ModelsPromoteCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "MODEL@VERSION", description = "Which version.")
  private String model;

  @Option(names = "--alias", paramLabel = "NAME", description = "Which alias (champion).")
  private String alias = "champion";

  @Option(
      names = "--also",
      paramLabel = "ALIAS=VERSION",
      description = "Moves beside it, all or none; without a version the alias is removed.")
  private List<String> also = List.of();

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; kept in the history.")
  private String reason = "";

  @Option(names = "--force", description = "Even if a gate does not pass; needs --reason.")
  private boolean force;

  ModelsPromoteCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ModelReference reference = ModelReference.parse(model);
    if (reference.pick().isEmpty()) {
      throw new UsageException("MODEL@VERSION: name the version, such as " + model + "@1.2.0");
    }
    if (force && reason.isBlank()) {
      throw new UsageException("--force: say why with --reason");
    }
    var registry = session.tidewatch().registry();
    String version = reference.resolve(registry, alias).getVersion();
    var move =
        AliasMove.newBuilder().setModel(reference.model()).setAlias(alias).setVersion(version);
    var answer =
        registry.moveAliases(
            MoveAliasesRequest.newBuilder()
                .addMoves(move)
                .addAllMoves(also.stream().map(text -> also(reference.model(), text)).toList())
                .setReason(reason)
                .setForce(force)
                .build());
    if (session.json()) {
      session.print(answer);
    } else {
      for (Alias moved : answer.getAliasesList()) {
        session.print(
            "%s@%s is %s now.".formatted(moved.getModel(), moved.getAlias(), moved.getVersion()));
      }
      Verdicts.print(session, answer.getVerdictsList());
    }
    return ExitCode.OK;
  }

  private static AliasMove also(String model, String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new UsageException(
          "--also: '" + text + "'; write it like canary=1.2.0, or canary= to remove the alias");
    }
    return AliasMove.newBuilder()
        .setModel(model)
        .setAlias(text.substring(0, equals))
        .setVersion(text.substring(equals + 1))
        .build();
  }
}
