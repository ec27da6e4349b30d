package dev.tidewatch.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Progress;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.cli.time.Durations;
import dev.tidewatch.timeseries.QuantileSketch;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.trainer.BatchOutcome;
import dev.tidewatch.trainer.BatchSummary;
import dev.tidewatch.trainer.BatchTrainer;
import dev.tidewatch.trainer.SeriesGroups;
import dev.tidewatch.trainer.Trainer;
import dev.tidewatch.trainer.TrainingReport;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** One job over any number of series. */
final class TrainAll {
  private static final List<String> SHOWN =
      List.of("mase", "mape", "coverage_90", "anomalies", "anomalies_per_series_week");
  private static final int NAME_CHARACTERS_MAX = 128;

  private final Session session;
  private final Trainer trainer;
  private final Options options;

  /** Options of such a job. */
  static final class Options {
    @Option(
        names = "--all",
        description =
            "One job over all series, or over all that the names given match; what is done already"
                + " from the same readings is skipped.")
    private boolean all;

    @Option(
        names = "--group-depth",
        paramLabel = "N",
        description =
            "One model for all series whose first N name segments are the same; 0: for all (one"
                + " for each series).")
    private @Nullable Integer groupDepth;

    @Option(
        names = "--group-max",
        paramLabel = "N",
        description = "A larger group becomes several models (500).")
    private int groupMax = 500;

    @Option(names = "--jobs", paramLabel = "N", description = "Models at a time (the cores).")
    private int jobs = EvaluationOptions.cores();

    @Option(names = "--again", description = "Train what is done already, too.")
    private boolean again;

    @Option(
        names = "--summary",
        paramLabel = "FILE",
        description = "Write a line for each model: CSV.")
    private @Nullable Path summary;

    boolean wanted() {
      if (!all && (groupDepth != null || again || summary != null)) {
        throw new UsageException("--group-depth, --again, --summary: go with --all");
      }
      return all;
    }

    /** Of the model that a group's series share. */
    String name(@Nullable String model, List<SeriesName> group, String family) {
      String first = group.getFirst().value();
      String own = first;
      if (groupDepth != null) {
        String key = SeriesGroups.key(group.getFirst(), groupDepth);
        // The parts of a group that was too large are told apart by their first series.
        own = group.size() < groupMax && !key.isEmpty() ? key : first;
      }
      String name = (model != null ? model + "." : "") + own.replace('/', '.') + "-" + family;
      if (name.length() <= NAME_CHARACTERS_MAX) {
        return name;
      }
      String hash =
          UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString().substring(0, 13);
      return name.substring(0, NAME_CHARACTERS_MAX - hash.length() - 1) + "-" + hash;
    }

    private Iterator<List<SeriesName>> groups(Iterator<SeriesName> names) {
      if (jobs < 1 || groupMax < 1 || (groupDepth != null && groupDepth < 0)) {
        throw new UsageException("--jobs, --group-max: want at least 1; --group-depth at least 0");
      }
      return groupDepth == null
          ? SeriesGroups.single(names)
          : SeriesGroups.byPrefix(names, groupDepth, groupMax);
    }
  }

  TrainAll(Session session, Trainer trainer, Options options) {
    this.session = session;
    this.trainer = trainer;
    this.options = options;
  }

  int run(List<String> names, BatchTrainer.Planner planner, BatchTrainer.Publisher publisher)
      throws IOException {
    // Counted first, for the time left; names of a page at a time are held.
    long total = 0;
    for (Iterator<SeriesName> all = SeriesArguments.stream(session, names); all.hasNext(); ) {
      all.next();
      total++;
    }
    if (total == 0) {
      throw new UsageException("SERIES: there are none");
    }
    long started = System.nanoTime();
    BatchSummary summary;
    try (BufferedWriter lines = writer();
        Progress progress = session.progress("training", "series", total)) {
      var done = new AtomicLong();
      summary =
          new BatchTrainer(trainer, options.jobs, options.again)
              .train(
                  options.groups(SeriesArguments.stream(session, names)),
                  planner,
                  publisher,
                  outcome -> {
                    write(lines, outcome);
                    progress.at(
                        done.addAndGet(outcome.series().size()),
                        outcome.series().getFirst().value());
                  });
    }
    show(summary, total, Duration.ofNanos(System.nanoTime() - started));
    return summary.failed() > 0
        ? ExitCode.FAILURE
        : summary.tooShort() > 0 ? ExitCode.CONFLICT : ExitCode.OK;
  }

