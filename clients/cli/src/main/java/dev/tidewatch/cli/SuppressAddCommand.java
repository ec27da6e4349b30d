package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.CreateSuppressionWindowRequest;
import dev.tidewatch.proto.monitor.v1.SuppressionWindow;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a maintenance window. */
@Command(
    name = "add",
    description = "Make a maintenance window: anomalies in it are kept and raise no alert.",
    footer = {
      "  tidewatch anomalies suppress add 'hq/ahu-1/*' --from now --to now+4h --reason 'new filters'",
      "  tidewatch anomalies suppress add '*' --from 2026-12-24 --to 2026-12-27 --reason closed"
    })
final class SuppressAddCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "SERIES", description = "A series, or NAME* for all that begin so.")
  private String pattern;

  @Mixin private final RangeOptions range = new RangeOptions();

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "What happens.")
  private String reason;

  @Mixin private final ActorOption actor = new ActorOption();

  SuppressAddCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var asked = range.range(session);
    if (!asked.hasStartTime() || !asked.hasEndTime()) {
      throw new UsageException("--from, --to: a maintenance window needs both");
    }
    var request =
        CreateSuppressionWindowRequest.newBuilder()
            .setSeriesPattern(pattern)
            .setReason(reason)
            .setActor(actor.name(session))
            .setRequestId(UUID.randomUUID().toString());
    request.getRangeBuilder().setFrom(asked.getStartTime()).setTo(asked.getEndTime());
    SuppressionWindow window = session.tidewatch().monitor().suppress(request.build());
    if (session.json()) {
      session.print(window);
    } else {
      session.print(
          "Made %s: %s from %s to %s."
              .formatted(
                  window.getId(),
                  window.getSeriesPattern(),
                  session.show(window.getRange().getFrom()),
                  session.show(window.getRange().getTo())));
    }
    return ExitCode.OK;
  }
}
