package dev.tidewatch.inference.clients;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tidewatch.inference.spool.PredictionSpool;
import dev.tidewatch.inference.spool.SpoolBatch;
import dev.tidewatch.proto.monitor.v1.LedgerServiceGrpc;
import dev.tidewatch.proto.monitor.v1.Prediction;
import dev.tidewatch.proto.monitor.v1.RecordPredictionsRequest;
import dev.tidewatch.proto.monitor.v1.RecordPredictionsResponse;
import dev.tidewatch.proto.monitor.v1.RejectedPrediction;
import dev.tidewatch.serverkit.lifecycle.Pace;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the spool's predictions to the monitor, at least once; the ledger keeps each once. */
public final class PredictionSender {
  private static final Logger LOG = LoggerFactory.getLogger(PredictionSender.class);
  private static final int RECORDS_MAX = 500;
  private static final long BATCH_BYTES_MAX = 1 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final PredictionSpool spool;
  private final LedgerServiceGrpc.LedgerServiceBlockingStub ledger;
  private final Duration longest;

  public PredictionSender(PredictionSpool spool, Channel monitor, Duration longest) {
    this.spool = spool;
    this.ledger = LedgerServiceGrpc.newBlockingStub(monitor);
    this.longest = longest;
  }

  /** Begins to send; the caller closes it. */
  public Rounds start() {
    return Rounds.ofPieces("prediction-sender", Pace.every(PATIENCE), this::sendSome).start();
  }

  /** Waits for records by itself, so there is always more to do. */
  private boolean sendSome() throws InterruptedException {
    if (spool.awaitRecords(PATIENCE)) {
      SpoolBatch batch = spool.peek(RECORDS_MAX, BATCH_BYTES_MAX);
      List<Prediction> predictions = decode(batch);
      if (!predictions.isEmpty()) {
        send(predictions);
      }
      spool.acknowledge(batch);
    }
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

  /**
   * Returns when the monitor has them, or never will.
   *
   * @throws StatusRuntimeException if they have to be sent again
   */
  private void send(List<Prediction> predictions) {
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
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.INVALID_ARGUMENT) {
        throw e;
      }
      LOG.error("the monitor refused {} predictions; they are left out", predictions.size(), e);
    }
  }
}
