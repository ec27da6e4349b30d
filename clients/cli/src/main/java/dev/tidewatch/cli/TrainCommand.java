package dev.tidewatch.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Progress;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.all.AllFamilies;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.sdk.FeedPosition;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.trainer.ChampionComparison;
import dev.tidewatch.trainer.Trainer;
import dev.tidewatch.trainer.TrainingPlan;
import dev.tidewatch.trainer.TrainingReport;
import dev.tidewatch.trainer.tuning.TuningResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a model and puts it to work. */
@Command(
    name = "train",
    description = {
      "Train a model on stored readings, register it, make it champion, and assign it.",
      "One model learns from all the series given; --each makes one for each of them, and --all"
          + " does so for any number of series as one job that can be broken off and goes on.",
      "A multivariate-… family makes one detector that watches the series together, on the first of"
          + " them; the others, and covariates, are its further inputs.",
      "A model that loses against the champion on the same origins is registered, not promoted."
    },
    footer = {
      "  tidewatch train AP-AP --task forecast --horizon 24h",
      "  tidewatch train AP-AP --family theta --folds 6 --test 60d --gap 1d --window 180d",
      "  tidewatch train AP-AP --family boosted-trees --tune halving --trials 30 --seed 7",
      "  tidewatch train AP-AP --family seasonal-naive --tune random \\",
      "      --tune-space 'seasons=24|168|24+168'",
      "  tidewatch train 'realKnownCause/*' --task detect --each",
      "  tidewatch train 'pump/*' --family multivariate-level --model pump --step 1m",
      "  tidewatch train AP-AP DOM-DOM --model load --step 1h --to 2024-06-01 --no-promote",
      "  tidewatch train AP-AP --as-of 1:4711 --model again --no-promote",
      "  tidewatch train --all --step 1h --jobs 4 --summary models.csv",
      "  tidewatch train 'meters/*' --all --group-depth 2 --family ridge --step 1h"
    })
final class TrainCommand implements Callable<Integer> {
  private final Session session;
  private final ModelFamilies families = AllFamilies.create();

  @CommandLine.Parameters(
      arity = "0..*",
      paramLabel = "SERIES",
      description = "Names; one that ends in * means all that begin so.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--task",
      paramLabel = "TASK",
      description = "forecast or detect (what the family does, else forecast).")
  private @Nullable String task;

