package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.Alert;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Resolve alerts by hand. */
@Command(
    name = "resolve",
    description = "Resolve alerts by hand.",
    footer = {
      "  tidewatch alerts resolve 3f2a9c0d5e --comment 'sensor replaced'",
      "  tidewatch alerts resolve 3f2a9c0d5e6b7a8190a1b2c3d4e5f607 --as night-shift --json"
    })
final class AlertsResolveCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(
      arity = "1..*",
      paramLabel = "ID",
      description = "As 'alerts list' shows them; six or more digits are enough.")
  private List<String> ids = new ArrayList<>();

  @Option(names = "--as", paramLabel = "NAME", description = "Who resolves (the user).")
  private @Nullable String actor;

  @Option(names = "--comment", paramLabel = "TEXT", description = "Why.")
  private String comment = "";

  AlertsResolveCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    String who = actor != null ? actor : session.environment().getOrDefault("USER", "cli");
    var array = Session.object().putArray("alerts");
    for (String typed : ids) {
      Alert alert =
          session
              .tidewatch()
              .monitor()
              .alerts()
              .resolve(AlertIds.whole(session, typed), who, comment);
      array.add(ProtoJson.object(alert));
      if (!session.json()) {
        session.print("Resolved %s: %s".formatted(alert.getId(), alert.getSummary()));
      }
    }
    if (session.json()) {
      session.print(array);
    }
    return ExitCode.OK;
  }
}
