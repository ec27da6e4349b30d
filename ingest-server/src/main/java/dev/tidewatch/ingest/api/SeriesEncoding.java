package dev.tidewatch.ingest.api;

import dev.tidewatch.ingest.catalog.Series;
import dev.tidewatch.ingest.feed.SeriesChangeEncoding;
import dev.tidewatch.proto.ingest.v1.SeriesChange;
import dev.tidewatch.proto.ingest.v1.SeriesChangeKind;

/** Changes of the catalogue as the contract's {@code SeriesChange}. */
public final class SeriesEncoding implements SeriesChangeEncoding {
  @Override
  public byte[] encode(Kind kind, Series series) {
    return SeriesChange.newBuilder()
        .setKind(
            switch (kind) {
              case CREATED -> SeriesChangeKind.SERIES_CHANGE_KIND_CREATED;
              case UPDATED -> SeriesChangeKind.SERIES_CHANGE_KIND_UPDATED;
              case DELETED -> SeriesChangeKind.SERIES_CHANGE_KIND_DELETED;
            })
        .setSeries(ProtoSeries.toProto(series))
        .build()
        .toByteArray();
  }
}
