package dev.tidewatch.sdk;

import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import io.grpc.Channel;
import io.grpc.Status;
import io.opentelemetry.api.trace.Tracer;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

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
  private static final int POSITION_BYTES_MAX = 1024;

  private final String writerId;
  private final Outbox outbox;

  private IngestWriter(String writerId, Outbox outbox) {
    this.writerId = writerId;
    this.outbox = outbox;
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
    var outbox = new Outbox(writerId, settings, tracer);
    var sender =
        new WriterSender(
            writerId, settings, openWithin, outbox, listener, channel, reconnectNow, random);
    Thread _ = Thread.ofVirtual().name("tidewatch-writer-" + writerId).start(sender);
    try {
      outbox.awaitOpened();
    } catch (InterruptedException | RuntimeException e) {
      outbox.close();
      throw e;
    }
    return new IngestWriter(writerId, outbox);
  }

  public String writerId() {
    return writerId;
  }

  /**
   * Where the source stood, as {@link #mark marked} by an earlier run and committed together with
   * its readings, when this writer was opened. Empty for a new writer.
   */
  public byte[] sourcePosition() {
    return outbox.sourcePosition();
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
    outbox.append(series, timeMicros, value, quality);
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
    outbox.append(series, timesMicros, values);
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
    if (position.length > POSITION_BYTES_MAX) {
      throw new IllegalArgumentException("position: " + position.length + " bytes, at most 1024");
    }
    outbox.mark(position);
  }

  /**
   * Waits until everything appended before is on disk, and the listener has heard of it.
   *
   * @throws TidewatchException if the writer fails first
   */
  public void flush() throws InterruptedException {
    outbox.flush();
  }

  /** What became of all readings acknowledged so far. */
  public ReadingTotals totals() {
    return outbox.totals();
  }

  /** A read at or after it sees every reading acknowledged so far. */
  public FeedPosition feedPosition() {
    return outbox.feedPosition();
  }

  /** Readings that are appended and not yet acknowledged. */
  public long unacknowledgedReadings() {
    return outbox.unacknowledgedReadings();
  }

  /**
   * Flushes, then ends the stream.
   *
   * @throws TidewatchException if not everything reached the disk
   */
  @Override
  public void close() {
    if (outbox.isClosing()) {
      return;
    }
    boolean interrupted = false;
    try {
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
    outbox.close();
  }
}
