package dev.tidewatch.ingest.intake;

import dev.tidewatch.ingest.feed.FeedPosition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * Sends readings from quarantine through the intake once more, in the order they were rejected.
 * They count as sent now: the duplicate policy decides where another reading has come since. A
 * series is not created by it. Thread-safe.
 */
public final class QuarantineReplay {
  private final Intake intake;

  /**
   * What became of them.
   *
   * @param position of the commit; empty if nothing was to be judged
   */
  public record Outcome(Counts counts, Optional<FeedPosition> position) {}

  public QuarantineReplay(Intake intake) {
    this.intake = intake;
  }

  /** Waits until those that pass are durable. */
  public Outcome run(List<QuarantinedReading> readings, String traceparent) {
    // A name that is no name never becomes one; and what is kept of it may look like another.
    Map<String, List<QuarantinedReading>> bySeries = new LinkedHashMap<>();
    long hopeless = 0;
    for (QuarantinedReading reading : readings) {
      if (reading.reason() == RejectReason.SERIES_NAME_INVALID) {
        hopeless++;
      } else {
        bySeries.computeIfAbsent(reading.series(), name -> new ArrayList<>()).add(reading);
      }
    }
    var still = new Counts(0, 0, 0, 0, hopeless);
    if (bySeries.isEmpty()) {
      return new Outcome(still, Optional.empty());
    }
    var columns = new ArrayList<SeriesColumn>();
    var ids = new ArrayList<Long>();
    bySeries.forEach((series, rows) -> {
      columns.add(column(series, rows));
      rows.forEach(row -> ids.add(row.id()));
    });
    var batch = new ReadingBatch(0, columns, SourcePosition.NONE, traceparent, false);
    try {
      CommittedBatch committed = intake.replay(batch, ids).join();
      return new Outcome(
          committed.outcome().counts().plus(still), Optional.of(committed.position()));
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private static SeriesColumn column(String series, List<QuarantinedReading> rows) {
    var times = new long[rows.size()];
    var values = new double[rows.size()];
    var qualities = new short[rows.size()];
    var faults = new byte[rows.size()];
    for (int row = 0; row < times.length; row++) {
      QuarantinedReading reading = rows.get(row);
      times[row] = reading.timeMicros().orElse(Long.MIN_VALUE);
      values[row] = reading.value().orElse(Double.NaN);
      qualities[row] = (short) (reading.quality() & BatchCheck.SENDER_BITS);
      faults[row] = (byte) fault(reading);
    }
    return new SeriesColumn(series, times, values, qualities, faults);
  }

  /** What was wrong with the message itself, and is not to be seen in what was kept of it. */
  private static int fault(QuarantinedReading reading) {
    if (reading.reason() == RejectReason.TIME_TOO_FINE) {
      return reading.reason().number();
    }
    if (reading.timeMicros().isEmpty()) {
      return RejectReason.TIME_OUT_OF_RANGE.number();
    }
    return reading.value().isEmpty() ? RejectReason.VALUE_MISSING.number() : 0;
  }
}
