package dev.tidewatch.ingest.api;

import dev.tidewatch.ingest.intake.CommittedBatch;
import dev.tidewatch.ingest.intake.Intake;
import dev.tidewatch.ingest.intake.ReadingBatch;
import dev.tidewatch.ingest.intake.RequestTicket;
import dev.tidewatch.proto.ingest.v1.DeleteReadingsRequest;
import dev.tidewatch.proto.ingest.v1.DeleteReadingsResponse;
import dev.tidewatch.proto.ingest.v1.GetWriterRequest;
import dev.tidewatch.proto.ingest.v1.GetWriterResponse;
import dev.tidewatch.proto.ingest.v1.IngestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.IngestReadingsResponse;
import dev.tidewatch.proto.ingest.v1.IngestServiceGrpc;
import dev.tidewatch.proto.ingest.v1.ListWritersRequest;
import dev.tidewatch.proto.ingest.v1.ListWritersResponse;
import dev.tidewatch.proto.ingest.v1.RejectedReading;
import dev.tidewatch.proto.ingest.v1.StreamReadingsResponse;
import dev.tidewatch.serverkit.security.Caller;
import dev.tidewatch.serverkit.telemetry.TraceParents;
import io.grpc.BindableService;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Taking readings in over gRPC, and deleting them. */
public final class IngestApi extends IngestServiceGrpc.IngestServiceImplBase
    implements AutoCloseable {
  private static final int ANSWERING_THREADS = 2;

  private final Intake intake;
  private final Writers writers;
  private final DeletionApi deletions;
  private final ExecutorService answering;
  private final Set<WriterStream> streams = ConcurrentHashMap.newKeySet();

  public IngestApi(Intake intake, Writers writers, DeletionApi deletions) {
    this.intake = intake;
    this.writers = writers;
    this.deletions = deletions;
    this.answering =
        Executors.newFixedThreadPool(
            ANSWERING_THREADS, Thread.ofPlatform().daemon().name("ingest-answer-", 0).factory());
  }

  /** The service as it is to be bound. */
  public BindableService service() {
    return () -> StreamReadingsMethod.putInto(bindService(), this::openStream);
  }

  private StreamObserver<StreamRequest> openStream(
      StreamObserver<StreamReadingsResponse> observer) {
    var stream =
        new WriterStream(
            intake,
            Caller.current().keyId(),
            (ServerCallStreamObserver<StreamReadingsResponse>) observer,
            answering,
            this::ended);
    streams.add(stream);
    intake.budget().enter();
    stream.begin();
    return stream;
  }

  private void ended(WriterStream stream) {
    if (streams.remove(stream)) {
      intake.budget().leave();
    }
  }

  @Override
  public void ingestReadings(
      IngestReadingsRequest request, StreamObserver<IngestReadingsResponse> observer) {
    RequestTicket ticket = Intake.ticket(request.getRequestId(), Caller.current().keyId());
    ReadingBatch batch =
        BatchDecoder.decode(
            request,
            TraceParents.current(),
            BatchDecoder.createUnknown(request.getUnknownSeries(), intake.limits().createUnknown()),
            intake.limits().requestReadingsMax());
    var _ =
        intake
            .submit(ticket, batch)
            .whenCompleteAsync(
                (committed, failure) -> {
                  if (failure != null) {
                    observer.onError(failure);
                  } else {
                    observer.onNext(response(committed));
                    observer.onCompleted();
                  }
                },
                answering);
  }

  @Override
  public void getWriter(GetWriterRequest request, StreamObserver<GetWriterResponse> observer) {
    observer.onNext(writers.get(request));
    observer.onCompleted();
  }

  @Override
  public void listWriters(
      ListWritersRequest request, StreamObserver<ListWritersResponse> observer) {
    observer.onNext(writers.list(request));
    observer.onCompleted();
  }

  @Override
  public void deleteReadings(
      DeleteReadingsRequest request, StreamObserver<DeleteReadingsResponse> observer) {
    observer.onNext(deletions.deleteReadings(request));
    observer.onCompleted();
  }

  private static IngestReadingsResponse response(CommittedBatch committed) {
    var rejected = new ArrayList<RejectedReading>();
    Acknowledgements.rejects(0, committed.outcome().rejects(), rejected);
    return IngestReadingsResponse.newBuilder()
        .setFeedPosition(Protos.token(committed.position()))
        .setCounts(Acknowledgements.toProto(committed.outcome().counts()))
        .addAllRejected(rejected)
        .setReplayed(committed.replayed())
        .build();
  }

  /** Ends every stream once what it sent is answered; clients open again and resume. */
  public void endStreams() {
    streams.forEach(WriterStream::drain);
  }

  @Override
  public void close() {
    answering.close();
  }
}
