package dev.tidewatch.monitor.ingest;

import dev.tidewatch.monitor.analytics.MeasuredSeries;
import dev.tidewatch.monitor.analytics.SeriesDescription;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsRequest;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsResponse;
import dev.tidewatch.proto.ingest.v1.BucketFunction;
import dev.tidewatch.proto.ingest.v1.GetLatestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.GetSeriesRequest;
import dev.tidewatch.proto.ingest.v1.ListSeriesRequest;
import dev.tidewatch.proto.ingest.v1.ListSeriesResponse;
import dev.tidewatch.proto.ingest.v1.QualityFlag;
import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsResponse;
import dev.tidewatch.proto.ingest.v1.QueryServiceGrpc;
import dev.tidewatch.proto.ingest.v1.Reading;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesBuckets;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.proto.ingest.v1.SeriesServiceGrpc;
import dev.tidewatch.proto.ingest.v1.TimeRange;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.grpc.StatusDetails;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.RobustStatistics;
import dev.tidewatch.timeseries.Times;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Asks ingest's catalogue and readings. Thread-safe. */
public final class GrpcMeasuredSeries implements MeasuredSeries {
  private static final int DISTANCES_MAX = 1_000;

  /** Among so many there should be one that is not wrong. */
  private static final int NEIGHBOURS_MAX = 100;

  /** Known to be wrong: by the sender, or because a counter fell that had not restarted. */
  private static final int WRONG =
      QualityFlag.QUALITY_FLAG_BAD_VALUE | QualityFlag.QUALITY_FLAG_COUNTER_DECREASED_VALUE;

  private final SeriesServiceGrpc.SeriesServiceBlockingStub catalogue;
  private final QueryServiceGrpc.QueryServiceBlockingStub queries;
  private final Duration deadline;

  /**
   * @param deadline of one query
   */
  public GrpcMeasuredSeries(Channel channel, Duration deadline) {
    this.catalogue = SeriesServiceGrpc.newBlockingStub(channel);
    this.queries = QueryServiceGrpc.newBlockingStub(channel);
    this.deadline = deadline;
  }

