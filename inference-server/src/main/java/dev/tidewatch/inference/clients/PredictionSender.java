package dev.tidewatch.inference.clients;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tidewatch.inference.spool.PredictionSpool;
import dev.tidewatch.inference.spool.SpoolBatch;
import dev.tidewatch.proto.monitor.v1.LedgerServiceGrpc;
import dev.tidewatch.proto.monitor.v1.Prediction;
import dev.tidewatch.proto.monitor.v1.RecordPredictionsRequest;
import dev.tidewatch.proto.monitor.v1.RecordPredictionsResponse;
import dev.tidewatch.proto.monitor.v1.RejectedPrediction;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the spool's predictions to the monitor, at least once; the ledger keeps each once. One
 * thread: {@link #run}.
 */
public final class PredictionSender implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(PredictionSender.class);
  private static final int RECORDS_MAX = 500;
  private static final long BATCH_BYTES_MAX = 1 << 20;
  private static final Duration RETRY_FIRST = Duration.ofMillis(100);
  private static final Duration RETRY_LONGEST = Duration.ofSeconds(5);

  private final PredictionSpool spool;
  private final LedgerServiceGrpc.LedgerServiceBlockingStub ledger;
  private final Duration longest;

  public PredictionSender(PredictionSpool spool, Channel monitor, Duration longest) {
    this.spool = spool;
    this.ledger = LedgerServiceGrpc.newBlockingStub(monitor);
    this.longest = longest;
  }

  /** Works until the thread is interrupted. */
  @Override
  public void run() {
    int failures = 0;
    try {
      while (!Thread.currentThread().isInterrupted()) {
        if (!spool.awaitRecords(Duration.ofSeconds(1))) {
          continue;
        }
        if (sendSome()) {
          failures = 0;
        } else {
          Duration delay = RETRY_FIRST.multipliedBy(1L << Math.min(failures++, 6));
          Thread.sleep(delay.compareTo(RETRY_LONGEST) > 0 ? RETRY_LONGEST : delay);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** False if it has to be tried again. */
  private boolean sendSome() {
    SpoolBatch batch = spool.peek(RECORDS_MAX, BATCH_BYTES_MAX);
    List<Prediction> predictions = decode(batch);
    if (!predictions.isEmpty() && !send(predictions)) {
      return false;
    }
    spool.acknowledge(batch);
    return true;
  }

  private static List<Prediction> decode(SpoolBatch batch) {
    var predictions = new ArrayList<Prediction>(batch.records().size());
    for (byte[] record : batch.records()) {
      try {
        predictions.add(Prediction.parseFrom(record));
      } catch (InvalidProtocolBufferException e) {
        LOG.error("a record of the spool is no prediction and is left out", e);
      }
    }
    return predictions;
  }

  private boolean send(List<Prediction> predictions) {
    try {
      RecordPredictionsResponse response =
          Deadlines.limit(ledger, longest)
              .recordPredictions(
                  RecordPredictionsRequest.newBuilder().addAllPredictions(predictions).build());
      for (RejectedPrediction rejected : response.getRejectedList()) {
        LOG.error(
            "the monitor refused a prediction of {}: {} {} {}",
            predictions.get(rejected.getIndex()).getSeries(),
            rejected.getReason(),
            rejected.getField(),
            rejected.getMessage());
      }
      return true;
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.INVALID_ARGUMENT) {
        LOG.error("the monitor refused {} predictions; they are left out", predictions.size(), e);
        return true;
      }
      LOG.debug("the monitor does not take predictions now", e);
      return false;
    }
  }
}
