package dev.tidewatch.ingest;

import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsResponse;
import dev.tidewatch.proto.ingest.v1.QueryServiceGrpc;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.timeseries.Times;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/** Makes and reads readings for tests. Minutes count from {@link TestClock#START}, back in time. */
final class Readings {
  private static final long START_MICROS = Times.floorToMicros(TestClock.START);

  private Readings() {}

  /** The time so many minutes after a day before the clock's start. */
  static long minute(long minutes) {
    return START_MICROS - Times.MICROS_PER_DAY + minutes * Times.MICROS_PER_MINUTE;
  }

  /** One reading a minute from the given minute on. */
  static SeriesReadings column(String series, long firstMinute, double... values) {
    var column = SeriesReadings.newBuilder().setSeries(series);
    for (int i = 0; i < values.length; i++) {
      column.addTimesMicros(minute(firstMinute + i)).addValues(values[i]);
    }
    return column.build();
  }

  /** Everything stored of the series, by series and time. */
  static Map<String, Map<Long, Double>> all(
      QueryServiceGrpc.QueryServiceBlockingStub query, String prefix) {
    return all(
        query,
        QueryReadingsRequest.newBuilder()
            .setSelection(SeriesSelection.newBuilder().setPrefix(prefix))
            .build());
  }

  static Map<String, Map<Long, Double>> all(
      QueryServiceGrpc.QueryServiceBlockingStub query, QueryReadingsRequest request) {
    var found = new TreeMap<String, Map<Long, Double>>();
    Iterator<QueryReadingsResponse> answers = query.queryReadings(request);
    while (answers.hasNext()) {
      for (SeriesReadings column : answers.next().getColumnsList()) {
        Map<Long, Double> ofSeries =
            found.computeIfAbsent(column.getSeries(), name -> new TreeMap<>());
        for (int i = 0; i < column.getTimesMicrosCount(); i++) {
          if (ofSeries.put(column.getTimesMicros(i), column.getValues(i)) != null) {
            throw new AssertionError("a reading came twice");
          }
        }
      }
    }
    return found;
  }
}
