package dev.tidewatch.standalone.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.proto.ingest.v1.BatchAcknowledgement;
import dev.tidewatch.proto.ingest.v1.IngestServiceGrpc;
import dev.tidewatch.proto.ingest.v1.OpenWriter;
import dev.tidewatch.proto.ingest.v1.ReadingsBatch;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.StreamReadingsRequest;
import dev.tidewatch.proto.ingest.v1.StreamReadingsResponse;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Sends a series' year as one batch, and waits for what is answered. */
final class YearWriter implements AutoCloseable {
  private final LinkedBlockingQueue<StreamReadingsResponse> answers = new LinkedBlockingQueue<>();
  private final StreamObserver<StreamReadingsRequest> requests;

  YearWriter(RunningIngest ingest, String id) throws InterruptedException {
    requests =
        IngestServiceGrpc.newStub(ingest.open)
            .streamReadings(
                new StreamObserver<>() {
                  @Override
                  public void onNext(StreamReadingsResponse answer) {
                    answers.add(answer);
                  }

                  @Override
                  public void onError(Throwable error) {}

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(
        StreamReadingsRequest.newBuilder()
            .setOpen(OpenWriter.newBuilder().setWriterId(id))
            .build());
    assertThat(next().hasOpened()).isTrue();
  }

  BatchAcknowledgement send(long sequence) throws InterruptedException {
    var column = SeriesReadings.newBuilder().setSeries("year/" + sequence);
    for (int hour = 0; hour < BackupTest.HOURS; hour++) {
      column.addTimesMicros(BackupTest.YEAR_BEGIN_MICROS + hour * BackupTest.HOUR_MICROS);
      column.addValues(Math.sin(sequence + hour / 24.0));
    }
    requests.onNext(
        StreamReadingsRequest.newBuilder()
            .setBatch(ReadingsBatch.newBuilder().setSequence(sequence).addColumns(column))
            .build());
    return next().getAcknowledged();
  }

  private StreamReadingsResponse next() throws InterruptedException {
    StreamReadingsResponse answer = answers.poll(60, TimeUnit.SECONDS);
    if (answer == null) {
      throw new AssertionError("no answer");
    }
    return answer;
  }

  @Override
  public void close() {
    requests.onCompleted();
  }
}
