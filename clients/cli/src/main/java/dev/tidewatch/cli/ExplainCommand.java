package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.inference.v1.ExplainMethod;
import dev.tidewatch.proto.inference.v1.ExplainRequest;
import dev.tidewatch.proto.inference.v1.ExplainResponse;
import dev.tidewatch.proto.inference.v1.ForecastPart;
import dev.tidewatch.proto.inference.v1.InputContribution;
import dev.tidewatch.sdk.ProtoTimes;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks what a forecast rests on. */
@Command(
    name = "explain",
    description = "Say what a forecast of a series rests on.",
    footer = {
      "  tidewatch explain AP-AP",
      "  tidewatch explain AP-AP --method parts --horizon 24",
      "  tidewatch explain AP-AP --model load@champion --method permutation --json"
    })
final class ExplainCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "SERIES", description = "Name of the series.")
  private String series;

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      description = "gain (trees only), permutation or parts (the family's own).")
  private @Nullable Method method;

  @Option(
      names = "--horizon",
      paramLabel = "STEPS",
      description = "How far, in grid steps (the model's own).")
  private int horizon;

  @Option(
      names = "--model",
      paramLabel = "MODEL[@VERSION|@ALIAS]",
      description = "Which model is explained (the assigned one).")
  private @Nullable String model;

  @Option(
      names = "--origin",
      paramLabel = "TIME",
      description = "Explain the forecast that would have been made then.")
  private @Nullable String origin;

  @Option(names = "--seed", paramLabel = "N", description = "Of permutations (0).")
  private long seed;

  /** As the contract names them. */
  enum Method {
    GAIN,
    PERMUTATION,
    PARTS
  }

  ExplainCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var request = ExplainRequest.newBuilder().setSeries(series).setHorizon(horizon).setSeed(seed);
    if (method != null) {
      request.setMethod(
          switch (method) {
            case GAIN -> ExplainMethod.EXPLAIN_METHOD_GAIN;
            case PERMUTATION -> ExplainMethod.EXPLAIN_METHOD_PERMUTATION;
            case PARTS -> ExplainMethod.EXPLAIN_METHOD_PARTS;
          });
    }
    if (model != null) {
      request.setModel(ModelReference.parse(model).choice());
    }
    if (origin != null) {
      request.setOrigin(ProtoTimes.timestamp(session.moment("--origin", origin)));
    }
    ExplainResponse answer = session.tidewatch().inference().explain(request.build());
    if (session.json()) {
      session.print(answer);
      return ExitCode.OK;
    }
    session.print(answer.getSummary());
    if (answer.getContributionsCount() > 0) {
      var table = new Table().left("INPUT").right("SHARE");
      for (InputContribution one : answer.getContributionsList()) {
        table.row(one.getInput(), String.format(Locale.ROOT, "%.1f %%", 100 * one.getImportance()));
      }
      session.print(table);
    }
    if (answer.getPartsCount() > 0) {
      var table = new Table().left("PART").right("FIRST STEP").right("LAST STEP");
      for (ForecastPart part : answer.getPartsList()) {
        table.row(
            part.getPart(),
            number(part.getValues(0)),
            number(part.getValues(part.getValuesCount() - 1)));
      }
      table.row(
          "forecast", number(answer.getMean(0)), number(answer.getMean(answer.getMeanCount() - 1)));
      session.print(table);
    }
    return ExitCode.OK;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}