  @Override
  public SeriesDescription describe(String series) {
    try {
      return read(
          IngestCalls.ask(() ->
              catalogue
                  .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS)
                  .getSeries(GetSeriesRequest.newBuilder().setSeries(series).build())
                  .getSeries()));
    } catch (StatusRuntimeException e) {
      if (StatusDetails.reason(e).filter("SERIES_UNKNOWN"::equals).isPresent()) {
        throw new NotFound("SERIES_UNKNOWN", "there is no series " + series, e)
            .with("series", series);
      }
      throw e;
    }
  }

  private static SeriesDescription read(Series series) {
    var interval = series.getExpectedInterval();
    return new SeriesDescription(
        series.getName(),
        series.getUnit(),
        series.hasExpectedInterval()
            ? Optional.of(
                interval.getSeconds() * Times.MICROS_PER_SECOND + interval.getNanos() / 1_000)
            : Optional.empty());
  }

  @Override
  public List<SeriesDescription> ofDevice(String device) {
    List<SeriesDescription> found = new ArrayList<>();
    var request = ListSeriesRequest.newBuilder().setDevice(device).setPageSize(1_000);
    ListSeriesResponse page;
    do {
      page =
          IngestCalls.ask(() ->
              catalogue
                  .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS)
                  .listSeries(request.build()));
      page.getSeriesList().forEach(series -> found.add(read(series)));
      request.setPageToken(page.getNextPageToken());
    } while (!page.getNextPageToken().isEmpty());
    return found;
  }

  @Override
  public void read(String series, long fromMicros, long toMicros, ReadingSink sink) {
    before(series, fromMicros).ifPresent(reading -> reading.into(sink));
    stream(query(series).setRange(range(fromMicros, toMicros)), sink);
    neighbours(
            query(series)
                .setRange(TimeRange.newBuilder().setStartTime(IngestCalls.timestamp(toMicros))))
        .stream()
        .findFirst()
        .ifPresent(reading -> reading.into(sink));
  }

  private record Neighbour(long timeMicros, double value) {
    void into(ReadingSink sink) {
      sink.reading(timeMicros, value);
    }
  }

  private Optional<Neighbour> before(String series, long fromMicros) {
    var newest =
        IngestCalls.ask(() ->
            queries
                .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS)
                .getLatestReadings(
                    GetLatestReadingsRequest.newBuilder()
                        .setSelection(SeriesSelection.newBuilder().addNames(series))
                        .setAt(IngestCalls.timestamp(fromMicros - 1))
                        .build()));
    if (newest.getReadingsCount() == 0) {
      return Optional.empty();
    }
    Reading reading = newest.getReadings(0);
    if ((reading.getQuality() & WRONG) == 0) {
      return Optional.of(
          new Neighbour(
              Times.toMicros(reading.getTime().getSeconds(), reading.getTime().getNanos()),
              reading.getValue()));
    }
    List<Neighbour> some =
        neighbours(
            query(series)
                .setRange(TimeRange.newBuilder().setEndTime(IngestCalls.timestamp(fromMicros)))
                .setNewest(true));
    return some.isEmpty() ? Optional.empty() : Optional.of(some.getLast());
  }

  private List<Neighbour> neighbours(QueryReadingsRequest.Builder request) {
    var some = new ArrayList<Neighbour>();
    stream(
        request.setReadingsPerSeriesMax(NEIGHBOURS_MAX),
        (time, value) -> some.add(new Neighbour(time, value)));
    return some;
  }

  private void stream(QueryReadingsRequest.Builder request, ReadingSink sink) {
    Iterator<QueryReadingsResponse> answers =
        queries
            .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS)
            .queryReadings(request.setWithQualities(true).build());
    while (IngestCalls.ask(answers::hasNext)) {
      for (SeriesReadings readings : answers.next().getColumnsList()) {
        boolean flagged = readings.getQualitiesCount() > 0;
        for (int i = 0; i < readings.getTimesMicrosCount(); i++) {
          if (!flagged || (readings.getQualities(i) & WRONG) == 0) {
            sink.reading(readings.getTimesMicros(i), readings.getValues(i));
          }
        }
      }
    }
  }

  @Override
  public Optional<Long> medianDistanceMicros(String series, long fromMicros, long toMicros) {
    var times = new ArrayList<Long>();
    stream(
        query(series).setRange(range(fromMicros, toMicros)).setReadingsPerSeriesMax(DISTANCES_MAX),
        (time, value) -> times.add(time));
    if (times.size() < 2) {
      return Optional.empty();
    }
    var distances = new double[times.size() - 1];
    for (int i = 0; i < distances.length; i++) {
      distances[i] = times.get(i + 1) - times.get(i);
    }
    return Optional.of(Math.round(RobustStatistics.median(distances)));
  }

  @Override
  public double[] means(String series, Grid grid, long firstIndex, int count) {
    var means = new double[count];
    Arrays.fill(means, Double.NaN);
    Iterator<AggregateReadingsResponse> answers =
        queries
            .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS)
            .aggregateReadings(
                AggregateReadingsRequest.newBuilder()
                    .setSelection(SeriesSelection.newBuilder().addNames(series))
                    .setRange(
                        range(grid.startMicros(firstIndex), grid.startMicros(firstIndex + count)))
                    .setBucket(
                        com.google.protobuf.Duration.newBuilder()
                            .setSeconds(grid.step().toSeconds()))
                    .setTimeZone(grid.zone().getId().replaceAll("^Z$", "UTC"))
                    .addFunctions(BucketFunction.BUCKET_FUNCTION_MEAN)
                    .build());
    while (IngestCalls.ask(answers::hasNext)) {
      for (SeriesBuckets buckets : answers.next().getSeriesList()) {
        for (int i = 0; i < buckets.getStartMicrosCount(); i++) {
          int at = (int) (grid.indexAt(buckets.getStartMicros(i)) - firstIndex);
          if (at >= 0 && at < count) {
            means[at] = buckets.getColumns(0).getValues(i);
          }
        }
      }
    }
    return means;
  }

  private static QueryReadingsRequest.Builder query(String series) {
    return QueryReadingsRequest.newBuilder()
        .setSelection(SeriesSelection.newBuilder().addNames(series));
  }

  private static TimeRange range(long fromMicros, long toMicros) {
    return TimeRange.newBuilder()
        .setStartTime(IngestCalls.timestamp(fromMicros))
        .setEndTime(IngestCalls.timestamp(toMicros))
        .build();
  }
}
