package dev.tidewatch.sdk;

import com.google.protobuf.ByteString;
import dev.tidewatch.proto.ingest.v1.BatchAcknowledgement;
import dev.tidewatch.proto.ingest.v1.WriterBudget;
import dev.tidewatch.proto.ingest.v1.WriterOpened;
import io.grpc.Status;
import io.opentelemetry.api.trace.Tracer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a writer holds: the batch that is being filled, the sealed ones that are not acknowledged,
 * and where the writer stands. Programs append on their threads, one sender takes, the channel's
 * threads acknowledge; all under one lock. Thread-safe.
 */
final class Outbox {
  private final String writerId;
  private final WriterSettings settings;
  private final Tracer tracer;

  private final ReentrantLock lock = new ReentrantLock();

  /** Signalled when the sender may have something to do. */
  private final Condition work = lock.newCondition();

  /** Signalled when programs that wait may go on. */
  private final Condition progress = lock.newCondition();

  // Written under the lock.
  private volatile boolean closing;
  private volatile ByteString resumeFrom = ByteString.EMPTY;
  private volatile ReadingTotals totals = ReadingTotals.NONE;
  private volatile FeedPosition feedPosition = new FeedPosition(0, 0);

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
  private int failuresInARow;
  private long progressNanos = System.nanoTime();
  private WriterBudget budget = WriterBudget.getDefaultInstance();
  private BatchBounds bounds;
  private @Nullable WriterStream stream;
  private @Nullable TidewatchException failure;

  Outbox(String writerId, WriterSettings settings, Tracer tracer) {
    this.writerId = writerId;
    this.settings = settings;
    this.tracer = tracer;
    this.bounds = BatchBounds.of(settings, budget);
  }

  // --- programs

