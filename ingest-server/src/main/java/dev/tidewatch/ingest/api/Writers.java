package dev.tidewatch.ingest.api;

import com.google.protobuf.ByteString;
import dev.tidewatch.ingest.intake.WriterState;
import dev.tidewatch.ingest.intake.WriterStore;
import dev.tidewatch.proto.ingest.v1.GetWriterRequest;
import dev.tidewatch.proto.ingest.v1.GetWriterResponse;
import dev.tidewatch.proto.ingest.v1.ListWritersRequest;
import dev.tidewatch.proto.ingest.v1.ListWritersResponse;
import dev.tidewatch.proto.ingest.v1.Writer;
import dev.tidewatch.serverkit.errors.NotFound;
import java.util.List;

/** Answers where writers stand. */
public final class Writers {
  private final WriterStore store;

  public Writers(WriterStore store) {
    this.store = store;
  }

  GetWriterResponse get(GetWriterRequest request) {
    String id = Protos.storable(request.getWriterId(), "writer_id");
    WriterState state =
        store
            .find(id)
            .orElseThrow(() ->
                new NotFound(
                        "WRITER_UNKNOWN",
                        "writer_id: %s was never opened; StreamReadings opens it".formatted(id))
                    .with("writer_id", id));
    return GetWriterResponse.newBuilder().setWriter(toProto(state)).build();
  }

  ListWritersResponse list(ListWritersRequest request) {
    int size = Pages.size(request.getPageSize());
    // The extra row only tells whether another page follows.
    List<WriterState> page =
        store.page(
            Protos.storable(request.getPrefix(), "prefix"),
            Pages.after(request.getPageToken()),
            size + 1);
    var response = ListWritersResponse.newBuilder();
    page.stream().limit(size).map(Writers::toProto).forEach(response::addWriters);
    if (page.size() > size) {
      response.setNextPageToken(Pages.token(page.get(size - 1).writerId()));
    }
    return response.build();
  }

  private static Writer toProto(WriterState state) {
    var proto =
        Writer.newBuilder()
            .setWriterId(state.writerId())
            .setEpoch(state.epoch())
            .setLastSequence(state.lastSequence())
            .setSourcePosition(ByteString.copyFrom(state.sourcePosition().bytes()))
            .setCounts(Acknowledgements.toProto(state.counts()))
            .setCreateTime(Protos.timestamp(state.createTime()));
    state.commitTime().ifPresent(time -> proto.setCommitTime(Protos.timestamp(time)));
    return proto.build();
  }
}
