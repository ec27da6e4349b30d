package dev.tidewatch.cli.report;

import dev.tidewatch.models.detection.Severity;
import dev.tidewatch.trainer.DetectionReport;
import dev.tidewatch.trainer.DetectionReport.Judged;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Figures of a detector's verdicts, as sections of a page. */
public final class DetectionPage {
  private static final int SERIES_MAX = 12;

  private final Page page;
  private final ZoneId zone;

  /**
   * @param zone of the times shown
   */
  public DetectionPage(Page page, ZoneId zone) {
    this.page = page;
    this.zone = zone;
  }

  /** Adds a scatter of values and the scores below it for each series. */
  public void add(DetectionReport report) {
    int shown = 0;
    for (var entry : report.series().entrySet()) {
      List<Judged> judged = entry.getValue();
      if (judged.isEmpty() || shown++ >= SERIES_MAX) {
        continue;
      }
      page.heading(entry.getKey().value());
      values(judged);
      scores(judged);
    }
    if (report.series().size() > SERIES_MAX) {
      page.paragraph("Further series are in the table only.");
    }
  }

  private void values(List<Judged> judged) {
    List<Double> x = new ArrayList<>();
    List<Double> value = new ArrayList<>();
    List<Double> low = new ArrayList<>();
    List<Double> high = new ArrayList<>();
    List<Double> oddX = new ArrayList<>();
    List<Double> odd = new ArrayList<>();
    List<Double> openX = new ArrayList<>();
    List<Double> open = new ArrayList<>();
    for (Judged one : judged) {
      double time = one.timeMicros();
      x.add(time);
      value.add(one.value());
      low.add(one.verdict().lower());
      high.add(one.verdict().upper());
      if (one.verdict().anomaly()) {
        openX.add(time);
        open.add(one.value());
      } else if (one.verdict().severity() != Severity.NONE) {
        oddX.add(time);
        odd.add(one.value());
      }
    }
    var chart =
        new Chart()
            .band("expected", Chart.Colour.C, .18, x, low, high)
            .line("value", Chart.Colour.INK, x, value)
            .dots("of a fault known already", Chart.Colour.E, oddX, odd)
            .dots("opens an anomaly", Chart.Colour.BAD, openX, open);
    new TimeAxis(zone, x.getFirst(), x.getLast()).on(chart, x.getFirst(), x.getLast());
    page.figure(
        String.format(
            Locale.ROOT,
            "Anomaly scatter: %d anomalies in %d readings.",
            open.size(),
            judged.size()),
        chart);
  }

  private void scores(List<Judged> judged) {
    List<Double> x = judged.stream().map(one -> (double) one.timeMicros()).toList();
    List<Double> score = judged.stream().map(one -> one.verdict().score()).toList();
    var chart = new Chart().fromZero().line("score", Chart.Colour.D, x, score);
    new TimeAxis(zone, x.getFirst(), x.getLast()).on(chart, x.getFirst(), x.getLast());
    page.figure("Score of each reading.", chart);
  }
}
