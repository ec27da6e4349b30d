package dev.tidewatch.inference.clients;

import com.google.protobuf.Timestamp;
import dev.tidewatch.inference.feed.FeedPosition;
import dev.tidewatch.proto.type.v1.Aggregation;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.proto.type.v1.Fill;
import dev.tidewatch.proto.type.v1.Grid;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.time.Instant;

/** Times, positions and grids as messages carry them. */
public final class Wire {
  private Wire() {}

  public static Timestamp timestamp(long micros) {
    return timestamp(Times.toInstant(micros));
  }

  public static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  public static com.google.protobuf.Duration duration(Duration duration) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  public static FeedToken token(FeedPosition position) {
    return FeedToken.newBuilder()
        .setEpoch(position.epoch())
        .setPosition(position.position())
        .build();
  }

  public static FeedPosition position(FeedToken token) {
    return new FeedPosition(token.getEpoch(), token.getPosition());
  }

  public static Grid grid(dev.tidewatch.timeseries.Grid grid) {
    return Grid.newBuilder()
        .setStep(duration(grid.step()))
        .setTimeZone(grid.zone().getId().equals("Z") ? "UTC" : grid.zone().getId())
        .setAggregation(
            switch (grid.aggregation()) {
              case MEAN -> Aggregation.AGGREGATION_MEAN;
              case LAST -> Aggregation.AGGREGATION_LAST;
              case SUM -> Aggregation.AGGREGATION_SUM;
              case MAX -> Aggregation.AGGREGATION_MAX;
              case MIN -> Aggregation.AGGREGATION_MIN;
            })
        .setFill(
            switch (grid.fill()) {
              case NONE -> Fill.FILL_NONE;
              case PREVIOUS -> Fill.FILL_PREVIOUS;
              case LINEAR -> Fill.FILL_LINEAR;
            })
        .setFillIntervalsMax(grid.fillIntervalsMax())
        .setLateness(duration(grid.lateness()))
        .build();
  }
}