  void awaitOpened() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!opened) {
        throwIfFailed();
        progress.await();
      }
    } finally {
      lock.unlock();
    }
  }

  byte[] sourcePosition() {
    return resumeFrom.toByteArray();
  }

  void append(String series, long timeMicros, double value, int quality)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      admit();
      boolean first = open.readings() == 0;
      open.append(series, timeMicros, value, quality);
      signalIfDue(first);
    } finally {
      lock.unlock();
    }
  }

  void append(String series, long[] timesMicros, double[] values) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      int from = 0;
      while (from < values.length) {
        admit();
        int count = Math.min(values.length - from, bounds.room(open, mayEnd()));
        boolean first = open.readings() == 0;
        open.append(series, timesMicros, values, from, count);
        from += count;
        signalIfDue(first);
      }
    } finally {
      lock.unlock();
    }
  }

  void mark(byte[] position) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      throwIfUnusable();
      positioned = true;
      open.mark(ByteString.copyFrom(position));
      signalIfDue(true);
    } finally {
      lock.unlock();
    }
  }

  /** Makes room for one more reading in the open batch, sealing it if it is full. */
  private void admit() throws InterruptedException {
    throwIfUnusable();
    if (isFull() && (mayEnd() || bounds.mustEnd(open))) {
      while (isFull() && isCrowded()) {
        progress.await();
        throwIfUnusable();
      }
      if (isFull()) {
        seal();
      }
    }
  }

  private boolean isFull() {
    return bounds.isFull(open);
  }

  /** False between two marks. */
  private boolean mayEnd() {
    return !positioned || open.atMark();
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
    hurried = false;
    work.signal();
  }

  /** Wakes the sender for the first reading of a batch, whose linger it must time. */
  private void signalIfDue(boolean first) {
    if (first || isFull()) {
      work.signal();
    }
  }

  void flush() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      throwIfFailed();
      hurried = true;
      work.signal();
      long target = lastSealed + (open.readings() > 0 ? 1 : 0);
      while (lastTold < target) {
        throwIfFailed();
        progress.await();
      }
    } finally {
      lock.unlock();
    }
  }

  ReadingTotals totals() {
    return totals;
  }

  FeedPosition feedPosition() {
    return feedPosition;
  }

  long unacknowledgedReadings() {
    lock.lock();
    try {
      return pending.readings() + open.readings();
    } finally {
      lock.unlock();
    }
  }

  boolean isClosing() {
    return closing;
  }

  /** Asks the sender, which alone may speak on the stream, to end it. */
  void close() {
    lock.lock();
    try {
      closing = true;
      work.signal();
      progress.signalAll();
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

  // --- the sender

  /** Everything unacknowledged is to go out on this stream; false if there shall be none. */
  boolean startOn(WriterStream next) {
    lock.lock();
    try {
      if (closing || failure != null) {
        return false;
      }
      stream = next;
      pending.rewind();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until there is something to send, and moves it to the given list.
   *
   * @param batchesMax how many at most
   * @return why the stream is to be left; null: send what was found, and come again
   */
  @Nullable Leaving awaitBatches(WriterStream on, List<PendingBatch> found, int batchesMax)
      throws InterruptedException {
    lock.lock();
    try {
      while (true) {
        if (failure != null) {
          return Leaving.FAILED;
        }
        if (closing) {
          return Leaving.CLOSED;
        }
        if (on.broken() != null) {
          return Leaving.BROKEN;
        }
        long waitNanos = sealIfLingered();
        boolean wasAwaited = pending.areAwaited();
        if (on.isOpened() && on.isReady()) {
          take(found, batchesMax);
        }
        if (!found.isEmpty()) {
          if (!wasAwaited) {
            on.restartSilence();
          }
          return null;
        }
        boolean owed = wasAwaited || !on.isOpened();
        long silenceNanos = settings.acknowledgementTimeout().toNanos() - on.silentNanos();
        if (owed && silenceNanos <= 0) {
          return Leaving.SILENT;
        }
        long limitNanos = owed ? Math.min(waitNanos, silenceNanos) : waitNanos;
        if (limitNanos == Long.MAX_VALUE) {
          work.await();
        } else {
          long _ = work.awaitNanos(limitNanos);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void take(List<PendingBatch> found, int batchesMax) {
    while (found.size() < batchesMax) {
      PendingBatch next = pending.takeNext(budget);
      if (next == null) {
        return;
      }
      found.add(next);
    }
  }

  /** Seals the open batch if it waited long enough; returns how long it may still wait. */
  private long sealIfLingered() {
    if (open.readings() == 0) {
      hurried = false;
      return Long.MAX_VALUE;
    }
    long leftNanos =
        hurried ? 0 : settings.linger().toNanos() - (System.nanoTime() - open.startedNanos());
    if (!(mayEnd() || hurried) || isCrowded()) {
      return Long.MAX_VALUE; // a mark, or an acknowledgement, will wake the sender
    }
    if (leftNanos <= 0 || isFull()) {
      seal();
      return Long.MAX_VALUE;
    }
    return leftNanos;
  }

  /** Counts a broken connection; false if there shall be no other. */
  Retry countFailure(TidewatchException cause, Duration openWithin) {
    lock.lock();
    try {
      forgotten |= cause.hasReason("SEQUENCE_FORGOTTEN");
      failuresInARow++;
      boolean nothingOwed = opened && pending.isEmpty() && open.readings() == 0;
      if (nothingOwed) {
        progressNanos = System.nanoTime();
      }
      long patience = (opened ? settings.giveUpAfter() : openWithin).toNanos();
      return new Retry(System.nanoTime() - progressNanos <= patience, failuresInARow);
    } finally {
      lock.unlock();
    }
  }

  /** Waits as long, unless the writer ends before; answers whether it has not. */
  boolean pause(long nanos) throws InterruptedException {
    long deadline = System.nanoTime() + nanos;
    lock.lock();
    try {
      for (long left = nanos;
          left > 0 && !closing && failure == null;
          left = deadline - System.nanoTime()) {
        long _ = work.awaitNanos(left);
      }
      return !closing && failure == null;
    } finally {
      lock.unlock();
    }
  }

  /** The writer has failed for good; the first cause stays. */
  void fail(TidewatchException cause) {
    WriterStream current;
    lock.lock();
    try {
      if (failure == null) {
        failure = cause;
      }
      pending.fail(cause.reason());
      current = stream;
      work.signal();
      progress.signalAll();
    } finally {
      lock.unlock();
    }
    if (current != null) {
      current.cancel();
    }
  }

  // --- the channel's threads

  /** Something about the stream changed that the sender waits for. */
  void wake() {
    lock.lock();
    try {
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Takes the server's word where the writer stands; false if nobody need hear of it. */
  boolean opened(WriterStream from, WriterOpened reply) {
    lock.lock();
    try {
      if (from != stream) {
        return false;
      }
      adopt(reply.getBudget());
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
        return false;
      } else if (reply.getLastSequence() > lastSealed) {
        fail(
            TidewatchException.of(
                Status.Code.ABORTED,
                "WRITER_FENCED",
                "another client wrote as '%s' meanwhile, up to batch %d"
                    .formatted(writerId, reply.getLastSequence())));
        return false;
      } else if (forgotten) {
        dropThrough(reply.getLastSequence());
        lastTold = lastAcknowledged;
      }
      if (pending.isEmpty()) {
        failuresInARow = 0;
      }
      from.markOpened();
      work.signal();
      progress.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void adopt(WriterBudget given) {
    budget = given;
    bounds = BatchBounds.of(settings, given);
  }

  /** Lets go of what is on disk; null if that was known already. */
  @Nullable Acknowledgement acknowledged(WriterStream from, BatchAcknowledgement reply) {
    lock.lock();
    try {
      if (from != stream || reply.getThroughSequence() <= lastAcknowledged) {
        return null;
      }
      List<Rejection> rejections = pending.rejections(reply.getRejectedList());
      var acknowledgement =
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
        adopt(reply.getBudget());
      }
      dropThrough(reply.getThroughSequence());
      failuresInARow = 0;
      from.restartSilence();
      work.signal();
      progress.signalAll();
      return acknowledgement;
    } finally {
      lock.unlock();
    }
  }

  /** The listener has heard of it. */
  void told(Acknowledgement acknowledgement) {
    lock.lock();
    try {
      lastTold = Math.max(lastTold, acknowledgement.throughSequence());
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void dropThrough(long sequence) {
    pending.dropThrough(sequence);
    lastAcknowledged = Math.max(lastAcknowledged, sequence);
    progressNanos = System.nanoTime();
  }

  /** Why the sender leaves a stream. */
  enum Leaving {
    /** The program closed the writer. */
    CLOSED,
    /** The writer has failed for good. */
    FAILED,
    /** The stream is over; it knows why. */
    BROKEN,
    /** The server owes an answer for too long. */
    SILENT
  }

  /**
   * Whether to connect again.
   *
   * @param failuresInARow this one included
   */
  record Retry(boolean worthwhile, int failuresInARow) {}
}
