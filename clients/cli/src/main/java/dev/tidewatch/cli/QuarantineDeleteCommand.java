package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.proto.ingest.v1.QuarantineFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Forgets rejected readings. */
@Command(
    name = "delete",
    description = "Forget rejected readings for good.",
    footer = {
      "  tidewatch quarantine delete 17 18 --yes",
      "  tidewatch quarantine delete --to now-90d --yes",
      "  tidewatch quarantine delete --all --yes --json"
    })
final class QuarantineDeleteCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(arity = "0..*", paramLabel = "ID", description = "As 'quarantine list' shows them.")
  private List<Long> ids = new ArrayList<>();

  @Mixin private final QuarantineOptions options = new QuarantineOptions();

  @Option(names = "--all", description = "All of them.")
  private boolean all;

  @Option(names = "--yes", description = "Do it.")
  private boolean yes;

  QuarantineDeleteCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    QuarantineFilter filter = QuarantineReplayCommand.checked(ids, options.filter(session), all);
    if (!yes) {
      throw new UsageException("--yes: this cannot be undone; give it if you mean it");
    }
    var quarantine = session.tidewatch().ingest().quarantine();
    long deleted = ids.isEmpty() ? quarantine.delete(filter) : quarantine.delete(ids);
    if (session.json()) {
      session.print(Session.object().put("readings_deleted", deleted));
    } else {
      session.print("Forgot " + Numbers.count(deleted) + " rejected readings.");
    }
    return ExitCode.OK;
  }
}
