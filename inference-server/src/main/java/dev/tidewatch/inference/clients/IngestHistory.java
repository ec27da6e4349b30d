package dev.tidewatch.inference.clients;

import dev.tidewatch.inference.feed.FeedPosition;
import dev.tidewatch.inference.history.History;
import dev.tidewatch.inference.history.HistorySource;
import dev.tidewatch.proto.ingest.v1.GetLatestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.GetLatestReadingsResponse;
import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsResponse;
import dev.tidewatch.proto.ingest.v1.QueryServiceGrpc;
import dev.tidewatch.proto.ingest.v1.Reading;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.proto.ingest.v1.TimeRange;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.Times;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** {@link HistorySource} by ingest's queries. */
public final class IngestHistory implements HistorySource {
  private static final String SERVER = "ingest";
  private static final String UNAVAILABLE = "HISTORY_UNAVAILABLE";

  private final QueryServiceGrpc.QueryServiceBlockingStub queries;
  private final Duration longest;

  /**
   * @param longest deadline of a query whose caller has none or a later one
   */
  public IngestHistory(Channel ingest, Duration longest) {
    this.queries = QueryServiceGrpc.newBlockingStub(ingest);
    this.longest = longest;
  }

  @Override
  public History read(String series, long fromMicros, long toMicros, @Nullable AsOf asOf) {
    var request =
        QueryReadingsRequest.newBuilder()
            .setSelection(SeriesSelection.newBuilder().addNames(series))
            .setRange(
                TimeRange.newBuilder()
                    .setStartTime(Wire.timestamp(fromMicros))
                    .setEndTime(Wire.timestamp(toMicros)));
    if (asOf != null) {
      request.setAsOf(asOf(asOf));
    }
    var readings = ReadingColumns.builder(1_024);
    FeedPosition position = FeedPosition.START;
    try {
      var responses = Deadlines.limit(queries, longest).queryReadings(request.build());
      while (responses.hasNext()) {
        QueryReadingsResponse response = responses.next();
        position = Wire.position(response.getFeedPosition());
        for (SeriesReadings columns : response.getColumnsList()) {
          for (int i = 0; i < columns.getValuesCount(); i++) {
            readings.add(columns.getTimesMicros(i), columns.getValues(i));
          }
        }
      }
    } catch (StatusRuntimeException e) {
      throw RemoteErrors.of(SERVER, UNAVAILABLE, e);
    }
    return new History(readings.build(), position);
  }

  private static dev.tidewatch.proto.ingest.v1.AsOf asOf(AsOf asOf) {
    var message = dev.tidewatch.proto.ingest.v1.AsOf.newBuilder();
    return switch (asOf) {
      case AsOfPosition(var position) -> message.setFeedPosition(Wire.token(position)).build();
      case AsOfTime(var timeMicros) -> message.setCommitTime(Wire.timestamp(timeMicros)).build();
    };
  }

  @Override
  public OptionalLong newestTimeMicros(String series, long atMicros) {
    var request =
        GetLatestReadingsRequest.newBuilder()
            .setSelection(SeriesSelection.newBuilder().addNames(series))
            .setAt(Wire.timestamp(atMicros))
            .build();
    GetLatestReadingsResponse response;
    try {
      response = Deadlines.limit(queries, longest).getLatestReadings(request);
    } catch (StatusRuntimeException e) {
      throw RemoteErrors.of(SERVER, UNAVAILABLE, e);
    }
    if (response.getUnknownSeriesList().contains(series)) {
      throw new NotFound("SERIES_UNKNOWN", "ingest knows no series " + series)
          .with("series", series);
    }
    return response.getReadingsList().stream()
        .map(Reading::getTime)
        .mapToLong(time -> Times.toMicros(time.getSeconds(), time.getNanos()))
        .findFirst();
  }
}
