package dev.tidewatch.ingest.api;

import dev.tidewatch.ingest.catalog.SeriesSelection;
import dev.tidewatch.ingest.catalog.SeriesStore;
import dev.tidewatch.ingest.query.RangeCursor;
import dev.tidewatch.ingest.query.RangeQuery;
import dev.tidewatch.ingest.query.ReadView;
import dev.tidewatch.ingest.query.ReadingQueries;
import dev.tidewatch.ingest.query.TimeSpan;
import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.grpc.PacedStream;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/** QueryReadings: answers are encoded messages. Thread-safe. */
final class RangeApi {
  private final SeriesStore catalogue;
  private final ReadingQueries queries;
  private final Snapshots snapshots;

  RangeApi(SeriesStore catalogue, ReadingQueries queries, Snapshots snapshots) {
    this.catalogue = catalogue;
    this.queries = queries;
    this.snapshots = snapshots;
  }

  void query(QueryReadingsRequest request, StreamObserver<byte[]> observer) {
    SeriesSelection selection = Protos.selection(request.getSelection());
    TimeSpan span = Protos.span(request.getRange(), "range");
    Optional<RangeCursor> resume = resume(request.getResumeToken());
    Selections.requireKnown(catalogue, selection);
    ReadView view =
        resume
            .map(cursor -> snapshots.at(cursor.epoch(), cursor.position(), "resume_token"))
            .orElseGet(() -> snapshots.of(request.getAsOf()));
    var question =
        new RangeQuery.Question(
            selection,
            span,
            request.getReadingsPerSeriesMax(),
            request.getNewest(),
            request.getWithQualities());
    var stream = PacedStream.of((ServerCallStreamObserver<byte[]>) observer);
    var pages = new ReadingPages(stream, Protos.token(view.position()), request.getWithQualities());
    var query = new RangeQuery(catalogue, queries, question, view, pages);
    stream.start(
        "ingest-query",
        () -> {
          query.run(resume);
          pages.end();
        });
  }

  private static Optional<RangeCursor> resume(String token) {
    if (token.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(RangeCursor.parse(token));
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field(
          "resume_token", "is not a token of this server; begin without one");
    }
  }
}
