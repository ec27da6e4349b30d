package dev.tidewatch.models.detection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.models.PublicData;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.timeseries.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The default z-score detector on the Numenta Anomaly Benchmark (Lavin and Ahmad 2015), each value
 * seen once, in order: labelled windows with an anomaly in them, and anomalies outside. Nothing was
 * tuned on these series; the bounds are what a useful detector should keep, well below what it
 * reaches.
 */
class NabTest {
  private static final Pattern QUOTED_TIME =
      Pattern.compile("\"([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:.]+)\"");

  private static long micros(String text) {
    return Times.toMicros(LocalDateTime.parse(text.replace(' ', 'T')).toInstant(ZoneOffset.UTC));
  }

  @Test
  void findsMostLabelledWindowsWithFewFalseAlarms() throws IOException {
    Path data = PublicData.file("NabTest.findsMostLabelledWindowsWithFewFalseAlarms", "nab/data");
    String labels =
        Files.readString(data.resolveSibling("labels").resolve("combined_windows.json"));
    List<Path> files;
    try (Stream<Path> walk = Files.walk(data)) {
      files = walk.filter(file -> file.toString().endsWith(".csv")).sorted().toList();
    }
    int windows = 0;
    int found = 0;
    int falseAlarms = 0;
    long readings = 0;
    for (Path file : files) {
      List<Long> anomalies = anomalies(PublicData.rows(file));
      readings += PublicData.rows(file).size();
      List<Long> bounds = windowsOf(labels, data.relativize(file).toString());
      var explained = new ArrayList<Long>();
      for (int i = 0; i < bounds.size(); i += 2) {
        long from = bounds.get(i);
        long to = bounds.get(i + 1);
        List<Long> inside = anomalies.stream().filter(time -> time >= from && time <= to).toList();
        windows++;
        found += inside.isEmpty() ? 0 : 1;
        explained.addAll(inside);
      }
      falseAlarms += anomalies.size() - explained.size();
    }
    assertThat(windows).isEqualTo(43);
    assertThat(found).isGreaterThanOrEqualTo(30);
    assertThat(falseAlarms).as("in %d readings", readings).isLessThan(250);
  }

  private static List<Long> anomalies(List<String> rows) {
    Detector detector =
        new SeasonalDetector(
            DetectorSettings.of(
                Parameters.NONE, new ZScoreFamily().defaultWatch(), ZoneOffset.UTC));
    var anomalies = new ArrayList<Long>();
    for (String row : rows) {
      int comma = row.indexOf(',');
      long time = micros(row.substring(0, comma));
      if (detector.score(time, Double.parseDouble(row.substring(comma + 1))).anomaly()) {
        anomalies.add(time);
      }
    }
    return anomalies;
  }

  private static List<Long> windowsOf(String labels, String file) {
    int start = labels.indexOf('"' + file + '"');
    int next = labels.indexOf(".csv\"", start + file.length() + 2);
    var times = new ArrayList<Long>();
    Matcher matcher =
        QUOTED_TIME.matcher(labels.substring(start, next < 0 ? labels.length() : next));
    while (matcher.find()) {
      times.add(micros(matcher.group(1)));
    }
    return times;
  }
}
