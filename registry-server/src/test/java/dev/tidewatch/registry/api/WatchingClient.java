package dev.tidewatch.registry.api;

import static org.assertj.core.api.Assertions.fail;

import dev.tidewatch.proto.registry.v1.Alias;
import dev.tidewatch.proto.registry.v1.Routing;
import dev.tidewatch.proto.registry.v1.WatchDelta;
import dev.tidewatch.proto.registry.v1.WatchRequest;
import dev.tidewatch.proto.registry.v1.WatchResponse;
import dev.tidewatch.proto.registry.v1.WatchSnapshot;
import dev.tidewatch.registry.RunningRegistry;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Follows a watch as a server would: keeps the state, and remembers what it held when. */
final class WatchingClient implements AutoCloseable, StreamObserver<WatchResponse> {
  private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Context.CancellableContext context = Context.current().withCancellation();
  private final Map<String, String> aliases = new TreeMap<>();
  private final TreeSet<String> assignments = new TreeSet<>();
  private final Map<String, Integer> canaries = new HashMap<>();
  private final Map<Long, Map<String, String>> held = new TreeMap<>();
  private String registryId;
  private long revision;
  private int heartbeats;
  private int messages;
  private int snapshotParts;
  private boolean inSnapshot;
  private @Nullable Throwable error;

  private WatchingClient(WatchRequest request, Map<String, String> state) {
    aliases.putAll(state);
    registryId = request.getResumeRegistryId();
    revision = request.getResumeRevision();
  }

  static WatchingClient call(RunningRegistry registry, WatchRequest request) {
    return call(registry, request, Map.of());
  }

  /** With the state that the request's revision stands for. */
  static WatchingClient call(
      RunningRegistry registry, WatchRequest request, Map<String, String> state) {
    var client = new WatchingClient(request, state);
    client.context.run(() -> registry.watches().watch(request, client));
    return client;
  }

  @Override
  public synchronized void onNext(WatchResponse message) {
    messages++;
    switch (message.getEventCase()) {
      case SNAPSHOT -> take(message.getSnapshot());
      case DELTA -> take(message.getDelta());
      case HEARTBEAT -> {
        heartbeats++;
        revision = message.getHeartbeat().getRevision();
        held.put(revision, new TreeMap<>(aliases));
      }
      case EVENT_NOT_SET -> error = new AssertionError("an empty message");
    }
    notifyAll();
  }

  private void take(WatchSnapshot snapshot) {
    if (!inSnapshot) {
      aliases.clear();
      assignments.clear();
      canaries.clear();
    }
    snapshotParts++;
    snapshot.getAliasesList().forEach(this::put);
    snapshot.getAssignmentsList().forEach(a -> assignments.add(a.getAssignment()));
    snapshot.getRoutingsList().forEach(this::put);
    inSnapshot = !snapshot.getComplete();
    if (snapshot.getComplete()) {
      registryId = snapshot.getRegistryId();
      revision = snapshot.getRevision();
      held.put(revision, new TreeMap<>(aliases));
    }
  }

  private void take(WatchDelta delta) {
    if (delta.getRevision() <= revision) {
      error = new AssertionError("revision " + delta.getRevision() + " after " + revision);
    }
    delta.getAliasesList().forEach(this::put);
    delta.getRemovedAliasesList().forEach(r -> aliases.remove(r.getModel() + "/" + r.getAlias()));
    delta.getAssignmentsList().forEach(a -> assignments.add(a.getAssignment()));
    delta.getRemovedAssignmentsList().forEach(assignments::remove);
    delta.getRoutingsList().forEach(this::put);
    revision = delta.getRevision();
    held.put(revision, new TreeMap<>(aliases));
  }

  private void put(Alias alias) {
    aliases.put(alias.getModel() + "/" + alias.getAlias(), alias.getVersion());
  }

  private void put(Routing routing) {
    canaries.put(routing.getModel(), routing.getCanaryBasisPoints());
  }

  @Override
  public synchronized void onError(Throwable failure) {
    error = failure;
    notifyAll();
  }

  @Override
  public void onCompleted() {
    onError(new AssertionError("a watch does not end by itself"));
  }

  synchronized WatchRequest resume() {
    return WatchRequest.newBuilder()
        .setResumeRegistryId(registryId)
        .setResumeRevision(revision)
        .build();
  }

  synchronized Map<Long, Map<String, String>> held() {
    return new TreeMap<>(held);
  }

  synchronized Map<String, String> aliases() {
    return new TreeMap<>(aliases);
  }

  /** Empty if there is none. */
  synchronized String alias(String model, String alias) {
    return aliases.getOrDefault(model + "/" + alias, "");
  }

  synchronized List<String> assignments() {
    return List.copyOf(assignments);
  }

  synchronized int canaryBasisPoints(String model) {
    return canaries.getOrDefault(model, 0);
  }

  synchronized long revision() {
    return revision;
  }

  synchronized int heartbeats() {
    return heartbeats;
  }

  synchronized int snapshotParts() {
    return snapshotParts;
  }

  synchronized void awaitMessages(int count) {
    awaitTrue(() -> messages >= count && !inSnapshot && revision > 0);
  }

  synchronized void awaitTrue(BooleanSupplier condition) {
    await(condition);
    if (error != null) {
      throw new AssertionError("the watch failed", error);
    }
  }

  synchronized StatusRuntimeException awaitError() {
    await(() -> error != null);
    return error instanceof StatusRuntimeException status ? status : fail("was " + error);
  }

  private synchronized void await(BooleanSupplier condition) {
    long end = System.nanoTime() + WAIT_NANOS;
    while (!condition.getAsBoolean() && error == null) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        fail("waited in vain; aliases %s at revision %d", aliases, revision);
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        fail("interrupted");
      }
    }
  }

  @Override
  public void close() {
    var _ = context.cancel(null);
  }
}
