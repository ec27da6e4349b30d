package dev.tidewatch.ingest.api;

import dev.tidewatch.ingest.catalog.Series;
import dev.tidewatch.ingest.feed.ReadingsDeletionEncoding;
import dev.tidewatch.proto.ingest.v1.ReadingsDeletion;
import java.util.OptionalLong;

/** Deletions as the contract's {@code ReadingsDeletion}. */
public final class DeletionEncoding implements ReadingsDeletionEncoding {
  @Override
  public byte[] encode(Series series, OptionalLong fromMicros, OptionalLong toMicros) {
    var deletion = ReadingsDeletion.newBuilder().setSeries(series.name()).setSeriesId(series.id());
    fromMicros.ifPresent(micros -> deletion.setStartTime(Protos.timestamp(micros)));
    toMicros.ifPresent(micros -> deletion.setEndTime(Protos.timestamp(micros)));
    return deletion.build().toByteArray();
  }
}
