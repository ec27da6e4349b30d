package dev.tidewatch.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Progress;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.PairedBacktests;
import dev.tidewatch.proto.registry.v1.CompareVersionsRequest;
import dev.tidewatch.proto.registry.v1.CompareVersionsResponse;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.VersionDifference;
import dev.tidewatch.proto.registry.v1.VersionReference;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.significance.PairedTest;
import dev.tidewatch.trainer.Champions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Puts versions side by side, and on the same origins. */
@Command(
    name = "compare",
    description = {
      "Put versions of models side by side: settings, training, metrics.",
      "Their metrics come from their own trainings; --backtest forecasts with all of them from the"
          + " very same origins and tests whether the first is really better or worse."
    },
    footer = {
      "  tidewatch models compare load@1.1.0 load@champion",
      "  tidewatch models compare load@1.1.0 load@1.0.0 --backtest --test 30d",
      "  tidewatch models compare ridge-load theta-load --backtest --series AP-AP --json"
    })
final class ModelsCompareCommand implements Callable<Integer> {
  private final Session session;

  @CommandLine.Parameters(
      arity = "2..*",
      paramLabel = "MODEL[@VERSION|@ALIAS]",
      description = "Two or more versions (the champions).")
  private List<String> names = new ArrayList<>();

  @Option(names = "--backtest", description = "Forecast with all of them from the same origins.")
  private boolean backtest;

  @Option(
      names = "--series",
      paramLabel = "NAME",
      split = ",",
      description = "What is forecast (what the first version learnt from).")
  private List<String> series = new ArrayList<>();

  @Mixin private final EvaluationOptions evaluation = new EvaluationOptions();

  ModelsCompareCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    var versions = new LinkedHashMap<String, ModelVersion>();
    for (String name : names) {
      ModelVersion version =
          ModelReference.parse(name).resolve(session.tidewatch().registry(), "champion");
      versions.put(version.getModel() + "@" + version.getVersion(), version);
    }
    if (versions.size() < 2) {
      throw new UsageException("MODEL: " + String.join(", ", names) + " are the same version");
    }
    return Interruption.guard(() -> {
      CompareVersionsResponse compared = compared(versions);
      ObjectNode json = Session.object();
      if (session.json()) {
        var array = json.putArray("versions");
        compared.getVersionsList().forEach(version -> array.add(ProtoJson.object(version)));
        var differences = json.putArray("differences");
        compared
            .getDifferencesList()
            .forEach(difference -> differences.add(ProtoJson.object(difference)));
      } else {
        sideBySide(versions);
        differences(compared);
      }
      if (backtest) {
        trial(versions, json);
      }
      if (session.json()) {
        session.print(json);
      }
      return ExitCode.OK;
    });
  }

  /** The registry says what is not the same in all of them. */
  private CompareVersionsResponse compared(Map<String, ModelVersion> versions) {
    var request = CompareVersionsRequest.newBuilder();
    versions
        .values()
        .forEach(version ->
            request.addVersions(
                VersionReference.newBuilder()
                    .setModel(version.getModel())
                    .setVersion(version.getVersion())));
    return session.tidewatch().registry().compareVersions(request.build());
  }

  private void differences(CompareVersionsResponse compared) {
    List<String> paths =
        compared.getDifferencesList().stream()
            .map(VersionDifference::getPath)
            .filter(path -> !path.startsWith("metrics."))
            .toList();
    session.say(
        paths.isEmpty()
            ? "They differ in nothing but metrics."
            : "They differ in " + String.join(", ", paths) + ", metrics aside.");
  }

  private void sideBySide(Map<String, ModelVersion> versions) {
    var table = new Table().whole("");
    versions.keySet().forEach(table::left);
    row(table, versions, "family", ModelVersion::getFamily);
    row(table, versions, "aliases", version -> String.join(",", version.getAliasesList()));
    row(table, versions, "made", version -> session.show(version.getCreatedAt()));
    row(
        table,
        versions,
        "step",
        version -> ProtoTimes.duration(version.getSignature().getGrid().getStep()).toString());
    row(table, versions, "horizon", version -> version.getSignature().getHorizonSteps() + " steps");
    row(
        table,
        versions,
        "series",
        version -> Numbers.count(version.getLineage().getTrainingCount()));
    row(table, versions, "readings", version -> Numbers.count(version.getLineage().getDataRows()));
    row(table, versions, "data", version -> shortened(version.getLineage().getDataFingerprint()));
    row(table, versions, "code", version -> version.getLineage().getCodeVersion());
    row(table, versions, "seed", version -> Long.toString(version.getLineage().getSeed()));
    var settings = new LinkedHashMap<String, Parameters>();
    var names = new TreeSet<String>();
    versions.forEach((name, version) -> {
      Parameters own = Champions.settings(version);
      settings.put(name, own);
      names.addAll(own.asMap().keySet());
    });
    for (String name : names) {
      List<String> cells = new ArrayList<>(List.of(name));
      settings.values().forEach(own -> cells.add(own.text(name, "–")));
      table.row(cells.toArray(String[]::new));
    }
    var metrics = new TreeSet<String>();
    versions.values().forEach(version -> metrics.addAll(version.getMetricsMap().keySet()));
    for (String metric : metrics) {
      row(
          table,
          versions,
          metric,
          version -> {
            Double value = version.getMetricsMap().get(metric);
            return value == null ? "–" : Numbers.compact(value);
          });
    }
    session.print(table);
  }

  private static String shortened(String digest) {
    return digest.length() > 12 ? digest.substring(0, 12) + "…" : digest;
  }

  private static void row(
      Table table,
      Map<String, ModelVersion> versions,
      String name,
      Function<ModelVersion, String> cell) {
    List<String> cells = new ArrayList<>(List.of(name));
    versions.values().forEach(version -> cells.add(cell.apply(version)));
    table.row(cells.toArray(String[]::new));
  }

  private void trial(Map<String, ModelVersion> versions, ObjectNode json) throws IOException {
    String firstName = versions.keySet().iterator().next();
    ModelVersion first = versions.values().iterator().next();
    List<SeriesName> chosen =
        series.isEmpty()
            ? VersionsOnTrial.learntFrom(first)
            : SeriesArguments.resolve(session, series);
    VersionsOnTrial.Outcome outcome;
    try (Progress progress = session.progress("back-test", "", 1000)) {
      outcome =
          new VersionsOnTrial(session)
              .run(
                  versions,
                  chosen,
                  null,
                  width -> evaluation.evaluation(session, width, EvaluationOptions.cores()),
                  (stage, fraction) -> progress.at(Math.round(1000 * fraction), stage));
    }
    var table =
        new Table()
            .whole("SAME ORIGINS")
            .left("HOW")
            .right("MAE")
            .right("MASE")
            .right("COV 90")
            .right("SCALED ERROR")
            .right("P BETTER")
            .right("P WORSE");
    var array = json.putArray("backtests");
    Champions.VersionBacktest own = outcome.backtests().get(firstName);
    if (own == null) {
      return;
    }
    for (Map.Entry<String, Champions.VersionBacktest> entry : outcome.backtests().entrySet()) {
      var report = entry.getValue().report();
      PairedBacktests paired =
          PairedBacktests.of(
              own.report(), report, outcome.prepared().training(), outcome.prepared().plan());
      Optional<PairedTest> test =
          entry.getKey().equals(firstName) ? Optional.empty() : paired.test();
      var metrics = new TreeMap<>(report.metrics());
      String how = entry.getValue().mode().name().toLowerCase(Locale.ROOT).replace('_', ' ');
      table.row(
          entry.getKey(),
          how,
          Numbers.compact(metrics.getOrDefault("mae", Double.NaN)),
          Numbers.compact(metrics.getOrDefault("mase", Double.NaN)),
          Numbers.compact(metrics.getOrDefault("coverage_90", Double.NaN)),
          Numbers.compact(paired.secondLoss()),
          test.map(t -> Numbers.compact(t.firstBetter())).orElse("–"),
          test.map(t -> Numbers.compact(t.secondBetter())).orElse("–"));
      ObjectNode node = array.addObject();
      node.put("version", entry.getKey());
      node.put("how", entry.getValue().mode().name());
      ObjectNode figures = node.putObject("metrics");
      metrics.forEach(figures::put);
      node.put("scaled_error", paired.secondLoss());
      node.put("origins", paired.pairs().size());
      test.ifPresent(t -> {
        node.put("p_first_better", t.firstBetter());
        node.put("p_first_worse", t.secondBetter());
      });
    }
    if (!session.json()) {
      session.print("");
      session.print(table);
      session.say(
          "P BETTER, P WORSE: how likely chance alone makes %s look so good, or so bad, beside it"
                  .formatted(firstName)
              + " (Diebold-Mariano, %d series).".formatted(outcome.series().size()));
    }
  }
}
