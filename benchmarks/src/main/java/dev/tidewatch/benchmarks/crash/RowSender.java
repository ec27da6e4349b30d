package dev.tidewatch.benchmarks.crash;

import com.google.protobuf.Timestamp;
import dev.tidewatch.proto.ingest.v1.IngestServiceGrpc;
import dev.tidewatch.proto.ingest.v1.OpenWriter;
import dev.tidewatch.proto.ingest.v1.Reading;
import dev.tidewatch.proto.ingest.v1.ReadingsBatch;
import dev.tidewatch.proto.ingest.v1.StreamReadingsRequest;
import dev.tidewatch.proto.ingest.v1.StreamReadingsResponse;
import dev.tidewatch.sdk.TidewatchException;
import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Streams one reading a message as a client does that was written by hand from the contract: after
 * a broken stream it opens again and goes on behind the sequence that the server names. Batch
 * <em>n</em> has sequence <em>n</em> + 1.
 */
final class RowSender implements Callable<Void> {
  private static final int AHEAD_MAX = 64;

  private final Channel channel;
  private final Journal journal;
  private final Stop stop;
  private boolean resumed;

  RowSender(Channel channel, Journal journal, Stop stop) {
    this.channel = channel;
    this.journal = journal;
    this.stop = stop;
  }

  static Reading reading(Script script, Script.Entry entry) {
    long micros = script.timeMicrosOf(entry.key());
    return Reading.newBuilder()
        .setSeries(script.seriesOf(entry.key()))
        .setTime(
            Timestamp.newBuilder()
                .setSeconds(Math.floorDiv(micros, 1_000_000))
                .setNanos(Math.floorMod(micros, 1_000_000) * 1_000))
        .setValue(entry.value())
        .build();
  }

  @Override
  public Void call() throws InterruptedException {
    while (true) {
      var stream = new Stream();
      IngestServiceGrpc.newStub(channel).streamReadings(stream);
      TidewatchException broken = stream.run();
      if (broken == null) {
        return null;
      }
      if (!broken.isTransient()) {
        throw broken;
      }
      Journal.pauseBeforeRetry();
    }
  }

  /** One call. Its fields are guarded by itself. */
  private final class Stream
      implements ClientResponseObserver<StreamReadingsRequest, StreamReadingsResponse> {
    private @Nullable ClientCallStreamObserver<StreamReadingsRequest> requests;
    private @Nullable TidewatchException failure;
    private boolean opened;
    private boolean ended;
    private long acknowledged;

    @Override
    public void beforeStart(ClientCallStreamObserver<StreamReadingsRequest> requests) {
      this.requests = requests;
      requests.setOnReadyHandler(this::wake);
    }

    private synchronized void wake() {
      notifyAll();
    }

    /** Sends until the end is said or the stream breaks; null: everything is acknowledged. */
    @Nullable TidewatchException run() throws InterruptedException {
      var to = requests;
      if (to == null) {
        throw new IllegalStateException("the call did not start");
      }
      to.onNext(
          StreamReadingsRequest.newBuilder()
              .setOpen(OpenWriter.newBuilder().setWriterId(journal.script().writerId()))
              .build());
      long next = 0;
      boolean halfClosed = false;
      while (true) {
        synchronized (this) {
          while (!ended
              && (!opened || halfClosed || next - acknowledged >= AHEAD_MAX || !to.isReady())) {
            wait();
          }
          if (ended) {
            return failure;
          }
          next = Math.max(next, acknowledged);
        }
        if (stop.isSaid()) {
          to.onCompleted();
          halfClosed = true;
          continue;
        }
        journal.sending(next + 1);
        var batch = ReadingsBatch.newBuilder().setSequence(next + 1);
        for (Script.Entry entry : journal.script().batch(next)) {
          batch.addRows(reading(journal.script(), entry));
        }
        to.onNext(StreamReadingsRequest.newBuilder().setBatch(batch).build());
        next++;
        journal.pause(next);
      }
    }

    @Override
    public synchronized void onNext(StreamReadingsResponse answer) {
      if (answer.hasOpened()) {
        opened = true;
        acknowledged = answer.getOpened().getLastSequence();
        if (!resumed) {
          resumed = true;
          journal.resumed(acknowledged, 0);
        } else {
          journal.acknowledged(acknowledged, 0);
        }
      } else if (answer.getAcknowledged().getRejectedCount() > 0) {
        throw new IllegalStateException("rejected: " + answer.getAcknowledged().getRejected(0));
      } else {
        acknowledged = answer.getAcknowledged().getThroughSequence();
        journal.acknowledged(acknowledged, 0);
      }
      notifyAll();
    }

    @Override
    public synchronized void onError(Throwable cause) {
      failure = TidewatchException.from(cause);
      ended = true;
      notifyAll();
    }

    @Override
    public synchronized void onCompleted() {
      ended = true;
      notifyAll();
    }
  }
}
