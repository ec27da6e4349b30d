package dev.tidewatch.monitor.ingest;

import dev.tidewatch.monitor.FeedPosition;
import dev.tidewatch.monitor.truth.ReadingSource;
import dev.tidewatch.proto.ingest.v1.FeedServiceGrpc;
import dev.tidewatch.proto.ingest.v1.GetFeedStatusRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsResponse;
import dev.tidewatch.proto.ingest.v1.QueryServiceGrpc;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.proto.ingest.v1.TimeRange;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.serverkit.grpc.StatusDetails;
import dev.tidewatch.timeseries.ReadingColumns;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Reads readings from ingest. Thread-safe. */
public final class GrpcReadingSource implements ReadingSource {
  private final QueryServiceGrpc.QueryServiceBlockingStub queries;
  private final FeedServiceGrpc.FeedServiceBlockingStub feed;
  private final Duration deadline;

  public GrpcReadingSource(Channel channel, Duration deadline) {
    this.queries = QueryServiceGrpc.newBlockingStub(channel);
    this.feed = FeedServiceGrpc.newBlockingStub(channel);
    this.deadline = deadline;
  }

  @Override
  public FeedPosition read(
      Collection<String> series,
      long fromMicros,
      long toMicros,
      BiConsumer<String, ReadingColumns> sink) {
    // Asked for first: should every series turn out to be unknown, they were so at this commit or
    // later.
    FeedPosition before = head();
    Set<String> names = new LinkedHashSet<>(series);
    while (!names.isEmpty()) {
      var columns = new LinkedHashMap<String, ReadingColumns.Builder>();
      Optional<FeedPosition> snapshot;
      try {
        snapshot = query(names, fromMicros, toMicros, columns);
      } catch (StatusRuntimeException e) {
        names.remove(unknownSeries(e, names));
        continue;
      }
      columns.forEach((name, builder) -> sink.accept(name, builder.build()));
      return snapshot.orElseThrow(
          () -> new IllegalStateException("ingest answered a query without its snapshot"));
    }
    return before;
  }

  private FeedPosition head() {
    return position(
        feed.withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS)
            .getFeedStatus(GetFeedStatusRequest.getDefaultInstance())
            .getHead());
  }

  private Optional<FeedPosition> query(
      Set<String> names, long fromMicros, long toMicros, Map<String, ReadingColumns.Builder> into) {
    Iterator<QueryReadingsResponse> answers =
        queries
            .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS)
            .queryReadings(
                QueryReadingsRequest.newBuilder()
                    .setSelection(SeriesSelection.newBuilder().addAllNames(names))
                    .setRange(
                        TimeRange.newBuilder()
                            .setStartTime(IngestCalls.timestamp(fromMicros))
                            .setEndTime(IngestCalls.timestamp(toMicros)))
                    .build());
    Optional<FeedPosition> snapshot = Optional.empty();
    while (answers.hasNext()) {
      QueryReadingsResponse answer = answers.next();
      snapshot = Optional.of(position(answer.getFeedPosition()));
      for (SeriesReadings readings : answer.getColumnsList()) {
        ReadingColumns.Builder builder =
            into.computeIfAbsent(readings.getSeries(), name -> ReadingColumns.builder());
        for (int i = 0; i < readings.getTimesMicrosCount(); i++) {
          builder.add(readings.getTimesMicros(i), readings.getValues(i));
        }
      }
    }
    return snapshot;
  }

  /** The name that ingest does not know; throws the error again if it is about something else. */
  private static String unknownSeries(StatusRuntimeException e, Set<String> asked) {
    if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
      String name =
          StatusDetails.errorInfo(e)
              .filter(details -> details.getReason().equals("SERIES_UNKNOWN"))
              .map(details -> details.getMetadataOrDefault("series", ""))
              .orElse("");
      if (asked.contains(name)) {
        return name;
      }
    }
    throw e;
  }

  static FeedPosition position(FeedToken token) {
    return new FeedPosition(token.getEpoch(), token.getPosition());
  }
}
