package dev.tidewatch.ingest.api;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.tidewatch.ingest.intake.Answer;
import dev.tidewatch.ingest.intake.BatchDigest;
import dev.tidewatch.ingest.intake.CommittedBatch;
import dev.tidewatch.ingest.intake.Intake;
import dev.tidewatch.ingest.intake.IntakeLimits;
import dev.tidewatch.ingest.intake.OpenedWriter;
import dev.tidewatch.ingest.intake.ReadingBatch;
import dev.tidewatch.ingest.intake.StreamShare;
import dev.tidewatch.ingest.intake.WriterTicket;
import dev.tidewatch.proto.ingest.v1.BatchAcknowledgement;
import dev.tidewatch.proto.ingest.v1.OpenWriter;
import dev.tidewatch.proto.ingest.v1.StreamReadingsResponse;
import dev.tidewatch.proto.ingest.v1.WriterBudget;
import dev.tidewatch.proto.ingest.v1.WriterOpened;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.Unavailable;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One StreamReadings call. Messages come on the call's thread, one at a time; answers are sent by
 * an executor in the order of batches, several at once where they are ready. Asks the transport for
 * the next message only while there is room for it, and while the client takes its answers.
 */
final class WriterStream implements StreamObserver<StreamRequest> {
  private static final Pattern WRITER_ID = Pattern.compile("[!-~]{1,200}");

  /** Batches this small are asked for many at a time. */
  private static final int SMALL_BATCH_READINGS = 256;

  private static final int SMALL_BATCHES_ASKED = 64;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /**
   * What is owed for one message.
   *
   * @param stored looks up what was answered to a repeat; null: the answer comes by itself
   */
  private record Owed(
      long sequence, int readings, @Nullable Supplier<CommittedBatch> stored, Answer answer) {
    static Owed failure(RuntimeException cause) {
      return new Owed(0, 0, null, Answer.failed(cause));
    }
  }

  private final Intake intake;
  private final String owner;
  private final ServerCallStreamObserver<StreamReadingsResponse> out;
  private final Executor answering;
  private final Consumer<WriterStream> whenEnded;
  private final AtomicBoolean answerScheduled = new AtomicBoolean();
  private final Object lock = new Object();

  // Owned by the call's thread.
  private @Nullable WriterTicket writer;
  private boolean createUnknown;
  private long nextSequence;
  private volatile boolean refusing;

  @GuardedBy("lock")
  private final ArrayDeque<Owed> owed = new ArrayDeque<>();

  @GuardedBy("lock")
  private @Nullable Answer lookingUp;

  @GuardedBy("lock")
  private int readingsOwed;

  /** The share that the client knows of. */
  @GuardedBy("lock")
  private StreamShare told = new StreamShare(1, 1);

  @GuardedBy("lock")
  private int asked;

  @GuardedBy("lock")
  private boolean waitingForRoom;

  @GuardedBy("lock")
  private int lastBatchReadings = Integer.MAX_VALUE;

  @GuardedBy("lock")
  private boolean halfClosed;

  @GuardedBy("lock")
  private boolean ended;

  WriterStream(
      Intake intake,
      String owner,
      ServerCallStreamObserver<StreamReadingsResponse> out,
      Executor answering,
      Consumer<WriterStream> whenEnded) {
    this.intake = intake;
    this.owner = owner;
    this.out = out;
    this.answering = answering;
    this.whenEnded = whenEnded;
  }

  /** To be called before the call's handler returns. */
  void begin() {
    out.disableAutoRequest();
    out.setOnReadyHandler(this::askForMore);
    out.setOnCancelHandler(this::cancelled);
    synchronized (lock) {
      asked = 1;
    }
    out.request(1);
  }

  @Override
  public void onNext(StreamRequest message) {
    synchronized (lock) {
      asked--;
    }
    if (refusing) {
      return;
    }
    try {
      take(message);
    } catch (RuntimeException e) {
      // What came before is still answered first.
      refusing = true;
      owe(Owed.failure(e));
      scheduleAnswers();
    }
    askForMore();
  }

