package dev.tidewatch.cli;

import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.sdk.FeedPosition;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.timeseries.SeriesName;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which state of the readings. */
final class AsOf {
  private static final Pattern POSITION = Pattern.compile("(\\d{1,18}):(\\d{1,18})");

  @Option(
      names = "--as-of",
      paramLabel = "STATE",
      description =
          "Readings as they were at a commit such as 1:4711, or at a time; repeats a training.")
  private @Nullable String asOf;

  /**
   * Null: as they are now.
   *
   * @param series any that is there
   */
  @Nullable FeedPosition position(Session session, SeriesName series) {
    if (asOf == null) {
      return null;
    }
    Matcher parts = POSITION.matcher(asOf);
    if (parts.matches()) {
      return new FeedPosition(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)));
    }
    var request = QueryReadingsRequest.newBuilder().setReadingsPerSeriesMax(1).setNewest(true);
    request.getSelectionBuilder().addNames(series.value());
    request.getAsOfBuilder().setCommitTime(ProtoTimes.timestamp(session.moment("--as-of", asOf)));
    try (var stream = session.tidewatch().ingest().query(request.build())) {
      var token = stream.next().getFeedPosition();
      return new FeedPosition(token.getEpoch(), token.getPosition());
    }
  }
}
