package dev.tidewatch.sdk;

import dev.tidewatch.proto.monitor.v1.GetTuningRequest;
import dev.tidewatch.proto.monitor.v1.ListTuningsRequest;
import dev.tidewatch.proto.monitor.v1.ListTuningsResponse;
import dev.tidewatch.proto.monitor.v1.ResetTuningRequest;
import dev.tidewatch.proto.monitor.v1.SetTuningRequest;
import dev.tidewatch.proto.monitor.v1.Tuning;
import dev.tidewatch.proto.monitor.v1.TuningServiceGrpc;
import io.grpc.Channel;
import java.util.stream.Stream;

/**
 * What adapts per series after training. Thread-safe. Every method throws {@link
 * TidewatchException} if the call fails; lists fetch their pages while they are read.
 */
public final class TuningClient {
  private final TuningServiceGrpc.TuningServiceBlockingStub tunings;

  TuningClient(Channel channel) {
    this.tunings = TuningServiceGrpc.newBlockingStub(channel);
  }

  /** By series, model and version. The page token of the request is ignored. */
  public Stream<Tuning> list(ListTuningsRequest first) {
    return Calls.pages(
        token -> tunings.listTunings(first.toBuilder().setPageToken(token).build()),
        ListTuningsResponse::getTuningsList,
        ListTuningsResponse::getNextPageToken);
  }

  public Tuning get(String series, String model, String version) {
    var request =
        GetTuningRequest.newBuilder().setSeries(series).setModel(model).setVersion(version).build();
    return Calls.unary(() -> tunings.getTuning(request)).getTuning();
  }

  /** Sets both parts by hand; with an etag only if that is still the current one. */
  public Tuning set(Tuning tuning, String reason) {
    var request = SetTuningRequest.newBuilder().setTuning(tuning).setReason(reason).build();
    return Calls.unary(() -> tunings.setTuning(request)).getTuning();
  }

  /** Back to how it was trained; returns the revision of that. */
  public long reset(String series, String model, String version) {
    var request =
        ResetTuningRequest.newBuilder()
            .setSeries(series)
            .setModel(model)
            .setVersion(version)
            .build();
    return Calls.unary(() -> tunings.resetTuning(request)).getRevision();
  }
}
