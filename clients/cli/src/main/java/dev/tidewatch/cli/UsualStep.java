package dev.tidewatch.cli;

import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.sdk.IngestClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Finds the grid step that fits a series: the round width nearest to its readings' distance. */
final class UsualStep {
  private static final int READINGS = 500;
  private static final long[] ROUND_SECONDS = {
    1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10800, 14400, 21600,
    28800, 43200, 86400, 604800
  };

  private final IngestClient ingest;

  UsualStep(IngestClient ingest) {
    this.ingest = ingest;
  }

  /**
   * @throws UsageException if the series has too few readings to tell
   */
  Duration of(String series) {
    var request =
        QueryReadingsRequest.newBuilder().setReadingsPerSeriesMax(READINGS).setNewest(true);
    request.getSelectionBuilder().addNames(series);
    List<Long> times = new ArrayList<>();
    try (var stream = ingest.query(request.build())) {
      while (stream.hasNext()) {
        for (SeriesReadings column : stream.next().getColumnsList()) {
          times.addAll(column.getTimesMicrosList());
        }
      }
    }
    if (times.size() < 3) {
      throw new UsageException(
          "--step: '" + series + "' has too few readings to tell their distance; give it");
    }
    return round(medianDistanceMicros(times));
  }

  private static long medianDistanceMicros(List<Long> times) {
    List<Long> distances = new ArrayList<>();
    for (int i = 1; i < times.size(); i++) {
      distances.add(times.get(i) - times.get(i - 1));
    }
    Collections.sort(distances);
    return distances.get(distances.size() / 2);
  }

  static Duration round(long micros) {
    long best = ROUND_SECONDS[0];
    for (long seconds : ROUND_SECONDS) {
      double now = Math.abs(Math.log(micros / 1e6 / seconds));
      if (now < Math.abs(Math.log(micros / 1e6 / best))) {
        best = seconds;
      }
    }
    return Duration.ofSeconds(best);
  }
}