  private BufferedWriter writer() throws IOException {
    if (options.summary == null) {
      return new BufferedWriter(java.io.Writer.nullWriter());
    }
    BufferedWriter lines = Files.newBufferedWriter(options.summary, StandardCharsets.UTF_8);
    lines.write("series,count,model,version,outcome,readings,mase,mae,coverage_90,note\n");
    return lines;
  }

  private static void write(BufferedWriter lines, BatchOutcome outcome) {
    TrainingReport report = outcome.report();
    try {
      lines.write(outcome.series().getFirst() + "," + outcome.series().size() + ",");
      if (report == null) {
        String note = outcome.failure().replace("\"", "\"\"");
        lines.write(
            ",," + (outcome.tooShort() ? "too-short" : "failed") + ",,,,,\"" + note + "\"\n");
        return;
      }
      Map<String, Double> metrics = report.metrics();
      lines.write(
          "%s,%s,%s,%d,%s,%s,%s,\n"
              .formatted(
                  report.model(),
                  report.version(),
                  report.isNew() ? "trained" : "present",
                  report.readings(),
                  cell(metrics, "mase"),
                  cell(metrics, "mae"),
                  cell(metrics, "coverage_90")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String cell(Map<String, Double> metrics, String name) {
    Double value = metrics.get(name);
    return value == null ? "" : Double.toString(value);
  }

  private void show(BatchSummary summary, long series, Duration took) {
    if (session.json()) {
      ObjectNode node = Session.object();
      node.put("series", series);
      node.put("models", summary.models());
      node.put("trained", summary.trained());
      node.put("present", summary.present());
      node.put("too_short", summary.tooShort());
      node.put("failed", summary.failed());
      node.put("better_than_champion", summary.better());
      node.put("worse_than_champion", summary.worse());
      node.put("readings", summary.readings());
      node.put("seconds", took.toMillis() / 1e3);
      ObjectNode metrics = node.putObject("metrics");
      for (String name : SHOWN) {
        summary.quantiles(name).forEach(metrics::put);
      }
      var failures = node.putArray("failures");
      summary.failures().forEach(failures::add);
      session.print(node);
      return;
    }
    summary.failures().stream().limit(10).forEach(session::warn);
    if (summary.failures().size() > 10) {
      session.warn("and more; --summary FILE lists all");
    }
    var table = new Table().left("METRIC").right("MODELS").right("MEDIAN").right("90 % BELOW");
    for (String name : SHOWN) {
      QuantileSketch sketch = summary.metrics().get(name);
      if (sketch != null && sketch.count() > 0) {
        table.row(
            name,
            Numbers.count(sketch.count()),
            Numbers.compact(sketch.quantile(0.5)),
            Numbers.compact(sketch.quantile(0.9)));
      }
    }
    session.print(table);
    session.say(
        "%s series: %s models trained, %s there already, %s too short, %s failed, in %s."
            .formatted(
                Numbers.count(series),
                Numbers.count(summary.trained()),
                Numbers.count(summary.present()),
                Numbers.count(summary.tooShort()),
                Numbers.count(summary.failed()),
                Durations.format(Duration.ofSeconds(took.toSeconds()))));
    if (summary.worse() > 0) {
      session.say(
          Numbers.count(summary.worse())
              + " of them lose against their champion, which stays; see --promote-if.");
    }
  }
}
