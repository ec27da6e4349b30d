package dev.tidewatch.sdk;

import com.google.protobuf.ByteString;
import dev.tidewatch.proto.ingest.v1.BatchAcknowledgement;
import dev.tidewatch.proto.ingest.v1.IngestServiceGrpc;
import dev.tidewatch.proto.ingest.v1.WriterBudget;
import dev.tidewatch.proto.ingest.v1.WriterOpened;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import io.grpc.Channel;
import io.grpc.Status;
import io.opentelemetry.api.trace.Tracer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Writes readings exactly once, over broken connections and restarts of either side.
 *
 * <p>Readings gather in batches; each batch carries the next sequence of this writer id, and stays
 * here until the server says that it is on disk. After a broken stream the writer connects again
 * (waits growing, with jitter) and sends what was not acknowledged under the same sequences, so
 * nothing is lost and nothing is doubled. A program that restarts opens the same writer id, reads
 * {@link #sourcePosition()}, and goes on behind it.
 *
 * <p>Any number of threads may append. {@code append} blocks while the bounds of {@link
 * WriterSettings} (or the server's budget) are reached: that is the backpressure. One virtual
 * thread per writer connects and sends; acknowledgements arrive on the channel's threads. Once the
 * writer has failed for good (another client opened the same id, the key was refused, nothing got
 * through for {@code giveUpAfter}) each method throws that failure.
 */
public final class IngestWriter implements AutoCloseable {
  private final String writerId;
  private final WriterSettings settings;
  private final Duration openWithin;
  private final IngestListener listener;
  private final IngestServiceGrpc.IngestServiceStub stub;
  private final Runnable reconnectNow;
  private final Tracer tracer;
  private final RandomGenerator random;
  private final Thread sender;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ReentrantLock telling = new ReentrantLock();

  // All below: guarded by lock.
  private final UnacknowledgedBatches pending = new UnacknowledgedBatches();
  private OpenBatch open = new OpenBatch(ByteString.EMPTY);
  private long lastSealed;
  private long lastAcknowledged;
  private long lastTold;
  private boolean positioned;
  private boolean hurried;
  private boolean forgotten;
  private boolean opened;
  private boolean closing;
  private int failuresInARow;
  private long progressNanos;
  private ByteString resumeFrom = ByteString.EMPTY;
  private WriterBudget budget = WriterBudget.getDefaultInstance();
  private ReadingTotals totals = ReadingTotals.NONE;
  private FeedPosition feedPosition = new FeedPosition(0, 0);
  private @Nullable WriterStream stream;
  private @Nullable TidewatchException failure;

  private IngestWriter(
      String writerId,
      WriterSettings settings,
      Duration openWithin,
      IngestListener listener,
      Channel channel,
      Runnable reconnectNow,
      Tracer tracer,
      RandomGenerator random) {
    this.writerId = writerId;
    this.settings = settings;
    this.openWithin = openWithin;
    this.listener = listener;
    this.stub = IngestServiceGrpc.newStub(channel);
    this.reconnectNow = reconnectNow;
    this.tracer = tracer;
    this.random = random;
    this.progressNanos = System.nanoTime();
    this.sender = Thread.ofVirtual().name("tidewatch-writer-" + writerId).unstarted(this::send);
  }

  /** Opens a writer and waits until the server has said where it stands. */
  static IngestWriter open(
      String writerId,
      WriterSettings settings,
      Duration openWithin,
      IngestListener listener,
      Channel channel,
      Runnable reconnectNow,
      Tracer tracer,
      RandomGenerator random)
      throws InterruptedException {
    var writer =
        new IngestWriter(
            writerId, settings, openWithin, listener, channel, reconnectNow, tracer, random);
    writer.sender.start();
    try {
      writer.awaitOpened();
    } catch (InterruptedException | RuntimeException e) {
      writer.abandon();
      throw e;
    }
    return writer;
  }

  private void awaitOpened() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!opened) {
        throwIfFailed();
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  public String writerId() {
    return writerId;
  }

  /**
   * Where the source stood, as {@link #mark marked} by an earlier run and committed together with
   * its readings, when this writer was opened. Empty for a new writer.
   */
  public byte[] sourcePosition() {
    lock.lock();
    try {
      return resumeFrom.toByteArray();
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #append(String, long, double)}. */
  public void append(SeriesName series, Instant time, double value) throws InterruptedException {
    append(series.value(), Times.toMicros(time), value);
  }

  /**
   * Takes one reading. Blocks while too much is unacknowledged.
   *
   * @param series a name; checked by the server
   * @param timeMicros microseconds since 1970 UTC
   * @param value in the unit of the series
   * @throws TidewatchException if the writer has failed for good
   * @throws InterruptedException if interrupted while blocked; the reading was not taken
   */
  public void append(String series, long timeMicros, double value) throws InterruptedException {
    append(series, timeMicros, value, 0);
  }

  /**
   * As {@link #append(String, long, double)}, with a quality.
   *
   * @param quality sum of the contract's sender flags; 0 means that nothing is known against it
   */
  public void append(String series, long timeMicros, double value, int quality)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      admit();
      open.append(series, timeMicros, value, quality);
      signalIfDue();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes readings of one series in columns.
   *
   * @param timesMicros microseconds since 1970 UTC
   * @param values as many
   */
  public void append(String series, long[] timesMicros, double[] values)
      throws InterruptedException {
    if (timesMicros.length != values.length) {
      throw new IllegalArgumentException(
          "timesMicros, values: " + timesMicros.length + " and " + values.length + " entries");
    }
    lock.lockInterruptibly();
    try {
      for (int i = 0; i < values.length; i++) {
        admit();
        open.append(series, timesMicros[i], values[i], 0);
        signalIfDue();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Says where the source stands after everything appended so far. The position is committed with
   * those readings, so a restarted program finds in {@link #sourcePosition()} exactly what is on
   * disk. Once a program marks, batches end at marks only (unless a batch would grow to twice its
   * bound without one).
   *
   * @param position at most 1,024 bytes, opaque to the server
   */
  public void mark(byte[] position) throws InterruptedException {
    if (position.length > 1024) {
      throw new IllegalArgumentException("position: " + position.length + " bytes, at most 1024");
    }
    lock.lockInterruptibly();
    try {
      throwIfUnusable();
      positioned = true;
      open.mark(ByteString.copyFrom(position));
      signalIfDue();
    } finally {
      lock.unlock();
    }
  }

  /** Makes room for one more reading in the open batch, sealing it if it is full. */
  private void admit() throws InterruptedException {
    throwIfUnusable();
    boolean mayEnd = !positioned || open.atMark() || isFull(2);
    if (isFull(1) && mayEnd) {
      while (isFull(1) && isCrowded()) {
        changed.await();
        throwIfUnusable();
      }
      if (isFull(1)) {
        seal();
      }
    }
  }

  private boolean isFull(int times) {
    int readingsMax = settings.batchReadingsMax() * times;
    if (budget.getBatchReadingsMax() > 0) {
      readingsMax = Math.min(readingsMax, budget.getBatchReadingsMax());
    }
    // A quarter is kept free for what the estimate leaves out, and for the next reading.
    long bytesMax = budget.getBatchBytesMax() > 0 ? budget.getBatchBytesMax() * 3L / 4 : 3L << 20;
    return open.readings() >= readingsMax || open.bytes() >= bytesMax;
  }

  private boolean isCrowded() {
    return pending.isCrowded(settings, open.bytes());
  }

  private void seal() {
    PendingBatch batch = open.seal(++lastSealed, tracer);
    if (pending.isEmpty()) {
      progressNanos = System.nanoTime();
    }
    pending.add(batch);
    open = new OpenBatch(open.position());
    hurried = false;
    changed.signalAll();
  }

  /** Wakes the sender for the first reading of a batch, whose linger it must time. */
  private void signalIfDue() {
    if (open.readings() == 1 || isFull(1)) {
      changed.signalAll();
    }
  }

  /**
   * Waits until everything appended before is on disk, and the listener has heard of it.
   *
   * @throws TidewatchException if the writer fails first
   */
  public void flush() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      throwIfFailed();
      hurried = true;
      changed.signalAll();
      long target = lastSealed + (open.readings() > 0 ? 1 : 0);
      while (lastTold < target) {
        throwIfFailed();
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** What became of all readings acknowledged so far. */
  public ReadingTotals totals() {
    lock.lock();
    try {
      return totals;
    } finally {
      lock.unlock();
    }
  }

  /** A read at or after it sees every reading acknowledged so far. */
  public FeedPosition feedPosition() {
    lock.lock();
    try {
      return feedPosition;
    } finally {
      lock.unlock();
    }
  }

  /** Readings that are appended and not yet acknowledged. */
  public long unacknowledgedReadings() {
    lock.lock();
    try {
      return pending.readings() + open.readings();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Flushes, then ends the stream.
   *
   * @throws TidewatchException if not everything reached the disk
   */
  @Override
  public void close() {
    boolean interrupted = false;
    try {
      lock.lock();
      try {
        if (closing) {
          return;
        }
      } finally {
        lock.unlock();
      }
      flush();
    } catch (InterruptedException e) {
      interrupted = true;
      throw TidewatchException.of(
          Status.Code.CANCELLED,
          "INTERRUPTED",
          "interrupted while closing; " + unacknowledgedReadings() + " readings unacknowledged");
    } finally {
      abandon();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Stops at once. What is not acknowledged may or may not reach the disk; open the same writer id
   * again to learn.
   */
  public void abandon() {
    lock.lock();
    try {
      closing = true; // the sender, which alone may speak on the stream, ends it
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void throwIfFailed() {
    if (failure != null) {
      throw failure;
    }
  }

  private void throwIfUnusable() {
    throwIfFailed();
    if (closing) {
      throw new IllegalStateException("the writer " + writerId + " is closed");
    }
  }

  // --- the sender's thread
  // -------------------------------------------------------------------------

  private void send() {
    try {
      while (true) {
        var next = new WriterStream(this, stub, writerId, settings.createSeries());
        lock.lock();
        try {
          if (closing || failure != null) {
            return;
          }
          stream = next;
          pending.rewind();
        } finally {
          lock.unlock();
        }
        next.start();
        TidewatchException cause = pump(next);
        if (cause == null || !recover(cause)) {
          return;
        }
        reconnectNow.run();
      }
    } catch (InterruptedException e) {
      fail(TidewatchException.of(Status.Code.CANCELLED, "INTERRUPTED", "the sender was stopped"));
    } catch (RuntimeException e) {
      fail(TidewatchException.from(e));
    }
  }

  /** Sends on one stream until it breaks; null when the writer is closed. */
  private @Nullable TidewatchException pump(WriterStream on) throws InterruptedException {
    while (true) {
      PendingBatch batch;
      lock.lock();
      try {
        if (failure != null) {
          return null;
        }
        if (closing) {
          on.finish();
          return null;
        }
        TidewatchException broken = on.broken();
        if (broken != null) {
          return broken;
        }
        long waitNanos = sealIfLingered();
        boolean wasAwaited = pending.areAwaited();
        batch = on.isOpened() && on.isReady() ? pending.takeNext(budget) : null;
        if (batch != null) {
          if (!wasAwaited) {
            on.restartSilence();
          }
        } else {
          boolean owed = wasAwaited || !on.isOpened();
          long silenceNanos = settings.acknowledgementTimeout().toNanos() - on.silentNanos();
          if (owed && silenceNanos <= 0) {
            on.cancel();
            return TidewatchException.of(
                Status.Code.UNAVAILABLE,
                "ACKNOWLEDGEMENT_TIMEOUT",
                "the server was silent for " + settings.acknowledgementTimeout());
          }
          long limitNanos = owed ? Math.min(waitNanos, silenceNanos) : waitNanos;
          if (limitNanos == Long.MAX_VALUE) {
            changed.await();
          } else {
            changed.awaitNanos(limitNanos);
          }
        }
      } finally {
        lock.unlock();
      }
      if (batch != null) {
        on.send(batch.message());
      }
    }
  }

  /** Seals the open batch if it waited long enough; returns how long it may still wait. */
  private long sealIfLingered() {
    if (open.readings() == 0) {
      hurried = false;
      return Long.MAX_VALUE;
    }
    boolean mayEnd = !positioned || open.atMark() || hurried;
    long leftNanos =
        hurried ? 0 : settings.linger().toNanos() - (System.nanoTime() - open.startedNanos());
    if (!mayEnd || isCrowded()) {
      return Long.MAX_VALUE; // a mark, or an acknowledgement, will wake the sender
    }
    if (leftNanos <= 0 || isFull(1)) {
      seal();
      return Long.MAX_VALUE;
    }
    return leftNanos;
  }

  /** Waits before the next try; false if there shall be none. */
  private boolean recover(TidewatchException cause) throws InterruptedException {
    Duration wait;
    lock.lock();
    try {
      if (isFinal(cause)) {
        fail(cause);
        return false;
      }
      forgotten |= cause.hasReason("SEQUENCE_FORGOTTEN");
      failuresInARow++;
      boolean nothingOwed = opened && pending.isEmpty() && open.readings() == 0;
      if (nothingOwed) {
        progressNanos = System.nanoTime();
      }
      Duration patience = opened ? settings.giveUpAfter() : openWithin;
      if (System.nanoTime() - progressNanos > patience.toNanos()) {
        fail(cause);
        return false;
      }
      wait = settings.backoff().afterFailures(failuresInARow, random);
      if (cause.retryDelay().isPresent() && cause.retryDelay().get().compareTo(wait) > 0) {
        wait = cause.retryDelay().get();
      }
    } finally {
      lock.unlock();
    }
    Duration chosen = wait;
    tell(listener -> listener.disconnected(cause, chosen));
    long deadline = System.nanoTime() + wait.toNanos();
    lock.lock();
    try {
      for (long left = wait.toNanos();
          left > 0 && !closing && failure == null;
          left = deadline - System.nanoTime()) {
        changed.awaitNanos(left);
      }
      return !closing && failure == null;
    } finally {
      lock.unlock();
    }
  }

  private static boolean isFinal(TidewatchException cause) {
    if (cause.hasReason("SEQUENCE_FORGOTTEN") || cause.isTransient()) {
      return false;
    }
    return cause.code() != Status.Code.CANCELLED;
  }

  private void fail(TidewatchException cause) {
    WriterStream current;
    lock.lock();
    try {
      if (failure == null) {
        failure = cause;
      }
      pending.fail(cause.reason());
      current = stream;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (current != null) {
      current.cancel();
    }
  }

  private void tell(Consumer<IngestListener> what) {
    telling.lock();
    try {
      what.accept(listener);
    } catch (RuntimeException e) {
      fail(
          TidewatchException.of(
              Status.Code.CANCELLED, "LISTENER_FAILED", "the listener threw " + e));
    } finally {
      telling.unlock();
    }
  }

  // --- the channel's threads
  // -----------------------------------------------------------------------

  /** Something about the stream changed that the sender waits for. */
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void opened(WriterStream from, WriterOpened reply) {
    lock.lock();
    try {
      if (from != stream) {
        return;
      }
      budget = reply.getBudget();
      feedPosition = FeedPosition.of(reply.getFeedPosition());
      if (!opened) {
        opened = true;
        resumeFrom = reply.getSourcePosition();
        open = new OpenBatch(resumeFrom);
        lastSealed = reply.getLastSequence();
        lastAcknowledged = reply.getLastSequence();
        lastTold = reply.getLastSequence();
      } else if (reply.getLastSequence() < lastAcknowledged) {
        fail(
            TidewatchException.of(
                Status.Code.DATA_LOSS,
                "WRITER_REWOUND",
                "the server acknowledged batch %d and now knows only %d; was it restored from a backup?"
                    .formatted(lastAcknowledged, reply.getLastSequence())));
        return;
      } else if (reply.getLastSequence() > lastSealed) {
        fail(
            TidewatchException.of(
                Status.Code.ABORTED,
                "WRITER_FENCED",
                "another client wrote as '%s' meanwhile, up to batch %d"
                    .formatted(writerId, reply.getLastSequence())));
        return;
      } else if (forgotten) {
        dropThrough(reply.getLastSequence());
        lastTold = lastAcknowledged;
      }
      if (pending.isEmpty()) {
        failuresInARow = 0;
      }
      from.markOpened();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    tell(listener -> listener.connected(reply.getEpoch()));
  }

  void acknowledged(WriterStream from, BatchAcknowledgement reply) {
    Acknowledgement acknowledgement;
    lock.lock();
    try {
      if (from != stream || reply.getThroughSequence() <= lastAcknowledged) {
        return;
      }
      List<Rejection> rejections = pending.rejections(reply.getRejectedList());
      acknowledgement =
          new Acknowledgement(
              reply.getFromSequence(),
              reply.getThroughSequence(),
              FeedPosition.of(reply.getFeedPosition()),
              ReadingTotals.of(reply.getCounts()),
              rejections,
              reply.getReplayed());
      feedPosition = acknowledgement.feedPosition();
      totals = totals.plus(acknowledgement.totals());
      if (reply.hasBudget()) {
        budget = reply.getBudget();
      }
      dropThrough(reply.getThroughSequence());
      failuresInARow = 0;
      from.restartSilence();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    tell(listener -> listener.acknowledged(acknowledgement));
    lock.lock();
    try {
      lastTold = Math.max(lastTold, acknowledgement.throughSequence());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void dropThrough(long sequence) {
    pending.dropThrough(sequence);
    lastAcknowledged = Math.max(lastAcknowledged, sequence);
    progressNanos = System.nanoTime();
  }
}
