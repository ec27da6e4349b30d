package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.monitor.v1.DriftKind;
import dev.tidewatch.proto.monitor.v1.DriftLevel;
import dev.tidewatch.proto.monitor.v1.DriftVerdict;
import dev.tidewatch.proto.monitor.v1.EstimateLossRequest;
import dev.tidewatch.proto.monitor.v1.EstimateLossResponse;
import dev.tidewatch.proto.monitor.v1.GetDriftRequest;
import dev.tidewatch.proto.monitor.v1.ListDriftVerdictsRequest;
import dev.tidewatch.sdk.MonitorClient;
import dev.tidewatch.sdk.ProtoTimes;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows whether what comes in still looks like what a model was trained on. */
@Command(
    name = "drift",
    description = {
      "Show whether what comes in still looks like what a model was trained on:",
      "inputs, predictions, residuals, gaps and units, strongest drift first."
    },
    footer = {
      "  tidewatch monitor drift load",
      "  tidewatch monitor drift load@1.2.0 --series hq/power --json",
      "  tidewatch monitor drift load --history --level moderate --from now-7d",
      "  tidewatch monitor drift load --loss 1d"
    })
final class MonitorDriftCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(
      paramLabel = "MODEL[@VERSION]",
      description = "Which model; its champion unless told.")
  private String model = "";

  @Option(names = "--series", paramLabel = "NAME", description = "Only of this series.")
  private String series = "";

  @Option(
      names = "--history",
      description = "Verdicts over time, newest first, instead of the newest of each.")
  private boolean history;

  @Option(names = "--kind", paramLabel = "KIND", description = "With --history: only this kind.")
  private @Nullable String kind;

  @Option(
      names = "--level",
      paramLabel = "LEVEL",
      description = "With --history: at least none, moderate or strong.")
  private @Nullable String level;

  @Mixin private final RangeOptions range = new RangeOptions();

  @Option(
      names = "--loss",
      paramLabel = "DURATION",
      description = "Estimate the error over the newest time instead, without waiting for truths.")
  private @Nullable String loss;

  @Option(names = "--limit", paramLabel = "N", description = "At most this many (50).")
  private int limit = 50;

  MonitorDriftCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var version = ModelReference.parse(model).resolve(session.tidewatch().registry(), "champion");
    MonitorClient monitor = session.tidewatch().monitor();
    if (loss != null) {
      return estimate(monitor, version.getModel(), version.getVersion(), loss);
    }
    int asked = Math.clamp(limit + 1L, 1, 1000);
    List<DriftVerdict> found =
        (history
                ? monitor.driftVerdicts(over(version.getModel(), version.getVersion(), asked))
                : monitor.drift(
                    GetDriftRequest.newBuilder()
                        .setModel(version.getModel())
                        .setVersion(version.getVersion())
                        .setSeries(series)
                        .setPageSize(asked)
                        .build()))
            .limit(limit + 1L)
            .toList();
    List<DriftVerdict> shown = found.subList(0, Math.min(limit, found.size()));
    if (session.json()) {
      session.print(shown);
    } else {
      session.print(table(shown));
      if (shown.isEmpty()) {
        session.say(
            "No verdicts yet about %s %s.".formatted(version.getModel(), version.getVersion()));
      }
    }
    if (found.size() > limit) {
      session.say("There are more; raise --limit to see them.");
    }
    return ExitCode.OK;
  }

  private ListDriftVerdictsRequest over(String name, String version, int asked) {
    var span = range.range(session);
    var request =
        ListDriftVerdictsRequest.newBuilder()
            .setModel(name)
            .setVersion(version)
            .setSeries(series)
            .setPageSize(asked);
    if (kind != null) {
      request.setKind(SeriesCreateCommand.constant(DriftKind.class, "DRIFT_KIND_", "--kind", kind));
    }
    if (level != null) {
      request.setLevelMin(
          SeriesCreateCommand.constant(DriftLevel.class, "DRIFT_LEVEL_", "--level", level));
    }
    if (span.hasStartTime()) {
      request.getRangeBuilder().setFrom(span.getStartTime());
    }
    if (span.hasEndTime()) {
      request.getRangeBuilder().setTo(span.getEndTime());
    }
    return request.build();
  }

  private int estimate(MonitorClient monitor, String name, String version, String trailing) {
    EstimateLossResponse answer =
        monitor.estimateLoss(
            EstimateLossRequest.newBuilder()
                .setModel(name)
                .setVersion(version)
                .setSeries(series)
                .setTrailing(ProtoTimes.duration(session.duration("--loss", trailing)))
                .build());
    if (session.json()) {
      session.print(ProtoJson.object(answer));
    } else {
      var measured = answer.getMeasured();
      session.print(
          new Table()
              .left("MODEL")
              .right("ESTIMATED MAE")
              .right("LOWER")
              .right("UPPER")
              .right("MEASURED")
              .right("PAIRS")
              .row(
                  name + " " + version,
                  Numbers.compact(answer.getMae()),
                  Numbers.compact(answer.getMaeLower()),
                  Numbers.compact(answer.getMaeUpper()),
                  measured.hasMae() ? Numbers.compact(measured.getMae()) : "",
                  Numbers.count(measured.getPairs())));
    }
    return ExitCode.OK;
  }

  private Table table(List<DriftVerdict> verdicts) {
    var table =
        new Table()
            .whole("TIME")
            .left("SERIES")
            .left("INPUT")
            .whole("KIND")
            .whole("LEVEL")
            .right("SAMPLES")
            .left("REASON");
    for (DriftVerdict verdict : verdicts) {
      table.row(
          session.show(verdict.getTime()),
          verdict.getSeries(),
          verdict.getInput(),
          word(ProtoJson.bare(verdict.getKind().getValueDescriptor())),
          word(ProtoJson.bare(verdict.getLevel().getValueDescriptor())),
          Numbers.count(verdict.getSamples()),
          verdict.getReason());
    }
    return table;
  }

  private static String word(String constant) {
    return constant.toLowerCase(Locale.ROOT);
  }
}
