package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.proto.ingest.v1.QuarantineFilter;
import dev.tidewatch.proto.ingest.v1.ReplayQuarantinedReadingsResponse;
import dev.tidewatch.sdk.QuarantineClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Stores rejected readings after all. */
@Command(
    name = "replay",
    description = {
      "Judge rejected readings again, by the rules of now, and store those that pass.",
      "The others stay in quarantine; then the exit code is 5."
    },
    footer = {
      "  tidewatch quarantine replay 17 18",
      "  tidewatch quarantine replay --series hq/boiler --reason value-out-of-range",
      "  tidewatch quarantine replay --all --json"
    })
final class QuarantineReplayCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(arity = "0..*", paramLabel = "ID", description = "As 'quarantine list' shows them.")
  private List<Long> ids = new ArrayList<>();

  @Mixin private final QuarantineOptions options = new QuarantineOptions();

  @Option(names = "--all", description = "All of them.")
  private boolean all;

  QuarantineReplayCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    QuarantineFilter filter = checked(ids, options.filter(session), all);
    QuarantineClient quarantine = session.tidewatch().ingest().quarantine();
    long stored = 0;
    long known = 0;
    long rejected = 0;
    ReplayQuarantinedReadingsResponse answer;
    do {
      answer = ids.isEmpty() ? quarantine.replay(filter) : quarantine.replay(ids);
      var counts = answer.getCounts();
      stored += counts.getAccepted() + counts.getReplaced();
      known += counts.getUnchanged() + counts.getDropped();
      rejected += counts.getRejected();
      // What was rejected again stays and matches again: going on would turn in a circle.
    } while (answer.getMore() && answer.getCounts().getRejected() == 0);
    if (session.json()) {
      session.print(
          Session.object()
              .put("stored", stored)
              .put("not_needed", known)
              .put("rejected", rejected)
              .put("more", answer.getMore()));
    } else {
      session.print(
          "Stored %s, %s were there already, %s rejected again."
              .formatted(Numbers.count(stored), Numbers.count(known), Numbers.count(rejected)));
      if (answer.getMore()) {
        session.say("There are more that match; narrow the choice to reach them.");
      }
    }
    return rejected > 0 ? ExitCode.DATA_REJECTED : ExitCode.OK;
  }

  /** Holds the choice to be either ids, a filter, or explicitly all. */
  static QuarantineFilter checked(List<Long> ids, QuarantineFilter filter, boolean all) {
    boolean filtered = !filter.equals(QuarantineFilter.getDefaultInstance());
    if ((ids.isEmpty() ? 0 : 1) + (filtered ? 1 : 0) + (all ? 1 : 0) != 1) {
      throw new UsageException("ID: give ids, or say which with --series and the like, or --all");
    }
    return filter;
  }
}
