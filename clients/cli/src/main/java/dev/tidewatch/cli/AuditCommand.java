package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.registry.v1.AuditEntry;
import dev.tidewatch.proto.registry.v1.ListAuditEntriesRequest;
import dev.tidewatch.sdk.ProtoTimes;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows who changed what. */
@Command(
    name = "audit",
    description = "Show who changed what in the registry, newest first. Needs the scope admin.",
    footer = {"  tidewatch audit --model load", "  tidewatch audit --actor ann --from -7d --json"})
final class AuditCommand implements Callable<Integer> {
  private final Session session;

  @Option(names = "--model", paramLabel = "MODEL", description = "Only about this model.")
  private String model = "";

  @Option(names = "--actor", paramLabel = "KEY", description = "Only by this API key's id.")
  private String actor = "";

  @Option(names = "--from", paramLabel = "TIME", description = "At or after.")
  private @Nullable String from;

  @Option(names = "--to", paramLabel = "TIME", description = "Before.")
  private @Nullable String to;

  @Option(names = "--limit", paramLabel = "N", description = "At most so many entries (50).")
  private int limit = 50;

  AuditCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new UsageException("--limit: " + limit + "; want at least 1");
    }
    var filter = ListAuditEntriesRequest.newBuilder().setModel(model).setActor(actor);
    if (from != null) {
      filter.setFrom(ProtoTimes.timestamp(session.moment("--from", from)));
    }
    if (to != null) {
      filter.setTo(ProtoTimes.timestamp(session.moment("--to", to)));
    }
    List<AuditEntry> entries;
    try (var all = session.tidewatch().registry().auditEntries(filter.build())) {
      entries = all.limit(limit).toList();
    }
    if (session.json()) {
      session.print(entries);
      return ExitCode.OK;
    }
    var table =
        new Table()
            .whole("TIME")
            .left("BY")
            .left("RPC")
            .left("MODEL")
            .left("SUBJECT")
            .left("WHAT")
            .left("REASON");
    for (AuditEntry entry : entries) {
      table.row(
          session.show(entry.getTime()),
          entry.getActor(),
          entry.getAction(),
          entry.getModel(),
          entry.getSubject(),
          entry.getDescription(),
          entry.getReason());
    }
    session.print(table);
    return ExitCode.OK;
  }
}
