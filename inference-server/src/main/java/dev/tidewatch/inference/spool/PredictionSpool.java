package dev.tidewatch.inference.spool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded queue of records on the local disk, first in, first out. An appended record survives
 * the death of the process at once and that of the machine after {@link SpoolLimits#syncEvery}; it
 * is read again, also after a restart, until it is acknowledged, so each is handed on at least
 * once.
 *
 * <p>Thread-safe; meant for many appending threads and one that reads and acknowledges.
 */
public final class PredictionSpool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PredictionSpool.class);

  private final SpoolFolder folder;
  private final SpoolLimits limits;
  private final ArrayDeque<Segment> segments = new ArrayDeque<>();
  private final ScheduledExecutorService syncer;
  private SpoolPosition taken;
  private long bytes;
  private long pendingRecords;
  private long refusedRecords;
  private long damagedSegments;
  private boolean dirty;
  private boolean closed;

  private PredictionSpool(SpoolFolder folder, SpoolLimits limits, SpoolPosition taken) {
    this.folder = folder;
    this.limits = limits;
    this.taken = taken;
    this.syncer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("spool-sync").daemon().factory());
  }

  /**
   * Opens the folder, made if it is missing, and takes up what an earlier process left. A torn end
   * of a segment is cut off.
   *
   * @throws UncheckedIOException if the folder cannot be used or another process uses it
   */
  public static PredictionSpool open(Path path, SpoolLimits limits) {
    @Nullable SpoolFolder folder = null;
    try {
      folder = SpoolFolder.open(path);
      @Nullable SpoolPosition taken = folder.readTaken();
      var spool =
          new PredictionSpool(folder, limits, taken == null ? new SpoolPosition(0, 0) : taken);
      spool.recover();
      spool.startSyncing();
      return spool;
    } catch (IOException e) {
      if (folder != null) {
        try {
          folder.close();
        } catch (IOException suppressed) {
          e.addSuppressed(suppressed);
        }
      }
      throw new UncheckedIOException("cannot open the prediction spool in " + path, e);
    }
  }

  private synchronized void recover() throws IOException {
    long next = taken.segment();
    for (Path file : folder.segments()) {
      Segment segment = Segment.open(file);
      next = Math.max(next, segment.number() + 1);
      if (segment.number() < taken.segment()) {
        segment.delete();
        continue;
      }
      boolean partlyTaken = segment.number() == taken.segment();
      long offset = partlyTaken ? Math.min(taken.offset(), segment.sizeBytes()) : 0;
      offset = countRecords(segment, offset);
      if (offset < segment.sizeBytes()) {
        damagedSegments++;
        LOG.warn(
            "spool segment {} ends with {} bytes that are no record; they are cut off",
            segment.number(),
            segment.sizeBytes() - offset);
        segment.truncate(offset);
      }
      segments.add(segment);
      bytes += segment.sizeBytes();
    }
    // A segment of its own for this process: what was torn is never appended to.
    segments.add(Segment.create(folder.path(), next));
    skipFinishedSegments();
  }

  private long countRecords(Segment segment, long from) throws IOException {
    long offset = from;
    for (byte[] record = segment.read(offset, limits.recordBytesMax());
        record != null;
        record = segment.read(offset, limits.recordBytesMax())) {
      offset += Segment.HEADER_BYTES + record.length;
      pendingRecords++;
    }
    return offset;
  }

  private void startSyncing() {
    long everyMillis = Math.max(1, limits.syncEvery().toMillis());
    var _ =
        syncer.scheduleWithFixedDelay(
            this::syncQuietly, everyMillis, everyMillis, TimeUnit.MILLISECONDS);
  }

  /**
   * Appends a record. When it returns true, the record is in the operating system's hands.
   *
   * @return false if the spool is full, the record is too large, or the disk refused it; the record
   *     is then not kept
   */
  public synchronized boolean append(byte[] record) {
    long needed = Segment.HEADER_BYTES + (long) record.length;
    if (closed || record.length > limits.recordBytesMax() || bytes + needed > limits.bytesMax()) {
      refusedRecords++;
      return false;
    }
    try {
      Segment last = segments.getLast();
      if (last.sizeBytes() > 0 && last.sizeBytes() + needed > limits.segmentBytesMax()) {
        last.sync();
        last = Segment.create(folder.path(), last.number() + 1);
        segments.add(last);
      }
      last.append(record);
    } catch (IOException e) {
      refusedRecords++;
      LOG.error("the prediction spool cannot write", e);
      return false;
    }
    bytes += needed;
    pendingRecords++;
    dirty = true;
    notifyAll();
    return true;
  }

  /**
   * The oldest records that are not acknowledged, without taking them out; the same ones again
   * until they are acknowledged.
   *
   * @param bytesMax the batch ends before the record that would exceed it, but holds at least one
   * @throws UncheckedIOException if the disk fails
   */
  public synchronized SpoolBatch peek(int recordsMax, long bytesMax) {
    var records = new ArrayList<byte[]>();
    long batchBytes = 0;
    SpoolPosition at = taken;
    try {
      for (Segment segment : segments) {
        long offset = segment.number() == at.segment() ? at.offset() : 0;
        while (records.size() < recordsMax) {
          byte @Nullable [] record = segment.read(offset, limits.recordBytesMax());
          if (record == null) {
            break;
          }
          if (!records.isEmpty() && batchBytes + record.length > bytesMax) {
            return new SpoolBatch(records, at);
          }
          records.add(record);
          batchBytes += record.length;
          offset += Segment.HEADER_BYTES + record.length;
          at = new SpoolPosition(segment.number(), offset);
        }
        if (records.size() >= recordsMax) {
          break;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the prediction spool cannot be read", e);
    }
    return new SpoolBatch(records, at);
  }

  /**
   * Waits until there is something to {@link #peek}.
   *
   * @return false if the time passed without, or the spool was closed
   */
  public synchronized boolean awaitRecords(Duration longest) throws InterruptedException {
    long deadline = System.nanoTime() + longest.toNanos();
    while (pendingRecords == 0 && !closed) {
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (leftMillis <= 0) {
        return false;
      }
      wait(leftMillis);
    }
    return pendingRecords > 0 && !closed;
  }

  /** Takes the batch out; segments that are empty then are deleted. */
  public synchronized void acknowledge(SpoolBatch batch) {
    if (batch.isEmpty()) {
      return;
    }
    taken = batch.next();
    pendingRecords -= batch.records().size();
    try {
      skipFinishedSegments();
      folder.writeTaken(taken);
    } catch (IOException e) {
      LOG.warn("the prediction spool cannot keep how far it was taken; some is sent again", e);
    }
  }

  private void skipFinishedSegments() throws IOException {
    while (segments.size() > 1) {
      Segment first = segments.getFirst();
      boolean finished =
          first.number() < taken.segment()
              || (first.number() == taken.segment() && taken.offset() >= first.sizeBytes())
              || first.sizeBytes() == 0;
      if (!finished) {
        return;
      }
      bytes -= first.sizeBytes();
      segments.removeFirst();
      if (taken.segment() <= first.number()) {
        taken = new SpoolPosition(segments.getFirst().number(), 0);
      }
      first.delete();
    }
  }

  /** Brings everything appended so far onto the disk. */
  public void sync() {
    Segment last;
    synchronized (this) {
      if (!dirty || closed) {
        return;
      }
      dirty = false;
      last = segments.getLast();
    }
    try {
      last.sync(); // outside the lock: appends go on meanwhile
    } catch (ClosedChannelException e) {
      // Meanwhile full, synced when its successor was begun, taken and deleted.
    } catch (IOException e) {
      synchronized (this) {
        dirty = true;
      }
      throw new UncheckedIOException("the prediction spool cannot be synced", e);
    }
  }

  private void syncQuietly() {
    try {
      sync();
    } catch (RuntimeException e) {
      LOG.error("the prediction spool was not synced; tried again", e);
    }
  }

  /** Records that are not acknowledged. */
  public synchronized long pendingRecords() {
    return pendingRecords;
  }

  /** Bytes on disk. */
  public synchronized long bytes() {
    return bytes;
  }

  public long bytesMax() {
    return limits.bytesMax();
  }

  /** Appends that returned false since the spool was opened. */
  public synchronized long refusedRecords() {
    return refusedRecords;
  }

  /** Segments whose end was cut off when the spool was opened. */
  public synchronized long damagedSegments() {
    return damagedSegments;
  }

  @Override
  public void close() {
    syncer.shutdownNow();
    syncQuietly();
    List<AutoCloseable> open;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      notifyAll();
      open = new ArrayList<>(segments);
      open.add(folder);
    }
    for (AutoCloseable resource : open) {
      try {
        resource.close();
      } catch (Exception e) {
        LOG.warn("closing the prediction spool", e);
      }
    }
  }
}
