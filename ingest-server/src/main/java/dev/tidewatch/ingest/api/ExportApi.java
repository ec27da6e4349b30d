package dev.tidewatch.ingest.api;

import com.google.protobuf.UnsafeByteOperations;
import dev.tidewatch.ingest.catalog.SeriesSelection;
import dev.tidewatch.ingest.catalog.SeriesStore;
import dev.tidewatch.ingest.export.Chunks;
import dev.tidewatch.ingest.export.ExportCursor;
import dev.tidewatch.ingest.export.ExportFormat;
import dev.tidewatch.ingest.export.ParquetFile;
import dev.tidewatch.ingest.export.ReadingsFile;
import dev.tidewatch.ingest.export.TextFile;
import dev.tidewatch.ingest.query.RangeCursor;
import dev.tidewatch.ingest.query.RangeQuery;
import dev.tidewatch.ingest.query.ReadView;
import dev.tidewatch.ingest.query.ReadingQueries;
import dev.tidewatch.ingest.query.TimeSpan;
import dev.tidewatch.proto.ingest.v1.ExportReadingsRequest;
import dev.tidewatch.proto.ingest.v1.ExportReadingsResponse;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.grpc.PacedStream;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/** ExportReadings. Thread-safe. */
final class ExportApi {
  private final SeriesStore catalogue;
  private final ReadingQueries queries;
  private final Snapshots snapshots;

  ExportApi(SeriesStore catalogue, ReadingQueries queries, Snapshots snapshots) {
    this.catalogue = catalogue;
    this.queries = queries;
    this.snapshots = snapshots;
  }

  void export(ExportReadingsRequest request, StreamObserver<ExportReadingsResponse> observer) {
    SeriesSelection selection = Protos.selection(request.getSelection());
    TimeSpan span = Protos.span(request.getRange(), "range");
    ExportFormat format = format(request);
    Optional<ExportCursor> resume = resume(request.getResumeToken(), format);
    Selections.requireKnown(catalogue, selection);
    ReadView view =
        resume
            .map(cursor ->
                snapshots.at(cursor.range().epoch(), cursor.range().position(), "resume_token"))
            .orElseGet(() -> snapshots.of(request.getAsOf()));
    var begin = new RangeCursor(view.position().epoch(), view.position().position(), "", 0, 0);
    ExportCursor from = resume.orElseGet(() -> new ExportCursor(format, begin, 0, 0));
    var stream = PacedStream.of((ServerCallStreamObserver<ExportReadingsResponse>) observer);
    FeedToken position = Protos.token(view.position());
    Chunks chunks =
        (chunk, cursor) -> {
          var response =
              ExportReadingsResponse.newBuilder()
                  .setChunk(UnsafeByteOperations.unsafeWrap(chunk))
                  .setFeedPosition(position)
                  .setResumeToken(cursor.token())
                  .setReadingsExported(cursor.readings())
                  .build();
          if (!stream.send(response)) {
            throw new InterruptedException("the call has ended");
          }
        };
    var question = new RangeQuery.Question(selection, span, 0, false, true);
    stream.start(
        "ingest-export",
        () -> {
          ReadingsFile file =
              format == ExportFormat.PARQUET
                  ? new ParquetFile(from, chunks)
                  : new TextFile(format, from, chunks);
          new RangeQuery(catalogue, queries, question, view, file)
              .run(Optional.of(from.range()).filter(range -> !range.series().isEmpty()));
          file.end();
        });
  }

  private static ExportFormat format(ExportReadingsRequest request) {
    return switch (request.getFormat()) {
      case EXPORT_FORMAT_CSV -> ExportFormat.CSV;
      case EXPORT_FORMAT_JSON_LINES -> ExportFormat.JSON_LINES;
      case EXPORT_FORMAT_PARQUET -> ExportFormat.PARQUET;
      case EXPORT_FORMAT_UNSPECIFIED, UNRECOGNIZED ->
          throw InvalidArgument.field("format", "is none of this server's formats");
    };
  }

  private static Optional<ExportCursor> resume(String token, ExportFormat format) {
    if (token.isEmpty()) {
      return Optional.empty();
    }
    try {
      ExportCursor cursor = ExportCursor.parse(token);
      if (cursor.format() == format) {
        return Optional.of(cursor);
      }
    } catch (IllegalArgumentException e) {
      throw notOurs();
    }
    throw notOurs();
  }

  private static InvalidArgument notOurs() {
    return InvalidArgument.field(
        "resume_token", "is not a token of this server and format; begin without one");
  }
}