  @Option(
      names = "--family",
      paramLabel = "FAMILY",
      description =
          "What learns: seasonal-naive, ets, theta, ridge, …; online, zscore, … (auto, with --all"
              + " seasonal-naive; online). A wrong one lists all.")
  private @Nullable String family;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "Name of the model (made of series and family).")
  private @Nullable String model;

  @Option(names = "--each", description = "One model for each series.")
  private boolean each;

  @Mixin private final GridOptions gridOptions = new GridOptions();
  @Mixin private final RangeOptions range = new RangeOptions();
  @Mixin private final AsOf asOf = new AsOf();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of the family; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(names = "--seed", paramLabel = "N", description = "Of random numbers (1).")
  private long seed = 1;

  @Mixin private final CovariateOptions covariates = new CovariateOptions();
  @Mixin private final EvaluationOptions evaluation = new EvaluationOptions();

  @Mixin private final TuningOptions tuning = new TuningOptions();

  @Mixin private final TrainAll.Options all = new TrainAll.Options();

  @Mixin private final PublishOptions publish = new PublishOptions();

  TrainCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    boolean detects = detects();
    String chosenFamily = family != null ? family : usualFamily(detects);
    var trainer =
        new Trainer(session.tidewatch(), families, session.clock(), VersionCommand.version());
    return Interruption.guard(() ->
        all.wanted()
            ? trainAll(trainer, chosenFamily, detects)
            : trainGiven(trainer, chosenFamily, detects));
  }

  /** Of thousands of series each gets the simplest; one deserves a choice. */
  private String usualFamily(boolean detects) {
    if (detects) {
      return "online";
    }
    boolean chooses = !all.wanted() && families.forecastFamily("auto").isPresent();
    return chooses ? "auto" : "seasonal-naive";
  }

  private int trainAll(Trainer trainer, String chosenFamily, boolean detects) throws IOException {
    if (each) {
      throw new UsageException("--each: --all does that already");
    }
    return new TrainAll(session, trainer, all)
        .run(
            names,
            group -> plan(group, all.name(model, group, chosenFamily), chosenFamily, 1),
            (report, _) -> publish.publish(session, report, detects));
  }

  private int trainGiven(Trainer trainer, String chosenFamily, boolean detects) throws IOException {
    if (names.isEmpty()) {
      throw new UsageException("SERIES: name one, or give --all for every series there is");
    }
    List<SeriesName> series = SeriesArguments.resolve(session, names);
    List<List<SeriesName>> sets = each ? series.stream().map(List::of).toList() : List.of(series);
    List<TrainingReport> reports = new ArrayList<>();
    int failed = 0;
    for (List<SeriesName> set : sets) {
      try {
        reports.add(train(trainer, set, chosenFamily, detects));
      } catch (InsufficientHistoryException e) {
        session.warn(set.getFirst() + ": " + e.getMessage());
        failed++;
      }
    }
    report(reports);
    return failed == 0 ? ExitCode.OK : ExitCode.CONFLICT;
  }

  private boolean detects() {
    if (task != null && !task.equals("forecast") && !task.equals("detect")) {
      throw new UsageException("--task: '" + task + "' is neither forecast nor detect");
    }
    if (family == null) {
      return "detect".equals(task);
    }
    boolean detector =
        families.detectorFamily(family).isPresent()
            || families.multivariateFamily(family).isPresent();
    if (!detector && families.forecastFamily(family).isEmpty()) {
      throw new UsageException(
          "--family: '%s' is none of %s (forecast), %s (detect) or %s (detect, in several series together)"
              .formatted(
                  family,
                  String.join(", ", new TreeSet<>(families.forecastIds())),
                  String.join(", ", new TreeSet<>(families.detectionIds())),
                  String.join(", ", new TreeSet<>(families.multivariateIds()))));
    }
    if (task != null && task.equals("detect") != detector) {
      throw new UsageException("--family: " + family + " does not " + task);
    }
    return detector;
  }

  private TrainingPlan plan(
      List<SeriesName> series, String name, String chosenFamily, int usualThreads) {
    Duration width = gridOptions.width(session, series.getFirst().value());
    var asked = range.range(session);
    FeedPosition state = asOf.position(session, series.getFirst());
    try {
      return new TrainingPlan(
          name,
          chosenFamily,
          series,
          gridOptions.grid(session, width),
          gridOptions.horizonSteps(session, width),
          List.of(.5, .8, .9, .95),
          Parameters.of(settings),
          asked.hasStartTime() ? ProtoTimes.instant(asked.getStartTime()) : null,
          asked.hasEndTime() ? ProtoTimes.instant(asked.getEndTime()) : null,
          state,
          seed,
          publish.description,
          evaluation.evaluation(session, width, usualThreads),
          tuning.tuning(session),
          covariates.byRole());
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private TrainingReport train(
      Trainer trainer, List<SeriesName> series, String chosenFamily, boolean detects)
      throws IOException {
    String name = modelName(series, chosenFamily);
    TrainingPlan plan = plan(series, name, chosenFamily, EvaluationOptions.cores());
    TrainingReport report;
    try (Progress progress = session.progress("training " + name, "", 1000)) {
      report =
          trainer.train(plan, (stage, fraction) -> progress.at(Math.round(fraction * 1000), stage));
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    publish.publish(session, report, detects);
    return report;
  }

  private String modelName(List<SeriesName> series, String chosenFamily) {
    String first = series.getFirst().value().replace('/', '.');
    if (model != null) {
      return each && names.size() + series.size() > 2 ? model + "." + first : model;
    }
    if (series.size() > 1) {
      throw new UsageException(
          "--model: name the model that learns from these "
              + series.size()
              + " series, or make one for each with --each");
    }
    return first + "-" + chosenFamily;
  }

  private void report(List<TrainingReport> reports) {
    if (session.json()) {
      var array = Session.object().putArray("models");
      reports.forEach(report -> json(report, array.addObject()));
      session.print(array);
      return;
    }
    var table =
        new Table().left("MODEL").whole("VERSION").left("FAMILY").right("READINGS").left("METRICS");
    for (TrainingReport report : reports) {
      table.row(
          report.model(),
          report.version(),
          report.family(),
          Numbers.count(report.readings()),
          Metrics.brief(report.metrics()));
    }
    session.print(table);
    for (TrainingReport report : reports) {
      TuningResult tuned = report.tuning();
      if (tuned != null) {
        session.say(
            "%s: %d trials took the error from %s to %s with %s."
                .formatted(
                    report.model(),
                    tuned.trials().size(),
                    Numbers.compact(tuned.givenLoss()),
                    Numbers.compact(tuned.loss()),
                    tuned.best()));
      }
      ChampionComparison comparison = report.comparison();
      if (comparison != null) {
        session.say(report.model() + ": " + comparison.text() + ".");
      }
      session.say(publish.outcome(report));
    }
  }

  private void json(TrainingReport report, ObjectNode node) {
    node.put("model", report.model());
    node.put("version", report.version());
    node.put("family", report.family());
    node.put("sha256", report.sha256());
    node.put("run_id", report.runId());
    node.put("readings", report.readings());
    node.put("as_of_epoch", report.asOf().epoch());
    node.put("as_of_position", report.asOf().position());
    ObjectNode given = node.putObject("settings");
    report.parameters().asMap().forEach(given::put);
    ObjectNode metrics = node.putObject("metrics");
    report.metrics().forEach(metrics::put);
    ChampionComparison comparison = report.comparison();
    if (comparison != null) {
      node.put("compared_with", comparison.version());
      node.put("comparison", comparison.verdict().name());
      node.put("comparison_text", comparison.text());
    }
    TuningResult tuned = report.tuning();
    if (tuned != null) {
      var trials = node.putArray("trials");
      tuned
          .trials()
          .forEach(trial -> {
            ObjectNode one = trials.addObject();
            one.put("number", trial.number());
            one.put("rung", trial.rung());
            one.put("loss", trial.loss());
            one.put("end", trial.end().name());
            ObjectNode tried = one.putObject("settings");
            trial.parameters().asMap().forEach(tried::put);
          });
    }
    node.put("promoted", publish.promoted(report));
  }
}
