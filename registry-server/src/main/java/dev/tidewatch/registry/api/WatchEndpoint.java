package dev.tidewatch.registry.api;

import dev.tidewatch.proto.registry.v1.WatchRequest;
import dev.tidewatch.proto.registry.v1.WatchResponse;
import dev.tidewatch.proto.registry.v1.WatchServiceGrpc.WatchServiceImplBase;
import dev.tidewatch.registry.domain.ModelName;
import dev.tidewatch.registry.watch.Position;
import dev.tidewatch.registry.watch.StateReader;
import dev.tidewatch.serverkit.errors.ResourceExhausted;
import dev.tidewatch.serverkit.grpc.PacedStream;
import dev.tidewatch.serverkit.lifecycle.HighWaterMark;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The watch over gRPC: a virtual thread for each watcher, which reads for itself. */
public final class WatchEndpoint extends WatchServiceImplBase {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final StateReader state;
  private final HighWaterMark revisions;
  private final InstantSource clock;
  private final WatchLimits limits;
  private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();

  public WatchEndpoint(
      StateReader state, HighWaterMark revisions, InstantSource clock, WatchLimits limits) {
    this.state = state;
    this.revisions = revisions;
    this.clock = clock;
    this.limits = limits;
  }

  @Override
  public void watch(WatchRequest request, StreamObserver<WatchResponse> observer) {
    Set<ModelName> models =
        request.getModelsList().stream()
            .map(name -> Fields.model("models", name))
            .collect(Collectors.toUnmodifiableSet());
    if (watchers.size() >= limits.watchersMax()) {
      throw new ResourceExhausted(
          "WATCHERS_TOO_MANY", "at most " + limits.watchersMax() + " watchers", RETRY_AFTER);
    }
    var stream = new PacedStream<>((ServerCallStreamObserver<WatchResponse>) observer);
    Watcher watcher =
        new Watcher(
            state,
            revisions,
            clock,
            limits,
            stream,
            models,
            request.getResumeRevision() > 0
                ? new Position(request.getResumeRegistryId(), request.getResumeRevision())
                : Position.NOWHERE);
    watchers.add(watcher);
    stream.start(
        "registry-watcher",
        () -> {
          try {
            watcher.follow();
          } finally {
            watchers.remove(watcher);
          }
        });
  }

  /** How many watch now. */
  public int watchers() {
    return watchers.size();
  }

  /** Tells every watcher to call again, since this server stops. */
  public void drain() {
    watchers.forEach(Watcher::drain);
  }
}
