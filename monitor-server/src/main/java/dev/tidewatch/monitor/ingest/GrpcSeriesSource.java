package dev.tidewatch.monitor.ingest;

import dev.tidewatch.monitor.alert.DeviceNames;
import dev.tidewatch.monitor.alert.SeriesPattern;
import dev.tidewatch.monitor.alert.StalenessEvaluator.LatestReading;
import dev.tidewatch.monitor.alert.StalenessEvaluator.SeriesSource;
import dev.tidewatch.proto.ingest.v1.GetLatestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.ListSeriesRequest;
import dev.tidewatch.proto.ingest.v1.ListSeriesResponse;
import dev.tidewatch.proto.ingest.v1.QueryServiceGrpc;
import dev.tidewatch.proto.ingest.v1.ReportDataQualityRequest;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.proto.ingest.v1.SeriesServiceGrpc;
import dev.tidewatch.proto.ingest.v1.TimeRange;
import io.grpc.Channel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The catalogue of ingest and the newest readings. What it has learnt of devices and of usual
 * intervals is remembered within bounds. {@link #deviceOf} may be called by any thread and answers
 * by name what it has not learnt yet.
 */
public final class GrpcSeriesSource implements SeriesSource, DeviceNames {
  private static final int PAGE_SIZE = 1_000;
  private static final int REMEMBERED_MAX = 100_000;
  private static final Duration LOOK_BACK = Duration.ofDays(1);

  private final SeriesServiceGrpc.SeriesServiceBlockingStub catalogue;
  private final QueryServiceGrpc.QueryServiceBlockingStub queries;
  private final Duration deadline;
  private final Map<String, String> devices = new ConcurrentHashMap<>();
  private final Map<String, Usual> usual = new HashMap<>();

  private record Usual(Instant newest, Optional<Duration> interval) {}

  public GrpcSeriesSource(Channel channel, Duration deadline) {
    this.catalogue = SeriesServiceGrpc.newBlockingStub(channel);
    this.queries = QueryServiceGrpc.newBlockingStub(channel);
    this.deadline = deadline;
  }

  @Override
  public String deviceOf(String series) {
    String device = devices.get(series);
    return device == null ? DeviceNames.BY_NAME.deviceOf(series) : device;
  }

  @Override
  public List<LatestReading> latest(SeriesPattern pattern) {
    var found = new ArrayList<LatestReading>();
    var request =
        ListSeriesRequest.newBuilder()
            .setPrefix(pattern.exact().or(pattern::prefix).orElse(""))
            .setPageSize(PAGE_SIZE);
    ListSeriesResponse page;
    do {
      page =
          catalogue
              .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS)
              .listSeries(request.build());
      var entries = new HashMap<String, Series>();
      for (Series entry : page.getSeriesList()) {
        if (pattern.matches(entry.getName())) {
          entries.put(entry.getName(), entry);
        }
      }
      addLatest(entries, found);
      request.setPageToken(page.getNextPageToken());
    } while (!page.getNextPageToken().isEmpty());
    return found;
  }

  private void addLatest(Map<String, Series> entries, List<LatestReading> found) {
    if (entries.isEmpty()) {
      return;
    }
    if (devices.size() > REMEMBERED_MAX) {
      devices.clear();
    }
    entries.values().forEach(entry -> devices.put(entry.getName(), entry.getDevice()));
    queries
        .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS)
        .getLatestReadings(
            GetLatestReadingsRequest.newBuilder()
                .setSelection(SeriesSelection.newBuilder().addAllNames(entries.keySet()))
                .build())
        .getReadingsList()
        .forEach(reading -> {
          Series entry = entries.get(reading.getSeries());
          if (entry != null) {
            found.add(
                new LatestReading(
                    entry.getName(),
                    entry.getDevice(),
                    IngestCalls.instant(reading.getTime()),
                    entry.hasExpectedInterval()
                        ? Optional.of(
                            Duration.ofSeconds(
                                entry.getExpectedInterval().getSeconds(),
                                entry.getExpectedInterval().getNanos()))
                        : Optional.empty()));
          }
        });
  }

  /** Asked again when there are newer readings: a silent series is asked about once. */
  @Override
  public Optional<Duration> usualInterval(LatestReading latest) {
    Usual known = usual.get(latest.series());
    if (known != null
        && (known.newest().equals(latest.time())
            || known
                .interval()
                .filter(i -> latest.time().isBefore(known.newest().plus(LOOK_BACK)))
                .isPresent())) {
      return known.interval();
    }
    if (usual.size() > REMEMBERED_MAX) {
      usual.clear();
    }
    var answer =
        queries
            .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS)
            .reportDataQuality(
                ReportDataQualityRequest.newBuilder()
                    .setSelection(SeriesSelection.newBuilder().addNames(latest.series()))
                    .setRange(
                        TimeRange.newBuilder()
                            .setStartTime(IngestCalls.timestamp(latest.time().minus(LOOK_BACK)))
                            .setEndTime(IngestCalls.timestamp(latest.time().plusMillis(1))))
                    .build());
    Optional<Duration> interval =
        answer.getSeriesList().stream()
            .filter(quality -> quality.hasInterval())
            .findFirst()
            .map(quality ->
                Duration.ofSeconds(
                    quality.getInterval().getSeconds(), quality.getInterval().getNanos()));
    usual.put(latest.series(), new Usual(latest.time(), interval));
    return interval;
  }
}
