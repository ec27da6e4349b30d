package dev.tidewatch.monitor.ingest;

import dev.tidewatch.monitor.health.ActivitySource;
import dev.tidewatch.monitor.health.SeriesActivity;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsRequest;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsResponse;
import dev.tidewatch.proto.ingest.v1.BucketFunction;
import dev.tidewatch.proto.ingest.v1.GetLatestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.ListSeriesRequest;
import dev.tidewatch.proto.ingest.v1.ListSeriesResponse;
import dev.tidewatch.proto.ingest.v1.QueryServiceGrpc;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesBuckets;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.proto.ingest.v1.SeriesServiceGrpc;
import dev.tidewatch.proto.ingest.v1.TimeRange;
import dev.tidewatch.serverkit.grpc.StatusDetails;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * How series come in: newest readings, and counts per hour of the last day, which ingest has as
 * rollups. What is usual is the catalogue's expected interval, or else nine tenths of the busiest
 * hours' counts. Thread-safe.
 */
public final class GrpcActivitySource implements ActivitySource {
  private static final int SERIES_PER_CALL = 1_000;
  private static final int HOURS = 24;
  private static final double USUAL_SHARE = 0.9;

  private final SeriesServiceGrpc.SeriesServiceBlockingStub catalogue;
  private final QueryServiceGrpc.QueryServiceBlockingStub queries;
  private final Duration deadline;

  public GrpcActivitySource(Channel channel, Duration deadline) {
    this.catalogue = SeriesServiceGrpc.newBlockingStub(channel);
    this.queries = QueryServiceGrpc.newBlockingStub(channel);
    this.deadline = deadline;
  }

  @Override
  public List<SeriesActivity> activity(Instant now, int seriesMax) {
    var found = new ArrayList<SeriesActivity>();
    String token = "";
    do {
      ListSeriesResponse page =
          catalogue
              .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS)
              .listSeries(
                  ListSeriesRequest.newBuilder()
                      .setPageSize(Math.min(SERIES_PER_CALL, seriesMax - found.size()))
                      .setPageToken(token)
                      .build());
      if (page.getSeriesCount() > 0) {
        found.addAll(activityOf(page.getSeriesList(), now));
      }
      token = page.getNextPageToken();
    } while (!token.isEmpty() && found.size() < seriesMax);
    return found;
  }

  private List<SeriesActivity> activityOf(List<Series> page, Instant now) {
    Instant end = now.truncatedTo(ChronoUnit.HOURS);
    Set<String> names = new LinkedHashSet<>();
    page.forEach(series -> names.add(series.getName()));
    Map<String, Instant> newest = newest(names);
    Map<String, long[]> counts = counts(names, end.minus(HOURS, ChronoUnit.HOURS), end);
    var activities = new ArrayList<SeriesActivity>();
    for (Series series : page) {
      if (names.contains(series.getName())) {
        activities.add(
            activity(
                series,
                Optional.ofNullable(newest.get(series.getName())),
                counts.getOrDefault(series.getName(), new long[HOURS])));
      }
    }
    return activities;
  }

  static SeriesActivity activity(Series series, Optional<Instant> newest, long[] perHour) {
    double expected = expectedPerHour(series, perHour);
    if (!(expected > 0)) {
      return new SeriesActivity(
          series.getName(), series.getDevice(), newest, Optional.empty(), OptionalDouble.empty());
    }
    double present;
    if (expected >= 1) {
      present = Arrays.stream(perHour).mapToDouble(n -> Math.min(1, n / expected)).sum() / HOURS;
    } else {
      present = Math.min(1, Arrays.stream(perHour).sum() / (expected * HOURS));
    }
    return new SeriesActivity(
        series.getName(),
        series.getDevice(),
        newest,
        Optional.of(Duration.ofMillis(Math.max(1, Math.round(3_600_000 / expected)))),
        OptionalDouble.of(present));
  }

  private static double expectedPerHour(Series series, long[] perHour) {
    if (series.hasExpectedInterval()) {
      var interval = series.getExpectedInterval();
      return 3_600 / (interval.getSeconds() + interval.getNanos() / 1e9);
    }
    long[] ascending = perHour.clone();
    Arrays.sort(ascending);
    long busy = ascending[(int) (USUAL_SHARE * (HOURS - 1))];
    // Less than one an hour: what came is what was to come.
    return busy > 0 ? busy : Arrays.stream(perHour).sum() / (double) HOURS;
  }

  private Map<String, Instant> newest(Set<String> names) {
    var answer =
        queries
            .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS)
            .getLatestReadings(
                GetLatestReadingsRequest.newBuilder()
                    .setSelection(SeriesSelection.newBuilder().addAllNames(names))
                    .build());
    answer.getUnknownSeriesList().forEach(names::remove);
    var newest = new HashMap<String, Instant>();
    answer
        .getReadingsList()
        .forEach(
            reading -> newest.put(reading.getSeries(), IngestCalls.instant(reading.getTime())));
    return newest;
  }

  /** Readings per hour; a series that was deleted meanwhile leaves the names. */
  private Map<String, long[]> counts(Set<String> names, Instant from, Instant to) {
    while (!names.isEmpty()) {
      try {
        return counted(names, from, to);
      } catch (StatusRuntimeException e) {
        String gone =
            StatusDetails.errorInfo(e)
                .map(details -> details.getMetadataOrDefault("series", ""))
                .orElse("");
        if (e.getStatus().getCode() != Status.Code.NOT_FOUND || !names.remove(gone)) {
          throw e;
        }
      }
    }
    return Map.of();
  }

  private Map<String, long[]> counted(Set<String> names, Instant from, Instant to) {
    Iterator<AggregateReadingsResponse> answers =
        queries
            .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS)
            .aggregateReadings(
                AggregateReadingsRequest.newBuilder()
                    .setSelection(SeriesSelection.newBuilder().addAllNames(names))
                    .setRange(
                        TimeRange.newBuilder()
                            .setStartTime(IngestCalls.timestamp(from))
                            .setEndTime(IngestCalls.timestamp(to)))
                    .setBucket(com.google.protobuf.Duration.newBuilder().setSeconds(3_600))
                    .addFunctions(BucketFunction.BUCKET_FUNCTION_COUNT)
                    .build());
    var counts = new HashMap<String, long[]>();
    long fromMicros = ChronoUnit.MICROS.between(Instant.EPOCH, from);
    while (answers.hasNext()) {
      for (SeriesBuckets buckets : answers.next().getSeriesList()) {
        long[] perHour = counts.computeIfAbsent(buckets.getSeries(), name -> new long[HOURS]);
        for (int i = 0; i < buckets.getStartMicrosCount(); i++) {
          long hour = (buckets.getStartMicros(i) - fromMicros) / 3_600_000_000L;
          if (hour >= 0 && hour < HOURS) {
            perHour[(int) hour] = (long) buckets.getColumns(0).getValues(i);
          }
        }
      }
    }
    return counts;
  }
}
