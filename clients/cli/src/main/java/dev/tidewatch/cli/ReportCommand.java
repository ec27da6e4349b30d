package dev.tidewatch.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidewatch.cli.report.Chart;
import dev.tidewatch.cli.report.ForecastPage;
import dev.tidewatch.cli.report.Page;
import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Progress;
import dev.tidewatch.cli.terminal.Sparkline;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.proto.registry.v1.MetricPoint;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.Run;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.sdk.TidewatchException;
import dev.tidewatch.trainer.Champions;
import dev.tidewatch.trainer.RunHistory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** All that is known of a version, and how well it forecasts. */
@Command(
    name = "report",
    description = {
      "Tell all that is known of a version: training, settings, metrics, the curves of its run.",
      "With --html, a page that adds its forecasts on the readings that it was trained on, by a"
          + " back-test of its family and settings; --now takes the readings of now."
    },
    footer = {
      "  tidewatch report load",
      "  tidewatch report load@1.2.0 --html load.html",
      "  tidewatch report load --html load.html --now --test 30d"
    })
final class ReportCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "MODEL[@VERSION|@ALIAS]", description = "Which version (the champion).")
  private String model;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write a page with figures; it needs no network.")
  private @Nullable Path html;

  @Option(
      names = "--now",
      description = "Forecast what the readings are now, not what they were in its training.")
  private boolean now;

  @Mixin private final EvaluationOptions evaluation = new EvaluationOptions();

  ReportCommand(Session session) {
    this.session = session;
  }

  private record Learnt(@Nullable Run run, SortedMap<String, List<MetricPoint>> curves) {}

  @Override
  public Integer call() throws IOException {
    ModelVersion version =
        ModelReference.parse(model).resolve(session.tidewatch().registry(), "champion");
    Learnt learnt = learnt(version);
    if (session.json()) {
      json(version, learnt);
    } else {
      Details.print(session, version);
      show(learnt);
    }
    Path file = html;
    if (file == null) {
      return ExitCode.OK;
    }
    return Interruption.guard(() -> {
      Files.writeString(file, page(version, learnt), StandardCharsets.UTF_8);
      session.say("Wrote " + file + ".");
      return ExitCode.OK;
    });
  }

  private Learnt learnt(ModelVersion version) {
    String id = version.getLineage().getRunId();
    if (id.isEmpty()) {
      return new Learnt(null, new TreeMap<>());
    }
    var history = new RunHistory(session.tidewatch().registry());
    try {
      return new Learnt(history.get(id), history.curves(id));
    } catch (TidewatchException e) {
      if (e.hasReason("RUN_UNKNOWN")) {
        return new Learnt(null, new TreeMap<>());
      }
      throw e;
    }
  }

  private void json(ModelVersion version, Learnt learnt) {
    ObjectNode node = Session.object();
    node.set("version", ProtoJson.object(version));
    if (learnt.run() != null) {
      node.set("run", ProtoJson.object(learnt.run()));
    }
    ObjectNode curves = node.putObject("curves");
    learnt
        .curves()
        .forEach((metric, points) -> {
          var array = curves.putArray(metric);
          points.forEach(point ->
              array.addObject().put("step", point.getStep()).put("value", point.getValue()));
        });
    session.print(node);
  }

  private void show(Learnt learnt) {
    var table = new Table().whole("CURVE").right("POINTS").right("FIRST").right("LAST").left("");
    learnt
        .curves()
        .forEach((metric, points) -> {
          if (points.size() > 1) {
            table.row(
                metric,
                Numbers.count(points.size()),
                Numbers.compact(points.getFirst().getValue()),
                Numbers.compact(points.getLast().getValue()),
                Sparkline.of(points.stream().mapToDouble(MetricPoint::getValue).toArray(), 40));
          }
        });
    if (!table.isEmpty()) {
      session.print("");
      session.print(table);
    }
  }

  private String page(ModelVersion version, Learnt learnt) throws IOException {
    String name = version.getModel() + "@" + version.getVersion();
    var page =
        new Page(
            name,
            "%s, made %s from %s readings of %s series."
                .formatted(
                    version.getFamily(),
                    session.show(version.getCreatedAt()),
                    Numbers.count(version.getLineage().getDataRows()),
                    Numbers.count(version.getLineage().getTrainingCount())));
    page.heading("Metrics of its training");
    page.table(List.of("metric", "value"), numbers(new TreeMap<>(version.getMetricsMap())));
    page.heading("Where it came from");
    page.table(List.of("<what", "<value"), origin(version, learnt));
    curves(page, learnt);
    if (version.getTask() == Task.TASK_FORECAST) {
      forecasts(page, name, version);
    }
    return page.html();
  }

  private static List<List<String>> numbers(SortedMap<String, Double> values) {
    List<List<String>> rows = new ArrayList<>();
    values.forEach((name, value) -> rows.add(List.of(name, Numbers.compact(value))));
    return rows;
  }

  private List<List<String>> origin(ModelVersion version, Learnt learnt) {
    var rows = new ArrayList<List<String>>();
    var lineage = version.getLineage();
    rows.add(List.of("bundle", version.getArtifact().getSha256()));
    rows.add(List.of("data fingerprint", lineage.getDataFingerprint()));
    rows.add(List.of("code", lineage.getCodeVersion()));
    rows.add(List.of("seed", Long.toString(lineage.getSeed())));
    if (!lineage.getFeatureRecipeJson().isEmpty()) {
      rows.add(List.of("features", lineage.getFeatureRecipeJson()));
    }
    Champions.settings(version)
        .asMap()
        .forEach((setting, value) -> rows.add(List.of("set " + setting, value)));
    Run run = learnt.run();
    if (run != null) {
      rows.add(List.of("run", run.getRunId()));
      new TreeMap<>(run.getParametersMap())
          .forEach((parameter, value) -> rows.add(List.of("run " + parameter, value)));
      new TreeMap<>(run.getTagsMap()).forEach((tag, value) -> rows.add(List.of(tag, value)));
    }
    lineage.getTrainingList().stream()
        .limit(10)
        .forEach(window ->
            rows.add(
                List.of(
                    window.getSeries(),
                    session.show(window.getFrom()) + " to " + session.show(window.getTo()))));
    return rows;
  }

  private static void curves(Page page, Learnt learnt) {
    boolean any = false;
    for (var curve : learnt.curves().entrySet()) {
      if (curve.getValue().size() < 2 || curve.getKey().startsWith("trial.set.")) {
        continue;
      }
      if (!any) {
        page.heading("Curves of its run");
        any = true;
      }
      List<Double> steps =
          curve.getValue().stream().map(point -> (double) point.getStep()).toList();
      List<Double> values = curve.getValue().stream().map(MetricPoint::getValue).toList();
      page.figure(
          curve.getKey(),
          new Chart()
              .line("", Chart.Colour.A, steps, values)
              .dots("", Chart.Colour.A, steps, values));
    }
  }

  private void forecasts(Page page, String name, ModelVersion version) throws IOException {
    Map<String, ModelVersion> one = new LinkedHashMap<>(Map.of(name, version));
    VersionsOnTrial.Outcome outcome;
    try (Progress progress = session.progress("back-test", "", 1000)) {
      outcome =
          new VersionsOnTrial(session)
              .run(
                  one,
                  VersionsOnTrial.learntFrom(version),
                  now ? null : VersionsOnTrial.learntAsOf(version),
                  width -> evaluation.evaluation(session, width, EvaluationOptions.cores()),
                  (stage, fraction) -> progress.at(Math.round(1000 * fraction), stage));
    } catch (InsufficientHistoryException | UsageException e) {
      page.heading("Forecasts");
      page.paragraph("They could not be made: " + e.getMessage());
      return;
    }
    outcome
        .backtests()
        .forEach((which, backtest) -> {
          page.heading("Back-test");
          page.paragraph(
              "From %s, %s."
                  .formatted(
                      "%d origins".formatted(backtest.report().origins().size()),
                      backtest.mode().name().toLowerCase(Locale.ROOT).replace('_', ' ')));
          page.table(List.of("metric", "value"), numbers(backtest.report().metrics()));
          new ForecastPage(
                  page,
                  session.options().zone(),
                  outcome.prepared().training().series(),
                  Map.of(which, backtest.report()))
              .add();
        });
  }
}
