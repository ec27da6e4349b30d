package dev.tidewatch.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidewatch.cli.report.DetectionPage;
import dev.tidewatch.cli.report.ForecastPage;
import dev.tidewatch.cli.report.Page;
import dev.tidewatch.cli.report.StepErrors;
import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Progress;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.all.AllFamilies;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.BacktestReport;
import dev.tidewatch.models.forecast.FoldListener;
import dev.tidewatch.models.forecast.PairedBacktests;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import dev.tidewatch.timeseries.significance.PairedTest;
import dev.tidewatch.trainer.Backtester;
import dev.tidewatch.trainer.DetectionReport;
import dev.tidewatch.trainer.TrainingPlan;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tries families on stored readings without registering anything. */
@Command(
    name = "backtest",
    description = {
      "Try forecasters on stored readings, from rolling origins that see nothing of the future;"
          + " registers nothing.",
      "All families get the very same origins, and naive and seasonal-naive always compete."
          + " P VS BEST: how likely chance alone makes the best look so much better (Diebold-Mariano)."
          + " COV 90 and SCORE 90 are of intervals as they are calibrated, ADAPTED and its SCORE of"
          + " the same when each truth recalibrates those that follow."
    },
    footer = {
      "  tidewatch backtest AP-AP --horizon 24h",
      "  tidewatch backtest AP-AP --family auto",
      "  tidewatch backtest AP-AP --family auto --without ridge",
      "  tidewatch backtest AP-AP --family ets,theta,ridge --test 60d --folds 6 --html report.html",
      "  tidewatch backtest AP-AP --family theta --gap 1d --window 90d --stride 24h",
      "  tidewatch backtest art_daily --family zscore --test 14d --html anomalies.html"
    })
final class BacktestCommand implements Callable<Integer> {
  private static final List<String> BASELINES = List.of("naive", "seasonal-naive");

  private static final String AUTO = "auto";

  private static final List<String> HEADINGS =
      List.of(
          "FAMILY",
          "MAE",
          "RMSE",
          "SMAPE",
          "MASE",
          "COV 90",
          "SCORE 90",
          "ADAPTED",
          "SCORE",
          "P VS BEST",
          "SECONDS");

  /** In the order of the headings. */
  private static final List<String> METRICS =
      List.of(
          "mae",
          "rmse",
          "smape",
          "mase",
          "coverage_90",
          "interval_score_90",
          "adaptive_coverage_90",
          "adaptive_interval_score_90");

  private final Session session;
  private final ModelFamilies families = AllFamilies.create();

  @CommandLine.Parameters(
      arity = "1..*",
      paramLabel = "SERIES",
      description = "Names; one that ends in * means all that begin so.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--family",
      paramLabel = "FAMILY",
      split = ",",
      description = "What to try, separated by commas; auto tries many (auto). Or one detector.")
  private List<String> asked = new ArrayList<>();

  @Option(
      names = "--without",
      paramLabel = "FAMILY",
      split = ",",
      description = "Families that must not be tried, nor chosen by auto.")
  private List<String> without = new ArrayList<>();

  @Option(names = "--no-baselines", description = "Do not add naive and seasonal-naive.")
  private boolean noBaselines;

  @Mixin private final GridOptions grid = new GridOptions();
  @Mixin private final RangeOptions range = new RangeOptions();
  @Mixin private final AsOf asOf = new AsOf();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of the families asked for; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(names = "--seed", paramLabel = "N", description = "Of random numbers (1).")
  private long seed = 1;

