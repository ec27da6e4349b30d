package dev.tidewatch.cli.report;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.models.forecast.BacktestReport;
import dev.tidewatch.models.forecast.BacktestReport.Origin;
import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Figures of back-tests on one set of series, as sections of a page. */
public final class ForecastPage {
  private static final int SERIES_MAX = 6;
  private static final int HISTORY_HORIZONS = 4;
  private static final int FAN_HORIZONS = 8;
  private static final int HISTOGRAM_BARS = 40;

  private final Page page;
  private final ZoneId zone;
  private final SortedMap<SeriesName, GridWindow> series;
  private final Map<String, BacktestReport> reports;

  /**
   * @param zone of the times shown
   * @param series histories, the tested part included
   * @param reports by what made the forecasts, the one to be shown in detail first
   */
  public ForecastPage(
      Page page,
      ZoneId zone,
      SortedMap<SeriesName, GridWindow> series,
      Map<String, BacktestReport> reports) {
    this.page = page;
    this.zone = zone;
    this.series = series;
    this.reports = reports;
  }

  /** Adds all figures. */
  public void add() {
    String first = reports.keySet().iterator().next();
    int shown = 0;
    for (SeriesName name : series.keySet()) {
      List<Origin> origins = origins(first, name);
      if (!origins.isEmpty() && shown++ < SERIES_MAX) {
        page.heading(series.size() == 1 ? "Forecasts and what came" : name.value());
        fan(first, name, origins);
        residuals(first, origins, series.get(name));
        scatter(origins, series.get(name));
      }
    }
    if (series.size() > SERIES_MAX) {
      page.paragraph("The other %d series are in the table only.".formatted(series.size() - shown));
    }
    perStep();
    coverage(first);
  }

  private List<Origin> origins(String report, SeriesName name) {
    BacktestReport chosen = reports.get(report);
    return chosen == null
        ? List.of()
        : chosen.origins().stream()
            .filter(origin -> origin.series().equals(name))
            .sorted(Comparator.comparingLong(origin -> origin.forecast().firstIndex()))
            .toList();
  }

  /** Forecasts that follow each other without overlap, the newest ones. */
  private static List<Origin> chain(List<Origin> origins) {
    List<Origin> chain = new ArrayList<>();
    for (Origin origin : origins.reversed()) {
      if (chain.size() < FAN_HORIZONS
          && (chain.isEmpty() || end(origin) <= chain.getLast().forecast().firstIndex())) {
        chain.add(origin);
      }
    }
    return chain.reversed();
  }

  private static long end(Origin origin) {
    return origin.forecast().firstIndex() + origin.forecast().horizon();
  }

  private void fan(String name, SeriesName seriesName, List<Origin> origins) {
    GridWindow history = series.get(seriesName);
    if (history == null) {
      return;
    }
    List<Origin> chain = chain(origins);
    Grid grid = history.grid();
    int horizon = chain.getFirst().forecast().horizon();
    long from =
        Math.max(
            history.firstIndex(),
            chain.getFirst().forecast().firstIndex() - (long) HISTORY_HORIZONS * horizon);
    long to = Math.min(end(chain.getLast()), history.endIndex());
    List<Double> x = new ArrayList<>();
    List<Double> actual = new ArrayList<>();
    for (long index = from; index < to; index++) {
      x.add((double) grid.startMicros(index));
      actual.add(history.value((int) (index - history.firstIndex())));
    }
    List<Double> fx = new ArrayList<>();
    List<Double> mean = new ArrayList<>();
    int levels = chain.getFirst().forecast().levels().size();
    List<List<Double>> low = new ArrayList<>();
    List<List<Double>> high = new ArrayList<>();
    for (int level = 0; level < levels; level++) {
      low.add(new ArrayList<>());
      high.add(new ArrayList<>());
    }
    for (Origin origin : chain) {
      Forecast forecast = origin.forecast();
      for (int step = 0; step < forecast.horizon(); step++) {
        fx.add((double) grid.startMicros(forecast.firstIndex() + step));
        mean.add(forecast.mean(step));
        for (int level = 0; level < levels; level++) {
          low.get(level).add(forecast.lower(level, step));
          high.get(level).add(forecast.upper(level, step));
        }
      }
    }
    var chart = new Chart();
    for (int level = levels - 1; level >= 0; level--) {
      double nominal = chain.getFirst().forecast().levels().get(level);
      chart.band(
          Numbers.compact(nominal * 100) + " %",
          Chart.Colour.A,
          Math.round((.14 + .12 * (levels - 1 - level)) * 100) / 100.0,
          fx,
          low.get(level),
          high.get(level));
    }
    chart.line("forecast of " + name, Chart.Colour.A, fx, mean);
    chart.line("actual", Chart.Colour.INK, x, actual);
    onTime(chart, grid.startMicros(from), grid.startMicros(to));
    page.figure(
        "Fan chart: the newest %d forecasts of %d steps, each made from what was known at its origin."
            .formatted(chain.size(), horizon),
        chart);
  }

