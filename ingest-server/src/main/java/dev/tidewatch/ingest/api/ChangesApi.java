package dev.tidewatch.ingest.api;

import com.google.protobuf.CodedOutputStream;
import dev.tidewatch.ingest.catalog.Series;
import dev.tidewatch.ingest.catalog.SeriesSelection;
import dev.tidewatch.ingest.catalog.SeriesStore;
import dev.tidewatch.ingest.feed.SectionWriter;
import dev.tidewatch.ingest.query.DifferenceQueries;
import dev.tidewatch.ingest.query.DifferenceQuery;
import dev.tidewatch.ingest.query.ReadView;
import dev.tidewatch.ingest.query.ReadingColumn;
import dev.tidewatch.ingest.query.SeriesDifference;
import dev.tidewatch.ingest.query.TimeSpan;
import dev.tidewatch.proto.ingest.v1.QueryChangesRequest;
import dev.tidewatch.proto.ingest.v1.QueryChangesResponse;
import dev.tidewatch.proto.ingest.v1.ReadingsDeletion;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.grpc.PacedStream;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** QueryChanges: answers are encoded messages. Thread-safe. */
final class ChangesApi {
  private final SeriesStore catalogue;
  private final DifferenceQueries differences;
  private final Snapshots snapshots;
  private final SeriesEncoding encoding = new SeriesEncoding();

  ChangesApi(SeriesStore catalogue, DifferenceQueries differences, Snapshots snapshots) {
    this.catalogue = catalogue;
    this.differences = differences;
    this.snapshots = snapshots;
  }

  void query(QueryChangesRequest request, StreamObserver<byte[]> observer) {
    SeriesSelection selection = Protos.selection(request.getSelection());
    TimeSpan span = Protos.span(request.getRange(), "range");
    ReadView after = snapshots.at(request.getAfter(), "after");
    ReadView through =
        request.hasThrough() ? snapshots.at(request.getThrough(), "through") : snapshots.newest();
    if (through.position().position() < after.position().position()) {
      throw InvalidArgument.field("through", "is before after; exchange them");
    }
    requireKnown(selection, after, through);
    var stream = PacedStream.of((ServerCallStreamObserver<byte[]>) observer);
    var messages = new Messages(stream, Protos.token(through.position()));
    var query =
        new DifferenceQuery(catalogue, differences, selection, span, after, through, messages);
    stream.start(
        "ingest-changes",
        () -> {
          query.run();
          messages.end();
        });
  }

  /** A name may also be that of a series that was there at the older commit. */
  private void requireKnown(SeriesSelection selection, ReadView after, ReadView through) {
    if (selection.names().isEmpty()) {
      return;
    }
    Set<String> known = new HashSet<>();
    catalogue.find(selection.names()).series().forEach(series -> known.add(series.name()));
    if (known.containsAll(selection.names())) {
      return;
    }
    differences
        .series(after, through, selection, true, 0, Integer.MAX_VALUE)
        .forEach(difference -> known.add(difference.series().name()));
    for (String name : selection.names()) {
      if (!known.contains(name)) {
        throw SeriesApi.unknown(name);
      }
    }
  }

  /** Packs differences into messages of a handy size. Used by one thread. */
  private final class Messages implements DifferenceQuery.Sink {
    private static final int MESSAGE_BYTES = 256 << 10;

    private final PacedStream<byte[]> stream;
    private final byte[] position;
    private final Map<Integer, SectionWriter> sections = new TreeMap<>();
    private int bytes;
    private boolean sentAny;

    Messages(PacedStream<byte[]> stream, FeedToken position) {
      this.stream = stream;
      this.position = position.toByteArray();
    }

    @Override
    public void series(SeriesDifference difference) throws InterruptedException {
      SectionWriter section = section(difference.series());
      int before = section.size();
      section.series(encoding.encode(difference.kind(), difference.series()));
      grown(section.size() - before);
    }

    @Override
    public void deleted(Series series, long fromMicros, long toMicros) throws InterruptedException {
      SectionWriter section = section(series);
      int before = section.size();
      section.deletion(
          ReadingsDeletion.newBuilder()
              .setSeries(series.name())
              .setSeriesId(series.id())
              .setStartTime(Protos.timestamp(fromMicros))
              .setEndTime(Protos.timestamp(toMicros))
              .build()
              .toByteArray());
      grown(section.size() - before);
    }

    @Override
    public void stored(Series series, boolean replaced, ReadingColumn readings)
        throws InterruptedException {
      SectionWriter section = section(series);
      int before = section.size();
      section.readings(
          series.name(),
          series.id(),
          replaced ? SectionWriter.REPLACED : SectionWriter.NEW,
          new SectionWriter.Rows() {
            @Override
            public int size() {
              return readings.size();
            }

            @Override
            public void timesTo(byte[] to, int at) {
              readings.putTimes(to, at, 0, readings.size());
            }

            @Override
            public void valuesTo(byte[] to, int at) {
              readings.putValues(to, at, 0, readings.size());
            }

            @Override
            public short quality(int row) {
              return readings.quality(row);
            }

            @Override
            public boolean mayHaveQualities() {
              return true;
            }
          },
          "");
      grown(section.size() - before);
    }

    private SectionWriter section(Series series) {
      return sections.computeIfAbsent(series.shard(), SectionWriter::new);
    }

    private void grown(int more) throws InterruptedException {
      bytes += more;
      if (bytes >= MESSAGE_BYTES) {
        flush();
      }
    }

    /** Sends what is left; at least one message comes. */
    void end() throws InterruptedException {
      if (bytes > 0 || !sentAny) {
        flush();
      }
    }

    private void flush() throws InterruptedException {
      int size =
          CodedOutputStream.computeByteArraySize(
              QueryChangesResponse.FEED_POSITION_FIELD_NUMBER, position);
      var contents = sections.values().stream().map(SectionWriter::toByteArray).toList();
      for (byte[] content : contents) {
        size +=
            CodedOutputStream.computeByteArraySize(
                QueryChangesResponse.SECTIONS_FIELD_NUMBER, content);
      }
      byte[] message = new byte[size];
      try {
        CodedOutputStream out = CodedOutputStream.newInstance(message);
        out.writeByteArray(QueryChangesResponse.FEED_POSITION_FIELD_NUMBER, position);
        for (byte[] content : contents) {
          out.writeByteArray(QueryChangesResponse.SECTIONS_FIELD_NUMBER, content);
        }
        out.checkNoSpaceLeft();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      if (!stream.send(message)) {
        throw new InterruptedException("the call has ended");
      }
      sentAny = true;
      sections.clear();
      bytes = 0;
    }
  }
}