  private void take(StreamRequest message) {
    WireBatch usual = message.usual();
    int readingsMax = intake.limits().batchReadingsMax();
    if (usual != null) {
      WriterTicket ticket = opened();
      batch(ticket, BatchDecoder.decode(usual, createUnknown, readingsMax));
      return;
    }
    switch (message.generated().getMessageCase()) {
      case OPEN -> open(message.generated().getOpen());
      case BATCH -> {
        WriterTicket ticket = opened();
        batch(
            ticket,
            BatchDecoder.decode(message.generated().getBatch(), createUnknown, readingsMax));
      }
      case MESSAGE_NOT_SET ->
          throw InvalidArgument.field("message", "is empty; send open or batch");
    }
  }

  private WriterTicket opened() {
    if (writer == null) {
      throw InvalidArgument.field("open", "is missing; the first message opens the writer");
    }
    return writer;
  }

  private void open(OpenWriter open) {
    if (writer != null) {
      throw InvalidArgument.field("open", "the writer is open already; open comes first and once");
    }
    if (!WRITER_ID.matcher(open.getWriterId()).matches()) {
      throw InvalidArgument.field(
          "open.writer_id", "must be 1 to 200 characters of printable ASCII without spaces");
    }
    createUnknown =
        BatchDecoder.createUnknown(open.getUnknownSeries(), intake.limits().createUnknown());
    OpenedWriter opened = intake.open(open.getWriterId(), owner);
    writer = opened.ticket();
    nextSequence = opened.lastSequence() + 1;
    StreamShare share = intake.budget().share(intake.limits());
    synchronized (lock) {
      told = share;
    }
    send(
        StreamReadingsResponse.newBuilder()
            .setOpened(
                WriterOpened.newBuilder()
                    .setEpoch(opened.ticket().epoch())
                    .setLastSequence(opened.lastSequence())
                    .setSourcePosition(
                        com.google.protobuf.ByteString.copyFrom(opened.sourcePosition().bytes()))
                    .setFeedPosition(Protos.token(opened.head()))
                    .setBudget(budget(share)))
            .build());
  }

  /** What a client should keep to; a larger batch is taken up to what the server is set to. */
  private WriterBudget budget(StreamShare share) {
    IntakeLimits limits = intake.limits();
    return WriterBudget.newBuilder()
        .setBatchesInFlightMax(share.batches())
        .setReadingsInFlightMax(share.readings())
        .setBatchReadingsMax(Math.min(share.readings(), limits.batchReadingsMax()))
        .setBatchBytesMax(limits.messageBytesMax())
        .build();
  }

  private void batch(WriterTicket ticket, ReadingBatch batch) {
    if (batch.sequence() > nextSequence) {
      throw new FailedPrecondition(
              "SEQUENCE_GAP",
              "batch.sequence: is %d, but %d comes next; send what is between first"
                  .formatted(batch.sequence(), nextSequence))
          .with("expected", Long.toString(nextSequence));
    }
    int readings = batch.readingCount();
    synchronized (lock) {
      lastBatchReadings = readings;
    }
    if (batch.sequence() < nextSequence) {
      long sequence = batch.sequence();
      BatchDigest digest = batch.digest();
      owe(
          new Owed(
              sequence,
              0,
              () -> intake.replay(ticket, sequence, digest),
              new Answer((_, _) -> scheduleAnswers())));
      scheduleAnswers();
      return;
    }
    Answer answer = intake.submit(ticket, batch, this::scheduleAnswers);
    owe(new Owed(batch.sequence(), readings, null, answer));
    if (answer.isTold()) {
      scheduleAnswers();
    }
    nextSequence++;
  }

  private static void lookUp(Supplier<CommittedBatch> stored, Answer answer) {
    try {
      answer.complete(stored.get());
    } catch (RuntimeException e) {
      answer.fail(e);
    }
  }

  private void owe(Owed answer) {
    synchronized (lock) {
      owed.add(answer);
      readingsOwed += answer.readings;
    }
  }

