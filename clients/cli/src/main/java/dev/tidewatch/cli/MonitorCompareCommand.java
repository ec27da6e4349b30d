package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.monitor.v1.AccuracyFigures;
import dev.tidewatch.proto.monitor.v1.CompareAccuracyRequest;
import dev.tidewatch.proto.monitor.v1.CompareAccuracyResponse;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares two versions by what they predicted and what came. */
@Command(
    name = "compare",
    description = {
      "Compare two versions of a model on the steps that both predicted, with what came.",
      "Exit code 7: too few of them yet."
    },
    footer = {
      "  tidewatch monitor compare load champion canary",
      "  tidewatch monitor compare load 1.1.0 1.2.0 --series hq/power --from now-7d --json"
    })
final class MonitorCompareCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(index = "0", paramLabel = "MODEL", description = "Name of the model.")
  private String model;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(
      index = "1",
      paramLabel = "VERSION|ALIAS",
      description = "The one that is there, such as champion.")
  private String baseline;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(
      index = "2",
      paramLabel = "VERSION|ALIAS",
      description = "The one that may be better, such as canary.")
  private String candidate;

  @Option(names = "--series", paramLabel = "NAME", description = "Only of this series.")
  private String series = "";

  @Mixin private final RangeOptions range = new RangeOptions();

  @Option(
      names = "--pairs-min",
      paramLabel = "N",
      description = "Fewer steps that both predicted say nothing (30).")
  private int pairsMin;

  MonitorCompareCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    CompareAccuracyResponse answer =
        session
            .tidewatch()
            .monitor()
            .compareAccuracy(
                CompareAccuracyRequest.newBuilder()
                    .setModel(model)
                    .setBaselineVersion(version(baseline))
                    .setCandidateVersion(version(candidate))
                    .setSeries(series)
                    .setRange(MonitorRange.of(range.range(session)))
                    .setPairsMin(pairsMin)
                    .build());
    if (session.json()) {
      session.print(answer);
      return ExitCode.OK;
    }
    var table = new Table().left("").right(baseline).right(candidate);
    add(table, "MAE", answer, AccuracyFigures::hasMae, AccuracyFigures::getMae);
    add(table, "RMSE", answer, AccuracyFigures::hasRmse, AccuracyFigures::getRmse);
    add(table, "MAPE %", answer, AccuracyFigures::hasMape, AccuracyFigures::getMape);
    add(table, "MASE", answer, AccuracyFigures::hasMase, AccuracyFigures::getMase);
    add(table, "bias", answer, AccuracyFigures::hasBias, AccuracyFigures::getBias);
    session.print(table);
    session.print(
        String.format(
            Locale.ROOT,
            "%s steps; errors of %s are %s (p %.3g)",
            Numbers.count(answer.getPairs()),
            candidate,
            answer.getDmStatistic() < 0 ? "smaller" : "not smaller",
            answer.getPValue()));
    return ExitCode.OK;
  }

  private String version(String pick) {
    var reference = ModelReference.parse(model + "@" + pick);
    String number = reference.choice().getVersion();
    return number.isEmpty()
        ? reference.resolve(session.tidewatch().registry(), pick).getVersion()
        : number;
  }

  private static void add(
      Table table,
      String name,
      CompareAccuracyResponse answer,
      Predicate<AccuracyFigures> has,
      ToDoubleFunction<AccuracyFigures> figure) {
    if (has.test(answer.getBaseline()) && has.test(answer.getCandidate())) {
      table.row(
          name,
          Numbers.compact(figure.applyAsDouble(answer.getBaseline())),
          Numbers.compact(figure.applyAsDouble(answer.getCandidate())));
    }
  }
}
