package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.sdk.Acknowledgement;
import dev.tidewatch.sdk.Backoff;
import dev.tidewatch.sdk.IngestClient;
import dev.tidewatch.sdk.IngestListener;
import dev.tidewatch.sdk.IngestWriter;
import dev.tidewatch.sdk.WriterSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;

/** Sends columns by the SDK's writer, with the number of the next batch as source position. */
final class ColumnSender implements Callable<Void> {
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(50), Duration.ofMillis(500));

  private static final int BATCHES_AHEAD_MAX = 64;

  private final IngestClient ingest;
  private final Journal journal;
  private final Stop stop;

  // Owned by the listener's thread, once the writer is open.
  private long batches;
  private long entriesOfNext;

  ColumnSender(IngestClient ingest, Journal journal, Stop stop) {
    this.ingest = ingest;
    this.journal = journal;
    this.stop = stop;
  }

  @Override
  public Void call() throws InterruptedException {
    Script script = journal.script();
    var settings =
        WriterSettings.USUAL
            .withBatchReadingsMax(script.form().fresh())
            .withLinger(Duration.ofMillis(2))
            .withUnacknowledgedBatchesMax(BATCHES_AHEAD_MAX)
            .withAcknowledgementTimeout(Duration.ofSeconds(60))
            .withBackoff(BACKOFF);
    var listener =
        new IngestListener() {
          @Override
          public void acknowledged(Acknowledgement acknowledgement) {
            count(acknowledgement);
          }
        };
    try (IngestWriter writer = ingest.openWriter(script.writerId(), settings, listener)) {
      String position = new String(writer.sourcePosition(), StandardCharsets.US_ASCII);
      long next = position.isEmpty() ? 0 : Long.parseLong(position);
      batches = next;
      journal.resumed(next, 0);
      // Batches end at marks from the first one on.
      writer.mark(position(next));
      while (!stop.isSaid()) {
        for (Script.Entry entry : script.batch(next)) {
          writer.append(
              script.seriesOf(entry.key()), script.timeMicrosOf(entry.key()), entry.value());
        }
        next++;
        journal.sending(next);
        writer.mark(position(next));
        journal.pause(next);
      }
    }
    return null;
  }

  private static byte[] position(long batches) {
    return Long.toString(batches).getBytes(StandardCharsets.US_ASCII);
  }

  private void count(Acknowledgement acknowledgement) {
    if (!acknowledgement.rejections().isEmpty()) {
      throw new IllegalStateException("rejected: " + acknowledgement.rejections().getFirst());
    }
    entriesOfNext += acknowledgement.totals().sum();
    while (entriesOfNext >= journal.script().size(batches)) {
      entriesOfNext -= journal.script().size(batches);
      batches++;
    }
    if (entriesOfNext != 0) {
      throw new IllegalStateException(
          "acknowledged " + entriesOfNext + " readings beyond batch " + batches);
    }
    journal.acknowledged(batches, 0);
  }
}