  private void onTime(Chart chart, long fromMicros, long toMicros) {
    onTime(chart, (double) fromMicros, (double) toMicros);
  }

  private void onTime(Chart chart, double fromMicros, double toMicros) {
    new TimeAxis(zone, fromMicros, toMicros).on(chart, fromMicros, toMicros);
  }

  private void residuals(String name, List<Origin> origins, GridWindow history) {
    Grid grid = history.grid();
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    for (Origin origin : origins) {
      for (int step = 0; step < origin.forecast().horizon(); step++) {
        double error = origin.actual().get(step) - origin.forecast().mean(step);
        if (Double.isFinite(error)) {
          x.add((double) grid.startMicros(origin.forecast().firstIndex() + step));
          y.add(error);
        }
      }
    }
    if (y.isEmpty()) {
      return;
    }
    var time = new Chart().dots("actual minus forecast", Chart.Colour.B, x, y);
    time.line(
        "",
        Chart.Colour.SOFT,
        List.of((double) grid.startMicros(origins.getFirst().forecast().firstIndex()), x.getLast()),
        List.of(0.0, 0.0));
    onTime(time, x.getFirst().doubleValue(), x.getLast().doubleValue());
    page.figure("Residuals of " + name + " over time, all steps and origins.", time);

    double[] sorted = y.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double low = sorted[(int) (sorted.length * .002)];
    double high = sorted[(int) ((sorted.length - 1) * .998)];
    double width = (high - low) / HISTOGRAM_BARS;
    if (!(width > 0)) {
      return;
    }
    var counts = new double[HISTOGRAM_BARS];
    for (double value : sorted) {
      int bar = (int) ((value - low) / width);
      if (bar >= 0 && bar < HISTOGRAM_BARS) {
        counts[bar] += 100.0 / sorted.length;
      }
    }
    List<Double> centres = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    for (int bar = 0; bar < HISTOGRAM_BARS; bar++) {
      centres.add(low + (bar + .5) * width);
      shares.add(counts[bar]);
    }
    page.figure(
        "Distribution of the residuals, in percent per bar; mean %s, median %s."
            .formatted(
                Numbers.compact(y.stream().mapToDouble(v -> v).average().orElse(0)),
                Numbers.compact(sorted[sorted.length / 2])),
        new Chart().bars("residuals", Chart.Colour.B, centres, shares));
  }

