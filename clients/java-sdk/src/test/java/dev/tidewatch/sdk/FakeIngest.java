package dev.tidewatch.sdk;

import com.google.protobuf.ByteString;
import com.google.rpc.ErrorInfo;
import dev.tidewatch.proto.ingest.v1.BatchAcknowledgement;
import dev.tidewatch.proto.ingest.v1.IngestServiceGrpc;
import dev.tidewatch.proto.ingest.v1.OpenWriter;
import dev.tidewatch.proto.ingest.v1.ReadingCounts;
import dev.tidewatch.proto.ingest.v1.ReadingsBatch;
import dev.tidewatch.proto.ingest.v1.RejectReason;
import dev.tidewatch.proto.ingest.v1.RejectedReading;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.StreamReadingsRequest;
import dev.tidewatch.proto.ingest.v1.StreamReadingsResponse;
import dev.tidewatch.proto.ingest.v1.WriterBudget;
import dev.tidewatch.proto.ingest.v1.WriterOpened;
import dev.tidewatch.proto.type.v1.FeedToken;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An ingest server on a real socket that keeps the contract of StreamReadings and is as unkind as
 * it allows: it cuts streams before and after commits, loses replies, repeats them, and crashes as
 * a whole. What it committed survives all of that.
 */
final class FakeIngest implements AutoCloseable {
  /** Chances, each per message, of what may go wrong. */
  record Malice(double cutBeforeCommit, double loseReply, double repeatReply, double crash) {
    static final Malice NONE = new Malice(0, 0, 0, 0);
  }

  private static final int OUTCOMES_KEPT = 4;

  private static final class WriterRow {
    long epoch;
    long lastSequence;
    ByteString position = ByteString.EMPTY;
    final Map<Long, ReadingsBatch> batches = new HashMap<>();
    final Map<Long, BatchAcknowledgement> outcomes = new HashMap<>();
  }

  private final Malice malice;
  private final SplittableRandom random;
  private final int port;
  private final Map<String, WriterRow> writers = new HashMap<>();
  private final Map<String, Integer> timesStored = new HashMap<>();
  private final Map<String, Double> values = new HashMap<>();
  private final List<String> traceparents = new ArrayList<>();
  private final List<StreamObserver<StreamReadingsResponse>> withheldFrom = new ArrayList<>();
  private final List<BatchAcknowledgement> withheld = new ArrayList<>();
  private boolean withholding;
  private long feedPosition;
  private int breaks;
  private Server server;

  FakeIngest(Malice malice, long seed) {
    this.malice = malice;
    this.random = new SplittableRandom(seed);
    this.server = start(0);
    this.port = server.getPort();
  }

  private Server start(int onPort) {
    try {
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), onPort);
      return NettyServerBuilder.forAddress(address).addService(new Service()).build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Endpoint endpoint() {
    return new Endpoint("localhost", port);
  }

  Connection connection() {
    return Connection.toHost("localhost")
        .withEndpoints(endpoint(), endpoint(), endpoint(), endpoint());
  }

  /** How often each reading, as {@code series@micros}, was committed. */
  synchronized Map<String, Integer> timesStored() {
    return Map.copyOf(timesStored);
  }

  synchronized Map<String, Double> values() {
    return Map.copyOf(values);
  }

  synchronized List<String> traceparents() {
    return List.copyOf(traceparents);
  }

  synchronized int breaks() {
    return breaks;
  }

  synchronized void withholdReplies() {
    withholding = true;
  }

  synchronized int withheldReplies() {
    return withheld.size();
  }

