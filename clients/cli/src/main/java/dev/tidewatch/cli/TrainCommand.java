package dev.tidewatch.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Progress;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.all.AllFamilies;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.timeseries.Aggregation;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.trainer.Publication;
import dev.tidewatch.trainer.Trainer;
import dev.tidewatch.trainer.TrainingPlan;
import dev.tidewatch.trainer.TrainingReport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
      "One model learns from all the series given; --each makes one for each of them."
    },
    footer = {
      "  tidewatch train AP-AP --task forecast --horizon 24h",
      "  tidewatch train 'realKnownCause/*' --task detect --each",
      "  tidewatch train AP-AP DOM-DOM --model load --step 1h --to 2024-06-01 --no-promote"
    })
final class TrainCommand implements Callable<Integer> {
  private final Session session;
  private final ModelFamilies families = AllFamilies.create();

  @CommandLine.Parameters(
      arity = "1..*",
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
      description = "naive, seasonal-naive; zscore, moving-average (seasonal-naive, zscore).")
  private @Nullable String family;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "Name of the model (made of series and family).")
  private @Nullable String model;

  @Option(names = "--each", description = "One model for each series.")
  private boolean each;

  @Option(
      names = "--step",
      paramLabel = "DURATION",
      description = "Width of the grid that readings are put on (their usual distance).")
  private @Nullable String step;

  @Option(
      names = "--aggregate",
      paramLabel = "HOW",
      description = "Readings of one step become one value: mean, last, sum, max or min (mean).")
  private String aggregate = "mean";

  @Option(
      names = "--horizon",
      paramLabel = "LENGTH",
      description = "Furthest forecast: a time such as 24h, or a number of steps (24h).")
  private String horizon = "24h";

  @Mixin private final RangeOptions range = new RangeOptions();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of the family; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(names = "--seed", paramLabel = "N", description = "Of random numbers (1).")
  private long seed = 1;

  @Option(
      names = "--every",
      paramLabel = "STEPS",
      description = "Forecasts are made by themselves every so many steps (a whole horizon).")
  private @Nullable Integer everySteps;

  @Option(names = "--no-promote", description = "Only register the version; implies --no-assign.")
  private boolean noPromote;

  @Option(names = "--no-assign", description = "Do not assign the model to the series.")
  private boolean noAssign;

  @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
  private String description = "";

  TrainCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    List<SeriesName> series = series();
    boolean detects = detects();
    String chosenFamily = family != null ? family : detects ? "zscore" : "seasonal-naive";
    List<List<SeriesName>> sets = each ? series.stream().map(List::of).toList() : List.of(series);
    var trainer =
        new Trainer(session.tidewatch(), families, session.clock(), VersionCommand.version());
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
    boolean detector = families.detectorFamily(family).isPresent();
    if (!detector && families.forecastFamily(family).isEmpty()) {
      throw new UsageException(
          "--family: '%s' is none of %s (forecast) or %s (detect)"
              .formatted(
                  family,
                  String.join(", ", new TreeSet<>(families.forecastIds())),
                  String.join(", ", new TreeSet<>(families.detectionIds()))));
    }
    if (task != null && task.equals("detect") != detector) {
      throw new UsageException("--family: " + family + " does not " + task);
    }
    return detector;
  }

  private List<SeriesName> series() {
    List<SeriesName> found = new ArrayList<>();
    for (String name : names) {
      if (name.endsWith("*")) {
        String prefix = name.substring(0, name.length() - 1);
        session
            .tidewatch()
            .ingest()
            .listSeries(prefix, "")
            .forEach(series -> found.add(new SeriesName(series.getName())));
      } else {
        try {
          found.add(new SeriesName(name));
        } catch (IllegalArgumentException e) {
          throw new UsageException("SERIES: " + e.getMessage());
        }
      }
    }
    if (found.isEmpty()) {
      throw new UsageException("SERIES: no series match " + String.join(" ", names));
    }
    return found;
  }

  private TrainingReport train(
      Trainer trainer, List<SeriesName> series, String chosenFamily, boolean detects)
      throws IOException {
    String name = modelName(series, chosenFamily);
    Duration width =
        step != null
            ? session.duration("--step", step)
            : new UsualStep(session.tidewatch().ingest()).of(series.getFirst().value());
    int steps = horizonSteps(width);
    TrainingReport report;
    try (Progress progress = session.progress("training " + name, "", 1000)) {
      var asked = range.range(session);
      var grid =
          Grid.ofStep(width).withZone(session.options().zone()).withAggregation(aggregation());
      var plan =
          new TrainingPlan(
              name,
              chosenFamily,
              series,
              grid,
              steps,
              List.of(.5, .8, .9, .95),
              Parameters.of(settings),
              asked.hasStartTime() ? ProtoTimes.instant(asked.getStartTime()) : null,
              asked.hasEndTime() ? ProtoTimes.instant(asked.getEndTime()) : null,
              null,
              seed,
              description);
      report =
          trainer.train(plan, (stage, fraction) -> progress.at(Math.round(fraction * 1000), stage));
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    if (!noPromote) {
      publish(report, series, detects, steps);
    }
    return report;
  }

  private void publish(
      TrainingReport report, List<SeriesName> series, boolean detects, int horizonSteps) {
    var publication = new Publication(session.tidewatch().registry());
    publication.promote(report);
    if (noAssign) {
      return;
    }
    for (SeriesName one : series) {
      publication.assign(
          report.model(),
          detects ? Task.TASK_DETECT : Task.TASK_FORECAST,
          one,
          detects ? 0 : everySteps != null ? everySteps : horizonSteps);
    }
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

  private int horizonSteps(Duration width) {
    if (!horizon.isEmpty() && horizon.chars().allMatch(Character::isDigit)) {
      return Integer.parseInt(horizon);
    }
    long steps = Math.ceilDiv(session.duration("--horizon", horizon).toMillis(), width.toMillis());
    return (int) Math.min(Math.max(steps, 1), 10_000);
  }

  private Aggregation aggregation() {
    try {
      return Aggregation.valueOf(aggregate.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "--aggregate: '" + aggregate + "' is none of mean, last, sum, max, min");
    }
  }

  private void report(List<TrainingReport> reports) {
    if (session.json()) {
      var array = Session.object().putArray("models");
      for (TrainingReport report : reports) {
        ObjectNode node = array.addObject();
        node.put("model", report.model());
        node.put("version", report.version());
        node.put("family", report.family());
        node.put("sha256", report.sha256());
        node.put("run_id", report.runId());
        node.put("readings", report.readings());
        node.put("as_of_epoch", report.asOf().epoch());
        node.put("as_of_position", report.asOf().position());
        ObjectNode metrics = node.putObject("metrics");
        report.metrics().forEach(metrics::put);
      }
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
    if (!noPromote && !reports.isEmpty()) {
      session.say(
          noAssign
              ? "Champion now; not assigned to any series."
              : "Champion now, and assigned to the series it learnt from.");
    }
  }
}
