package dev.tidewatch.ingest;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.tidewatch.proto.ingest.v1.BatchAcknowledgement;
import dev.tidewatch.proto.ingest.v1.IngestServiceGrpc;
import dev.tidewatch.proto.ingest.v1.OpenWriter;
import dev.tidewatch.proto.ingest.v1.ReadingCounts;
import dev.tidewatch.proto.ingest.v1.ReadingsBatch;
import dev.tidewatch.proto.ingest.v1.RejectedReading;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.StreamReadingsRequest;
import dev.tidewatch.proto.ingest.v1.StreamReadingsResponse;
import dev.tidewatch.proto.ingest.v1.UnknownSeries;
import dev.tidewatch.proto.ingest.v1.WriterOpened;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A plain client of StreamReadings: sends what it is told, and waits for answers. Used by one
 * thread.
 */
final class WriterClient implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final LinkedBlockingQueue<Object> answers = new LinkedBlockingQueue<>();
  private final StreamObserver<StreamReadingsRequest> requests;
  private final List<RejectedReading> rejected = new ArrayList<>();
  private ReadingCounts counts = ReadingCounts.getDefaultInstance();
  private long through;
  private boolean lastReplayed;

  private WriterClient(Channel channel) {
    requests =
        IngestServiceGrpc.newStub(channel)
            .streamReadings(
                new StreamObserver<>() {
                  @Override
                  public void onNext(StreamReadingsResponse answer) {
                    answers.add(answer);
                  }

                  @Override
                  public void onError(Throwable error) {
                    answers.add(error);
                  }

                  @Override
                  public void onCompleted() {
                    answers.add(Status.OK);
                  }
                });
  }

  /** Not opened yet. */
  static WriterClient connect(Channel channel) {
    return new WriterClient(channel);
  }

  static WriterClient open(Channel channel, String writerId) {
    var client = new WriterClient(channel);
    client.send(OpenWriter.newBuilder().setWriterId(writerId).build());
    return client;
  }

  static WriterClient openStrict(Channel channel, String writerId) {
    var client = new WriterClient(channel);
    client.send(
        OpenWriter.newBuilder()
            .setWriterId(writerId)
            .setUnknownSeries(UnknownSeries.UNKNOWN_SERIES_REJECT)
            .build());
    return client;
  }

  void send(OpenWriter open) {
    requests.onNext(StreamReadingsRequest.newBuilder().setOpen(open).build());
  }

  void send(ReadingsBatch batch) {
    requests.onNext(StreamReadingsRequest.newBuilder().setBatch(batch).build());
  }

  void send(long sequence, SeriesReadings... columns) {
    send(ReadingsBatch.newBuilder().setSequence(sequence).addAllColumns(List.of(columns)).build());
  }

  void sendNothing() {
    requests.onNext(StreamReadingsRequest.getDefaultInstance());
  }

  WriterOpened opened() {
    return ((StreamReadingsResponse) next()).getOpened();
  }

  /**
   * Waits until the batch is acknowledged; answers what became of everything acknowledged so far.
   */
  ReadingCounts acknowledgedThrough(long sequence) {
    while (through < sequence) {
      take();
    }
    return counts;
  }

  /** The next acknowledgement. */
  BatchAcknowledgement take() {
    Object answer = next();
    if (answer instanceof StatusRuntimeException error) {
      throw error;
    }
    BatchAcknowledgement acknowledged = ((StreamReadingsResponse) answer).getAcknowledged();
    through = acknowledged.getThroughSequence();
    lastReplayed = acknowledged.getReplayed();
    rejected.addAll(acknowledged.getRejectedList());
    counts =
        ReadingCounts.newBuilder()
            .setAccepted(counts.getAccepted() + acknowledged.getCounts().getAccepted())
            .setUnchanged(counts.getUnchanged() + acknowledged.getCounts().getUnchanged())
            .setReplaced(counts.getReplaced() + acknowledged.getCounts().getReplaced())
            .setDropped(counts.getDropped() + acknowledged.getCounts().getDropped())
            .setRejected(counts.getRejected() + acknowledged.getCounts().getRejected())
            .build();
    return acknowledged;
  }

  List<RejectedReading> rejected() {
    return rejected;
  }

  boolean lastReplayed() {
    return lastReplayed;
  }

  long through() {
    return through;
  }

  /** Waits for the end of the stream, passing over acknowledgements. */
  StatusRuntimeException error() {
    while (true) {
      Object answer = next();
      if (answer instanceof StatusRuntimeException error) {
        return error;
      }
      if (answer.equals(Status.OK)) {
        throw new AssertionError("the stream ended with OK");
      }
    }
  }

  /** Half-closes and waits until the server has answered everything. */
  void finish() {
    requests.onCompleted();
    while (true) {
      Object answer = next();
      if (answer.equals(Status.OK)) {
        return;
      }
      if (answer instanceof StatusRuntimeException error) {
        throw error;
      }
    }
  }

  /** Breaks the stream as a client does that dies. */
  @Override
  public void close() {
    requests.onError(Status.CANCELLED.asRuntimeException());
  }

  private Object next() {
    try {
      Object answer = answers.poll(PATIENCE_SECONDS, SECONDS);
      if (answer == null) {
        throw new AssertionError("no answer within " + PATIENCE_SECONDS + " s");
      }
      return answer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
