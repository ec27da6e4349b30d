package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.proto.ingest.v1.IngestReadingsResponse;
import dev.tidewatch.proto.ingest.v1.Reading;
import dev.tidewatch.sdk.IngestClient;
import dev.tidewatch.sdk.TidewatchException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;

/**
 * Sends unary requests, each again under its id until it is answered, and some once more after
 * that, as a client does that died before it noted the answer.
 */
final class RequestSender implements Callable<Void> {
  private static final int SENT_AGAIN = 8;

  private final IngestClient ingest;
  private final Journal journal;
  private final Stop stop;

  RequestSender(IngestClient ingest, Journal journal, Stop stop) {
    this.ingest = ingest;
    this.journal = journal;
    this.stop = stop;
  }

  @Override
  public Void call() throws InterruptedException {
    Script script = journal.script();
    long next = journal.before().batches();
    long accepted = journal.before().accepted();
    journal.resumed(next, accepted);
    while (!stop.isSaid()) {
      UUID id =
          UUID.nameUUIDFromBytes(
              (script.seed() + " " + script.writer() + " " + next)
                  .getBytes(StandardCharsets.US_ASCII));
      List<Reading> rows = new ArrayList<>();
      for (Script.Entry entry : script.batch(next)) {
        rows.add(RowSender.reading(script, entry));
      }
      journal.sending(next + 1);
      IngestReadingsResponse answer = send(id, rows);
      accepted += answer.getCounts().getAccepted();
      next++;
      journal.acknowledged(next, accepted);
      if (next % SENT_AGAIN == 0 && !send(id, rows).getReplayed()) {
        throw new IllegalStateException("request " + id + " was judged twice");
      }
      journal.pause(next);
    }
    return null;
  }

  private IngestReadingsResponse send(UUID id, List<Reading> rows) throws InterruptedException {
    while (true) {
      try {
        IngestReadingsResponse answer = ingest.ingest(id, rows);
        if (answer.getRejectedCount() > 0) {
          throw new IllegalStateException("rejected: " + answer.getRejected(0));
        }
        return answer;
      } catch (TidewatchException e) {
        if (!e.isTransient()) {
          throw e;
        }
        Journal.pauseBeforeRetry();
      }
    }
  }
}
