package dev.tidewatch.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.forecast.BacktestReport;
import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class PageTest {
  private static final Pattern SVG = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL);
  private static final Grid HOURS = Grid.ofStep(Duration.ofHours(1));
  private static final int HISTORY = 600;
  private static final int HORIZON = 24;

  private static double value(int hour) {
    return 50 + 10 * Math.sin(hour * Math.PI / 12) + (hour == 500 ? 40 : 0);
  }

  /** Forecasts that are 0.8 to 1 too low, with intervals of 2 and 4 to each side. */
  private static BacktestReport report(SeriesName name, int everySteps) {
    List<BacktestReport.Origin> origins = new ArrayList<>();
    for (int origin = 400; origin + HORIZON <= HISTORY; origin += everySteps) {
      int start = origin;
      double[] actual = IntStream.range(0, HORIZON).mapToDouble(s -> value(start + s)).toArray();
      double[] mean =
          IntStream.range(0, HORIZON)
              .mapToDouble(s -> start + s == 500 ? 49 : actual[s] - 1 + s % 3 * 0.1)
              .toArray();
      double[][] lower = new double[2][];
      double[][] upper = new double[2][];
      for (int level = 0; level < 2; level++) {
        double half = 2 * (level + 1);
        lower[level] = Arrays.stream(mean).map(v -> v - half).toArray();
        upper[level] = Arrays.stream(mean).map(v -> v + half).toArray();
      }
      origins.add(
          new BacktestReport.Origin(
              name,
              new Forecast(origin, mean, List.of(.5, .9), lower, upper),
              Arrays.stream(actual).boxed().toList()));
    }
    return new BacktestReport(new TreeMap<>(), origins);
  }

  private static List<Element> drawings(String html) throws Exception {
    List<Element> drawings = new ArrayList<>();
    var found = SVG.matcher(html);
    while (found.find()) {
      drawings.add(
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new ByteArrayInputStream(found.group().getBytes(StandardCharsets.UTF_8)))
              .getDocumentElement());
    }
    return drawings;
  }

  private static int count(Element drawing, String tag) {
    return drawing.getElementsByTagName(tag).getLength();
  }

  @Test
  void aBacktestBecomesAPageThatNeedsNothingElse() throws Exception {
    var name = new SeriesName("site/load");
    var history =
        GridWindow.of(HOURS, 0, IntStream.range(0, HISTORY).mapToDouble(PageTest::value).toArray());
    var reports = new LinkedHashMap<String, BacktestReport>();
    reports.put("good", report(name, 24));
    reports.put("other", report(name, 48));
    var page = new Page("Back-test <of> \"site\" & co", "lead");
    new ForecastPage(page, ZoneOffset.UTC, new TreeMap<>(java.util.Map.of(name, history)), reports)
        .add();
    String html = page.html();
    assertThat(html)
        .startsWith("<!doctype html>")
        .contains("Back-test &lt;of&gt; &quot;site&quot; &amp; co")
        .contains("Fan chart", "Residuals of good", "Anomaly scatter", "Error per horizon step")
        .doesNotContain("<script", "http://", "https://", "url(", "@import", "<link", "NaN");

    List<Element> drawings = drawings(html);
    assertThat(drawings).as("fan, residuals, distribution, scatter, steps, coverage").hasSize(6);
    Element fan = drawings.getFirst();
    assertThat(count(fan, "path")).as("two bands, forecast, actual").isEqualTo(4);
    Element scatter = drawings.get(3);
    assertThat(count(scatter, "circle")).isEqualTo(8 * HORIZON);
    assertThat(html).contains("1 of 192 values lie outside their 90 % interval, 1 of them far");
    assertThat(count(drawings.get(4), "path")).as("a line for each").isEqualTo(2);
    for (Element drawing : drawings) {
      for (int i = 0; i < count(drawing, "circle"); i++) {
        var circle = (Element) drawing.getElementsByTagName("circle").item(i);
        assertThat(Double.parseDouble(circle.getAttribute("cx"))).isBetween(60.0, 992.0);
        assertThat(Double.parseDouble(circle.getAttribute("cy"))).isBetween(5.0, 280.0);
      }
    }
  }

  @Test
  void figuresByStepAreThoseOfTheOrigins() {
    BacktestReport report = report(new SeriesName("a"), 24);
    List<Double> byStep = StepErrors.meanAbsolute(report.origins());
    assertThat(byStep).hasSize(HORIZON);
    assertThat(byStep.get(0)).isCloseTo(1.0, within(1e-9));
    assertThat(byStep.get(1)).isCloseTo(0.9, within(1e-9));
    // Hour 500 is step 4 of the origin at 496.
    assertThat(byStep.get(4)).isGreaterThan(4);
    assertThat(StepErrors.coverage(report.origins(), 0).get(0)).isEqualTo(1.0);
    assertThat(StepErrors.coverage(report.origins(), 0).get(4)).isEqualTo(7 / 8.0);
  }

  @Test
  void longLinesKeepTheirExtremes() throws Exception {
    List<Double> x = DoubleStream.iterate(0, i -> i + 1).limit(100_000).boxed().toList();
    List<Double> y =
        IntStream.range(0, 100_000).mapToObj(i -> i == 54_321 ? 1_000.0 : i % 7.0).toList();
    var page = new Page("long", "").figure("a line", new Chart().line("l", Chart.Colour.A, x, y));
    String html = page.html();
    assertThat(html.length()).isLessThan(60_000);
    String path =
        ((Element) drawings(html).getFirst().getElementsByTagName("path").item(0))
            .getAttribute("d");
    double top =
        Pattern.compile("[ML]([0-9.]+) ([0-9.]+)")
            .matcher(path)
            .results()
            .mapToDouble(point -> Double.parseDouble(point.group(2)))
            .min()
            .orElseThrow();
    assertThat(top).as("the peak, near the upper edge").isLessThan(30);
  }

  @Test
  void gapsAndEmptyDrawingsAreDrawnAsSuch() throws Exception {
    List<Double> x = List.of(0.0, 1.0, 2.0, 3.0, 4.0);
    List<Double> y = List.of(1.0, 2.0, Double.NaN, 3.0, 4.0);
    var page =
        new Page("gaps", "")
            .figure("gap", new Chart().line("l", Chart.Colour.A, x, y))
            .figure("nothing", new Chart().line("l", Chart.Colour.A, List.of(), List.of()));
    List<Element> drawings = drawings(page.html());
    String path =
        ((Element) drawings.getFirst().getElementsByTagName("path").item(0)).getAttribute("d");
    assertThat(path.chars().filter(c -> c == 'M').count()).isEqualTo(2);
    assertThat(drawings.get(1).getTextContent()).contains("no values");
  }
}
