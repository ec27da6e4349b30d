package dev.tidewatch.benchmarks;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.tidewatch.proto.monitor.v1.LedgerServiceGrpc;
import dev.tidewatch.proto.monitor.v1.PredictedQuantile;
import dev.tidewatch.proto.monitor.v1.Prediction;
import dev.tidewatch.proto.monitor.v1.RecordPredictionsRequest;
import dev.tidewatch.proto.monitor.v1.RecordPredictionsResponse;
import dev.tidewatch.proto.type.v1.Grid;
import dev.tidewatch.sdk.IngestWriter;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.standalone.figures.MachineDescription;
import io.grpc.ManagedChannel;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The client of the ledger bench, in a process of its own. Arguments: port of ingest, port of the
 * monitor, series, horizon, seconds. Each second it forecasts every series over the horizon, on a
 * grid of seconds, and writes the reading of the second before. It begins a horizon early, so that
 * in the measured time each actual is the truth of a whole horizon of steps, and goes on writing
 * readings until every step has one. Prints its figures as one line of JSON.
 */
final class LedgerLoad {
  static final String MODEL = "bench-ledger";
  static final int LATENESS_SECONDS = 1;

  private static final int PREDICTIONS_PER_CALL = 250;
  private static final int CALLS_OPEN_MAX = 8;
  private static final long CALL_SECONDS_MAX = 60;
  private static final double[] PROBABILITIES = {0.05, 0.5, 0.95};

  private LedgerLoad() {}

  public static void main(String[] args) throws Exception {
    int series = Integer.parseInt(args[2]);
    int horizon = Integer.parseInt(args[3]);
    int seconds = Integer.parseInt(args[4]);
    var clock = InstantSource.system();
    List<ManagedChannel> channels = Clients.channels(Integer.parseInt(args[1]), 1);
    try (var tidewatch = Tidewatch.connect(Clients.toIngest(Integer.parseInt(args[0])));
        IngestWriter writer = tidewatch.ingest().openWriter("bench-ledger")) {
      long earlier = clock.instant().getEpochSecond() - 3600;
      for (int s = 0; s < series; s++) {
        writer.append(name(s), new long[] {earlier * 1_000_000}, new double[] {0});
      }
      writer.flush();
      var ledger = LedgerServiceGrpc.newFutureStub(channels.getFirst());
      Queue<ListenableFuture<RecordPredictionsResponse>> open = new ArrayDeque<>();
      long begin = clock.instant().getEpochSecond() + 1;
      long measured = begin + horizon + LATENESS_SECONDS;
      long lastOrigin = measured + seconds - 1;
      long recorded = 0;
      for (long second = begin; second <= lastOrigin + horizon; second++) {
        awaitSecond(clock, second);
        for (int s = 0; s < series; s++) {
          writer.append(
              name(s), new long[] {(second - 1) * 1_000_000}, new double[] {value(s, second - 1)});
        }
        writer.flush();
        for (int from = 0; second <= lastOrigin && from < series; from += PREDICTIONS_PER_CALL) {
          if (open.size() >= CALLS_OPEN_MAX) {
            recorded += open.remove().get(CALL_SECONDS_MAX, TimeUnit.SECONDS).getRecorded();
          }
          open.add(
              ledger
                  .withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS)
                  .recordPredictions(
                      request(
                          from, Math.min(series, from + PREDICTIONS_PER_CALL), second, horizon)));
        }
      }
      // The reading of the last target's second.
      awaitSecond(clock, lastOrigin + horizon + 1);
      while (!open.isEmpty()) {
        recorded += open.remove().get(CALL_SECONDS_MAX, TimeUnit.SECONDS).getRecorded();
      }
      System.out.println(
          new Figures()
              .put("recorded", recorded)
              .put("measured_from", measured)
              .put("measured_to", measured + seconds)
              .toJsonLine("ledger-load", MachineDescription.here()));
    } finally {
      Clients.close(channels);
    }
  }

  private static void awaitSecond(InstantSource clock, long second) {
    for (long left = second * 1000 - clock.millis();
        left > 0;
        left = second * 1000 - clock.millis()) {
      LockSupport.parkNanos(left * 1_000_000);
    }
  }

  static String name(int series) {
    return "bench/ledger/" + series;
  }

  /** The reading of a second; the bench's database can say the same. */
  static double value(int series, long second) {
    return series + second % 100;
  }

  private static RecordPredictionsRequest request(int from, int to, long origin, int horizon) {
    var grid =
        Grid.newBuilder()
            .setStep(Duration.newBuilder().setSeconds(1))
            .setLateness(Duration.newBuilder().setSeconds(LATENESS_SECONDS))
            .build();
    var request = RecordPredictionsRequest.newBuilder();
    for (int s = from; s < to; s++) {
      var prediction =
          Prediction.newBuilder()
              .setSeries(name(s))
              .setGrid(grid)
              .setModel(MODEL)
              .setVersion("1.0.0")
              .setAlias("champion")
              .setOrigin(Timestamp.newBuilder().setSeconds(origin))
              .setMaseScale(1)
              .setLastValue(value(s, origin - 1));
      var quantiles = new ArrayList<PredictedQuantile.Builder>();
      for (double probability : PROBABILITIES) {
        quantiles.add(PredictedQuantile.newBuilder().setProbability(probability));
      }
      for (int step = 0; step < horizon; step++) {
        double mean = value(s, origin + step) + 1;
        prediction.addMeans(mean).addSeasonalNaive(mean + 1);
        for (int q = 0; q < quantiles.size(); q++) {
          quantiles.get(q).addValues(mean + 2 * (q - 1));
        }
      }
      quantiles.forEach(prediction::addQuantiles);
      request.addPredictions(prediction);
    }
    return request.build();
  }
}
