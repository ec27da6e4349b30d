package dev.tidewatch.cli;

import dev.tidewatch.proto.registry.v1.Routing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows or changes how a model's requests are shared. */
@Command(
    name = "route",
    description = {
      "Share a model's requests between champion and canary, or show how they are shared.",
      "Takes effect on every server within a second; a larger share keeps the series that it has."
    },
    footer = {
      "  tidewatch models route load",
      "  tidewatch models route load --canary 5",
      "  tidewatch models route load --canary 0 --shadow shadow"
    })
final class ModelsRouteCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "MODEL", description = "Name of the model.")
  private String model;

  @Option(
      names = "--canary",
      paramLabel = "PERCENT",
      description = "Share of series that alias canary answers, 0 to 100.")
  private @Nullable Double percent;

  @Option(
      names = "--shadow",
      paramLabel = "ALIAS[,ALIAS]...",
      hideParamSyntax = true,
      split = ",",
      description = "Aliases that answer too, for the ledger only; an empty one ends that.")
  private @Nullable List<String> shadows;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; kept in the history.")
  private String reason = "";

  ModelsRouteCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var registry = session.tidewatch().registry();
    Routing routing = registry.routing(model);
    if (percent != null || shadows != null) {
      var wanted = routing.toBuilder().setModel(model);
      if (percent != null) {
        if (!(percent >= 0 && percent <= 100)) {
          throw new UsageException("--canary: " + percent + " is not a share from 0 to 100");
        }
        wanted.setCanaryBasisPoints((int) Math.round(percent * 100));
      }
      if (shadows != null) {
        var named = new ArrayList<>(shadows);
        named.removeIf(String::isEmpty);
        wanted.clearShadowAliases().addAllShadowAliases(named);
      }
      routing = registry.setRouting(wanted.build(), reason);
    }
    if (session.json()) {
      session.print(routing);
    } else {
      session.print(
          String.format(
              Locale.ROOT,
              "%s: canary %.2f %%, shadows %s",
              model,
              routing.getCanaryBasisPoints() / 100.0,
              routing.getShadowAliasesCount() == 0
                  ? "none"
                  : String.join(", ", routing.getShadowAliasesList())));
    }
    return ExitCode.OK;
  }
}