  @Mixin private final CovariateOptions covariates = new CovariateOptions();
  @Mixin private final EvaluationOptions evaluation = new EvaluationOptions();

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description =
          "Write a page with fan chart, residuals, error per step and anomaly scatter; it needs no"
              + " network.")
  private @Nullable Path html;

  BacktestCommand(Session session) {
    this.session = session;
  }

  private record Row(
      String family, BacktestReport report, Optional<PairedTest> test, double seconds) {}

  @Override
  public Integer call() throws IOException {
    return Interruption.guard(() -> {
      List<SeriesName> series = SeriesArguments.resolve(session, names);
      try {
        return isDetector() ? detect(series) : forecast(series);
      } catch (IllegalArgumentException e) {
        throw new UsageException(String.valueOf(e.getMessage()));
      } catch (InsufficientHistoryException e) {
        session.warn(String.valueOf(e.getMessage()));
        return ExitCode.CONFLICT;
      }
    });
  }

  private boolean isDetector() {
    boolean detector = asked.stream().anyMatch(id -> families.detectorFamily(id).isPresent());
    if (detector && asked.size() > 1) {
      throw new UsageException("--family: one detector at a time, and no forecasters with it");
    }
    for (String id : asked) {
      if (!detector && families.forecastFamily(id).isEmpty()) {
        throw new UsageException(
            "--family: '%s' is none of %s (forecast) or %s (detect)"
                .formatted(
                    id,
                    String.join(", ", new TreeSet<>(families.forecastIds())),
                    String.join(", ", new TreeSet<>(families.detectionIds()))));
      }
    }
    return detector;
  }

  private TrainingPlan plan(List<SeriesName> series, String family) {
    Duration width = grid.width(session, series.getFirst().value());
    var times = range.range(session);
    return TrainingPlan.of(
            "backtest",
            family,
            series,
            grid.grid(session, width),
            grid.horizonSteps(session, width))
        .within(
            times.hasStartTime() ? ProtoTimes.instant(times.getStartTime()) : null,
            times.hasEndTime() ? ProtoTimes.instant(times.getEndTime()) : null)
        .asOf(asOf.position(session, series.getFirst()))
        .withSeed(seed)
        .withParameters(Parameters.of(settings))
        .withCovariates(covariates.byRole())
        .evaluatedBy(evaluation.evaluation(session, width, EvaluationOptions.cores()));
  }

  private List<String> chosen() {
    var chosen = new LinkedHashSet<String>(asked);
    if (asked.isEmpty()) {
      chosen.add(AUTO);
    }
    if (!noBaselines) {
      chosen.addAll(BASELINES);
    }
    for (String id : without) {
      if (families.forecastFamily(id).isEmpty()) {
        throw new UsageException(
            "--without: '%s' is none of %s"
                .formatted(id, String.join(", ", new TreeSet<>(families.forecastIds()))));
      }
      chosen.remove(id);
    }
    if (chosen.isEmpty()) {
      throw new UsageException("--without: leaves nothing to try");
    }
    return List.copyOf(chosen);
  }

  private Parameters parameters(String family) {
    var own = new TreeMap<String, String>();
    if (asked.contains(family)) {
      own.putAll(settings);
    }
    if (family.equals(AUTO)) {
      List<String> candidates =
          without.stream().filter(ModelFamilies.autoCandidates()::contains).toList();
      if (!candidates.isEmpty()) {
        own.put("without", String.join(",", candidates));
      }
    }
    return Parameters.of(own);
  }

  private int forecast(List<SeriesName> series) throws IOException {
    var backtester = new Backtester(session.tidewatch(), families, session.clock());
    List<String> chosen = chosen();
    TrainingPlan plan = plan(series, chosen.getFirst());
    Backtester.Prepared prepared;
    Map<String, BacktestReport> reports = new LinkedHashMap<>();
    Map<String, Double> seconds = new LinkedHashMap<>();
    SortedMap<String, String> explanation = new TreeMap<>();
    try (Progress progress = session.progress("back-test", "", 1000L * chosen.size())) {
      prepared = backtester.prepare(plan, (stage, fraction) -> progress.at(0, "reading"));
      for (int i = 0; i < chosen.size(); i++) {
        String family = chosen.get(i);
        long before = 1000L * i;
        long started = System.nanoTime();
        try {
          reports.put(
              family,
              backtester.run(
                  prepared,
                  family,
                  parameters(family),
                  (stage, fraction) -> progress.at(before + Math.round(1000 * fraction), family),
                  FoldListener.NONE));
          seconds.put(family, (System.nanoTime() - started) / 1e9);
        } catch (InsufficientHistoryException e) {
          session.warn(family + ": " + e.getMessage());
        }
      }
      if (reports.containsKey(AUTO)) {
        explanation.putAll(
            backtester.explain(prepared, AUTO, parameters(AUTO), (stage, fraction) -> {}));
      }
    }
    if (reports.isEmpty()) {
      return ExitCode.CONFLICT;
    }
    List<Row> rows = rows(prepared, reports, seconds);
    if (session.json()) {
      json(prepared, rows, explanation);
    } else {
      show(prepared, rows, explanation);
    }
    if (html != null) {
      Files.writeString(html, page(series, prepared, rows, explanation), StandardCharsets.UTF_8);
      session.say("Wrote " + html + ".");
    }
    return ExitCode.OK;
  }

  /** Best first. */
  private static List<Row> rows(
      Backtester.Prepared prepared,
      Map<String, BacktestReport> reports,
      Map<String, Double> seconds) {
    List<Map.Entry<String, BacktestReport>> sorted =
        reports.entrySet().stream()
            .sorted(Comparator.comparingDouble(entry -> loss(entry.getValue())))
            .toList();
    BacktestReport best = sorted.getFirst().getValue();
    List<Row> rows = new ArrayList<>();
    for (Map.Entry<String, BacktestReport> entry : sorted) {
      Optional<PairedTest> test =
          rows.isEmpty()
              ? Optional.empty()
              : PairedBacktests.of(best, entry.getValue(), prepared.training(), prepared.plan())
                  .test();
      rows.add(
          new Row(
              entry.getKey(),
              entry.getValue(),
              test,
              seconds.getOrDefault(entry.getKey(), Double.NaN)));
    }
    return rows;
  }

  private static double loss(BacktestReport report) {
    return report
        .metrics()
        .getOrDefault("mase", report.metrics().getOrDefault("mae", Double.MAX_VALUE));
  }

  private static List<String> cells(Row row) {
    List<String> cells = new ArrayList<>(List.of(row.family()));
    for (String metric : METRICS) {
      Double value = row.report().metrics().get(metric);
      cells.add(value == null ? "–" : Numbers.compact(significant(value)));
    }
    cells.add(row.test().map(test -> Numbers.compact(significant(test.firstBetter()))).orElse("–"));
    cells.add(Numbers.compact(significant(row.seconds())));
    return cells;
  }

  /** Four digits are enough to compare. */
  private static double significant(double value) {
    return Double.isFinite(value)
        ? BigDecimal.valueOf(value).round(new MathContext(4)).doubleValue()
        : value;
  }

  private String how(Backtester.Prepared prepared) {
    var plan = prepared.plan();
    return "%d folds over the newest %d steps of %s, an origin every %d, gap %d, %s, %d steps ahead; readings as of %d:%d."
        .formatted(
            plan.folds(),
            plan.testIntervals(),
            prepared.training().grid().step(),
            plan.strideIntervals(),
            plan.gapIntervals(),
            plan.trainingIntervalsMax() == 0
                ? "expanding"
                : "sliding over " + plan.trainingIntervalsMax(),
            prepared.training().horizon(),
            prepared.asOf().epoch(),
            prepared.asOf().position());
  }

  private void show(
      Backtester.Prepared prepared, List<Row> rows, SortedMap<String, String> explanation) {
    var table = new Table().whole("FAMILY");
    HEADINGS.stream().skip(1).forEach(table::right);
    rows.forEach(row -> table.row(cells(row).toArray(String[]::new)));
    session.print(table);
    if (!explanation.isEmpty()) {
      session.print("");
      var reasons = new Table().whole("AUTO").left("ON ALL READINGS");
      explanation.forEach(reasons::row);
      session.print(reasons);
    }
    session.say(how(prepared));
  }

  private void json(
      Backtester.Prepared prepared, List<Row> rows, SortedMap<String, String> explanation) {
    var array = Session.object().putArray("families");
    for (Row row : rows) {
      ObjectNode node = array.addObject();
      node.put("family", row.family());
      ObjectNode metrics = node.putObject("metrics");
      row.report().metrics().forEach(metrics::put);
      row.test()
          .ifPresent(test -> {
            node.put("p_best_is_better", test.firstBetter());
            node.put("statistic", test.statistic());
          });
      var steps = node.putArray("mae_by_step");
      StepErrors.meanAbsolute(row.report().origins()).forEach(steps::add);
      node.put("seconds", row.seconds());
      node.put("as_of", prepared.asOf().epoch() + ":" + prepared.asOf().position());
      if (row.family().equals(AUTO)) {
        ObjectNode reasons = node.putObject("explanation");
        explanation.forEach(reasons::put);
      }
    }
    session.print(array);
  }

  private String page(
      List<SeriesName> series,
      Backtester.Prepared prepared,
      List<Row> rows,
      SortedMap<String, String> explanation) {
    String title =
        "Back-test of "
            + (series.size() == 1 ? series.getFirst().value() : series.size() + " series");
    var page = new Page(title, how(prepared));
    List<String> headings = new ArrayList<>(HEADINGS);
    page.table(headings, rows.stream().map(BacktestCommand::cells).toList());
    if (!explanation.isEmpty()) {
      page.heading("What auto chose, and why");
      page.table(
          List.of("<what", "<on all readings"),
          explanation.entrySet().stream()
              .map(entry -> List.of(entry.getKey(), entry.getValue()))
              .toList());
    }
    Map<String, BacktestReport> reports = new LinkedHashMap<>();
    rows.forEach(row -> reports.put(row.family(), row.report()));
    new ForecastPage(page, session.options().zone(), prepared.training().series(), reports).add();
    return page.html();
  }

  private int detect(List<SeriesName> series) throws IOException {
    String family = asked.getFirst();
    DetectionReport report;
    try (Progress progress = session.progress("back-test", "", 1000)) {
      report =
          new Backtester(session.tidewatch(), families, session.clock())
              .detect(
                  plan(series, family),
                  (stage, fraction) -> progress.at(Math.round(1000 * fraction), stage));
    }
    var table =
        new Table()
            .left("SERIES")
            .right("READINGS")
            .right("ANOMALIES")
            .whole("FIRST")
            .right("TOP SCORE");
    var array = Session.object().putArray("series");
    List<List<String>> cells = new ArrayList<>();
    report
        .series()
        .forEach((name, judged) -> {
          long anomalies = judged.stream().filter(one -> one.verdict().anomaly()).count();
          String first =
              judged.stream()
                  .filter(one -> one.verdict().anomaly())
                  .findFirst()
                  .map(one -> session.show(Times.toInstant(one.timeMicros())))
                  .orElse("–");
          double top =
              judged.stream().mapToDouble(one -> one.verdict().score()).max().orElse(Double.NaN);
          String[] row = {
            name.value(),
            Numbers.count(judged.size()),
            Numbers.count(anomalies),
            first,
            Numbers.compact(significant(top))
          };
          table.row(row);
          cells.add(Arrays.asList(row));
          ObjectNode node = array.addObject();
          node.put("series", name.value());
          node.put("readings", judged.size());
          node.put("anomalies", anomalies);
          node.put("top_score", top);
          var times = node.putArray("times");
          judged.stream()
              .filter(one -> one.verdict().anomaly())
              .forEach(one -> times.add(session.show(Times.toInstant(one.timeMicros()))));
        });
    if (session.json()) {
      session.print(array);
    } else {
      session.print(table);
      session.say(
          "%s anomalies a week and series, in readings that the detector was not fitted on."
              .formatted(Numbers.compact(significant(report.anomaliesPerSeriesWeek()))));
    }
    if (html != null) {
      var page =
          new Page(
              family
                  + " on "
                  + (series.size() == 1 ? series.getFirst() : series.size() + " series"),
              "Verdicts on the newest part of the history, which the detector was not fitted on.");
      page.table(List.of("<series", "readings", "anomalies", "<first", "top score"), cells);
      new DetectionPage(page, session.options().zone()).add(report);
      Files.writeString(html, page.html(), StandardCharsets.UTF_8);
      session.say("Wrote " + html + ".");
    }
    return ExitCode.OK;
  }
}