  synchronized void sendWithheldReplies() {
    withholding = false;
    for (int i = 0; i < withheld.size(); i++) {
      withheldFrom.get(i).onNext(acknowledged(withheld.get(i)));
    }
    withheld.clear();
    withheldFrom.clear();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  /** The process dies and comes back on the same port. */
  private void crash() {
    Thread.ofPlatform()
        .start(() -> {
          synchronized (this) {
            server.shutdownNow();
            try {
              if (server.awaitTermination(10, TimeUnit.SECONDS)) {
                server = start(port);
              }
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        });
  }

  private static StreamReadingsResponse acknowledged(BatchAcknowledgement acknowledgement) {
    return StreamReadingsResponse.newBuilder().setAcknowledged(acknowledgement).build();
  }

  private static Throwable refusal(Status.Code code, String reason) {
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(code.value())
            .setMessage(reason)
            .addDetails(
                com.google.protobuf.Any.pack(
                    ErrorInfo.newBuilder().setReason(reason).setDomain("tidewatch.dev").build()))
            .build());
  }

  private final class Service extends IngestServiceGrpc.IngestServiceImplBase {
    @Override
    public StreamObserver<StreamReadingsRequest> streamReadings(
        StreamObserver<StreamReadingsResponse> replies) {
      return new Stream(replies);
    }
  }

  private final class Stream implements StreamObserver<StreamReadingsRequest> {
    private final StreamObserver<StreamReadingsResponse> replies;
    private @Nullable WriterRow row;
    private long epoch;
    private boolean over;

    Stream(StreamObserver<StreamReadingsResponse> replies) {
      this.replies = replies;
    }

    @Override
    public void onNext(StreamReadingsRequest request) {
      synchronized (FakeIngest.this) {
        if (over) {
          return;
        }
        if (request.hasOpen()) {
          open(request.getOpen());
        } else {
          batch(request.getBatch());
        }
      }
    }

    private void open(OpenWriter open) {
      row = writers.computeIfAbsent(open.getWriterId(), id -> new WriterRow());
      epoch = ++row.epoch;
      if (happens(malice.cutBeforeCommit)) {
        cut();
        return;
      }
      var opened =
          WriterOpened.newBuilder()
              .setEpoch(epoch)
              .setLastSequence(row.lastSequence)
              .setSourcePosition(row.position)
              .setBudget(
                  WriterBudget.newBuilder()
                      .setBatchesInFlightMax(4)
                      .setReadingsInFlightMax(100_000)
                      .setBatchReadingsMax(10_000)
                      .setBatchBytesMax(4 << 20));
      replies.onNext(StreamReadingsResponse.newBuilder().setOpened(opened).build());
    }

    private void batch(ReadingsBatch batch) {
      WriterRow present = row;
      if (present == null || present.epoch != epoch) {
        end(refusal(Status.Code.ABORTED, "WRITER_FENCED"));
        return;
      }
      if (happens(malice.crash)) {
        breaks++;
        over = true;
        crash();
        return;
      }
      if (happens(malice.cutBeforeCommit)) {
        cut();
        return;
      }
      long sequence = batch.getSequence();
      BatchAcknowledgement outcome;
      if (sequence <= present.lastSequence) {
        outcome = present.outcomes.get(sequence);
        if (outcome == null) {
          end(refusal(Status.Code.OUT_OF_RANGE, "SEQUENCE_FORGOTTEN"));
          return;
        }
        if (!batch.equals(present.batches.get(sequence))) {
          end(refusal(Status.Code.FAILED_PRECONDITION, "SEQUENCE_CONFLICT"));
          return;
        }
        outcome = outcome.toBuilder().setReplayed(true).build();
      } else if (sequence != present.lastSequence + 1) {
        end(refusal(Status.Code.FAILED_PRECONDITION, "SEQUENCE_GAP"));
        return;
      } else {
        outcome = commit(present, batch);
      }
      if (happens(malice.loseReply)) {
        cut();
      } else if (withholding) {
        withheld.add(outcome);
        withheldFrom.add(replies);
      } else {
        replies.onNext(acknowledged(outcome));
        if (happens(malice.repeatReply)) {
          replies.onNext(acknowledged(outcome));
        }
      }
    }

    /** Readings below zero are rejected. */
    private BatchAcknowledgement commit(WriterRow to, ReadingsBatch batch) {
      var outcome =
          BatchAcknowledgement.newBuilder()
              .setFromSequence(batch.getSequence())
              .setThroughSequence(batch.getSequence())
              .setFeedPosition(FeedToken.newBuilder().setEpoch(1).setPosition(++feedPosition));
      int index = 0;
      int accepted = 0;
      for (SeriesReadings column : batch.getColumnsList()) {
        for (int i = 0; i < column.getTimesMicrosCount(); i++, index++) {
          String key = column.getSeries() + "@" + column.getTimesMicros(i);
          if (column.getValues(i) < 0) {
            outcome.addRejected(
                RejectedReading.newBuilder()
                    .setSequence(batch.getSequence())
                    .setIndex(index)
                    .setReason(RejectReason.REJECT_REASON_VALUE_OUT_OF_RANGE)
                    .setMessage("below zero"));
          } else {
            accepted++;
            timesStored.merge(key, 1, Integer::sum);
            values.put(key, column.getValues(i));
          }
        }
      }
      outcome.setCounts(
          ReadingCounts.newBuilder().setAccepted(accepted).setRejected(index - accepted));
      to.lastSequence = batch.getSequence();
      to.position = batch.getSourcePosition();
      to.batches.put(batch.getSequence(), batch);
      to.outcomes.put(batch.getSequence(), outcome.build());
      to.outcomes.remove(batch.getSequence() - OUTCOMES_KEPT);
      traceparents.add(batch.getTraceparent());
      return outcome.build();
    }

    private boolean happens(double chance) {
      return chance > 0 && random.nextDouble() < chance;
    }

    private void cut() {
      breaks++;
      end(Status.UNAVAILABLE.withDescription("cut").asRuntimeException());
    }

    private void end(Throwable cause) {
      over = true;
      replies.onError(cause);
    }

    @Override
    public void onError(Throwable cause) {
      over = true;
    }

    @Override
    public void onCompleted() {
      synchronized (FakeIngest.this) {
        if (!over) {
          over = true;
          replies.onCompleted();
        }
      }
    }
  }
}