  /** Values outside the widest interval, by how far outside they are. */
  private void scatter(List<Origin> origins, GridWindow history) {
    int level = origins.getFirst().forecast().levels().size() - 1;
    if (level < 0) {
      return;
    }
    Grid grid = history.grid();
    var calmX = new ArrayList<Double>();
    var calm = new ArrayList<Double>();
    var oddX = new ArrayList<Double>();
    var odd = new ArrayList<Double>();
    var farX = new ArrayList<Double>();
    var far = new ArrayList<Double>();
    var seen = new TreeMap<Long, double[]>();
    for (Origin origin : origins) {
      // Of several forecasts of a moment, the newest judges it.
      for (int step = 0; step < origin.forecast().horizon(); step++) {
        double actual = origin.actual().get(step);
        double lower = origin.forecast().lower(level, step);
        double upper = origin.forecast().upper(level, step);
        double half = Math.max((upper - lower) / 2, 1e-12);
        double outside = Math.max(Math.max(lower - actual, actual - upper), 0) / half;
        if (Double.isFinite(actual)) {
          seen.put(origin.forecast().firstIndex() + step, new double[] {actual, outside});
        }
      }
    }
    seen.forEach((index, value) -> {
      boolean isFar = value[1] > 1;
      boolean isOdd = value[1] > 0;
      (isFar ? farX : isOdd ? oddX : calmX).add((double) grid.startMicros(index));
      (isFar ? far : isOdd ? odd : calm).add(value[0]);
    });
    if (seen.isEmpty()) {
      return;
    }
    String percent =
        Numbers.compact(100 * origins.getFirst().forecast().levels().get(level)) + " %";
    var chart =
        new Chart()
            .dots("within " + percent, Chart.Colour.SOFT, calmX, calm)
            .dots("outside", Chart.Colour.E, oddX, odd)
            .dots("outside by more than half the interval's width", Chart.Colour.BAD, farX, far);
    onTime(chart, grid.startMicros(seen.firstKey()), grid.startMicros(seen.lastKey()));
    page.figure(
        String.format(
            Locale.ROOT,
            "Anomaly scatter: %d of %d values lie outside their %s interval, %d of them far outside.",
            odd.size() + far.size(),
            seen.size(),
            percent,
            far.size()),
        chart);
  }

  private void perStep() {
    var chart = new Chart().fromZero();
    int number = 0;
    for (Map.Entry<String, BacktestReport> report : reports.entrySet()) {
      List<Double> steps = new ArrayList<>();
      List<Double> errors = new ArrayList<>();
      List<Double> byStep = StepErrors.meanAbsolute(report.getValue().origins());
      for (int step = 0; step < byStep.size(); step++) {
        steps.add(step + 1.0);
        errors.add(byStep.get(step));
      }
      chart.line(report.getKey(), Chart.Colour.of(number++), steps, errors);
    }
    page.heading("Error per horizon step");
    page.figure("Mean absolute error by step ahead, over all series and origins.", chart);
  }

  private void coverage(String name) {
    BacktestReport report = reports.get(name);
    if (report == null || report.origins().isEmpty()) {
      return;
    }
    List<Double> levels = report.origins().getFirst().forecast().levels();
    List<List<String>> rows = new ArrayList<>();
    var chart = new Chart().fromZero();
    for (int level = 0; level < levels.size(); level++) {
      List<Double> byStep = StepErrors.coverage(report.origins(), level);
      List<Double> steps = new ArrayList<>();
      List<Double> shares = new ArrayList<>();
      for (int step = 0; step < byStep.size(); step++) {
        steps.add(step + 1.0);
        shares.add(100 * byStep.get(step));
      }
      String nominal = Numbers.compact(100 * levels.get(level)) + " %";
      chart.line(nominal, Chart.Colour.of(level), steps, shares);
      double mean =
          byStep.stream()
              .filter(Double::isFinite)
              .mapToDouble(Double::doubleValue)
              .average()
              .orElse(Double.NaN);
      rows.add(List.of(nominal, String.format(Locale.ROOT, "%.1f %%", 100 * mean)));
    }
    page.heading("Coverage of the intervals of " + name);
    page.table(List.of("promised", "held"), rows);
    page.figure("Share of values within their interval by step ahead, in percent.", chart);
  }
}