  @Override
  public void onError(Throwable cancelled) {
    cancelled();
  }

  private void cancelled() {
    synchronized (lock) {
      ended = true;
      owed.clear();
    }
    whenEnded.accept(this);
  }

  /** Takes no more; ends once what came before is answered. */
  void drain() {
    refusing = true;
    owe(
        Owed.failure(
            new Unavailable(
                "SERVER_DRAINING",
                "the server is shutting down; open again and resume",
                RETRY_AFTER)));
    scheduleAnswers();
  }

  @Override
  public void onCompleted() {
    synchronized (lock) {
      halfClosed = true;
    }
    scheduleAnswers();
  }

  private void scheduleAnswers() {
    if (answerScheduled.compareAndSet(false, true)) {
      answering.execute(this::answer);
    }
  }

  private void answer() {
    answerScheduled.set(false);
    synchronized (lock) {
      var message = new Acknowledgements();
      while (!ended) {
        Owed next = owed.peek();
        if (next == null) {
          break;
        }
        if (!next.answer.isTold()) {
          startLookUp(next);
          break;
        }
        Throwable failure = next.answer.failure();
        CommittedBatch committed = next.answer.committed();
        if (failure != null || committed == null) {
          send(message);
          end(failure == null ? new IllegalStateException("told nothing") : failure);
          return;
        }
        if (!message.add(next.sequence, committed)) {
          send(message);
          boolean _ = message.add(next.sequence, committed);
        }
        owed.remove();
        readingsOwed -= next.readings;
      }
      send(message);
      if (halfClosed && owed.isEmpty() && !ended) {
        ended = true;
        whenEnded.accept(this);
        out.onCompleted();
      }
    }
    askForMore();
  }

  /**
   * Looks up what was answered to a repeat, once its turn has come: everything before is durable
   * then, and so is the batch, which may have been under way still.
   */
  @GuardedBy("lock")
  private void startLookUp(Owed next) {
    Supplier<CommittedBatch> stored = next.stored;
    if (stored != null && lookingUp != next.answer) {
      lookingUp = next.answer;
      answering.execute(() -> lookUp(stored, next.answer));
    }
  }

  @GuardedBy("lock")
  private void send(Acknowledgements message) {
    if (!message.isEmpty() && !ended) {
      BatchAcknowledgement.Builder acknowledgement = message.take();
      StreamShare share = intake.budget().share(intake.limits());
      if (share.differsMuchFrom(told)) {
        told = share;
        acknowledgement.setBudget(budget(share));
      }
      out.onNext(StreamReadingsResponse.newBuilder().setAcknowledged(acknowledgement).build());
    }
  }

  private void send(StreamReadingsResponse message) {
    synchronized (lock) {
      if (!ended) {
        out.onNext(message);
      }
    }
  }

  @GuardedBy("lock")
  private void end(Throwable cause) {
    ended = true;
    whenEnded.accept(this);
    out.onError(cause);
  }

  private void askForMore() {
    synchronized (lock) {
      if (waitingForRoom || wanted() == 0) {
        return;
      }
      waitingForRoom = true;
    }
    intake.budget().whenRoom(this::ask);
  }

  private void ask() {
    int count;
    synchronized (lock) {
      waitingForRoom = false;
      count = wanted();
      asked += count;
    }
    if (count > 0) {
      out.request(count);
    }
  }

  @GuardedBy("lock")
  private int wanted() {
    if (ended || halfClosed) {
      return 0;
    }
    StreamShare share = intake.budget().share(intake.limits());
    if (readingsOwed >= share.readings()) {
      return 0;
    }
    int room = share.batches() - owed.size() - asked;
    int most = lastBatchReadings <= SMALL_BATCH_READINGS ? SMALL_BATCHES_ASKED : 1;
    // Asking costs as much as a message, so it is done for half of them at once.
    int wanted = asked > most / 2 ? 0 : Math.max(0, Math.min(room, most - asked));
    return wanted > 0 && out.isReady() ? wanted : 0;
  }
}
