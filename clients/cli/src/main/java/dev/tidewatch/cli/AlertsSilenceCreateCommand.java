package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.CreateSilenceRequest;
import dev.tidewatch.proto.monitor.v1.LabelMatcher;
import dev.tidewatch.proto.monitor.v1.Silence;
import dev.tidewatch.proto.monitor.v1.TimeRange;
import dev.tidewatch.sdk.ProtoTimes;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Keeps alerts from being delivered for a while. */
@Command(
    name = "create",
    description = "Keep matching alerts from being delivered for a while; they are still kept.",
    footer = {
      "  tidewatch alerts silence create series='hq/*' --for 2h --reason 'painters'",
      "  tidewatch alerts silence create rule=stale severity=low --from now+1d --for 8h \\",
      "      --reason 'network is rebuilt' --as facility"
    })
final class AlertsSilenceCreateCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(
      arity = "1..*",
      paramLabel = "LABEL=VALUE",
      description =
          "All must match; a prefix if it ends in *. Labels: series, model, version, device,"
              + " server, rule, severity.")
  private Map<String, String> matchers = new LinkedHashMap<>();

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Option(names = "--for", required = true, paramLabel = "DURATION", description = "How long.")
  private String length;

  @Option(names = "--from", paramLabel = "TIME", description = "From when (now).")
  private String from = "now";

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.")
  private String reason;

  @Mixin private final ActorOption actor = new ActorOption();

  AlertsSilenceCreateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Instant begin = session.moment("--from", from);
    var request =
        CreateSilenceRequest.newBuilder()
            .setRange(
                TimeRange.newBuilder()
                    .setFrom(ProtoTimes.timestamp(begin))
                    .setTo(ProtoTimes.timestamp(begin.plus(session.duration("--for", length)))))
            .setActor(actor.name(session))
            .setReason(reason);
    matchers.forEach((label, value) ->
        request.addMatchers(LabelMatcher.newBuilder().setLabel(label).setPattern(value)));
    Silence silence = session.tidewatch().monitor().alerts().silence(request.build());
    if (session.json()) {
      session.print(silence);
    } else {
      session.print(
          "Silence %s until %s."
              .formatted(silence.getId(), session.show(silence.getRange().getTo())));
    }
    return ExitCode.OK;
  }
}
