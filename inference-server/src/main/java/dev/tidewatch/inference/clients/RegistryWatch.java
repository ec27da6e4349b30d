package dev.tidewatch.inference.clients;

import dev.tidewatch.inference.registry.AliasKey;
import dev.tidewatch.inference.registry.Artifact;
import dev.tidewatch.inference.registry.Assignment;
import dev.tidewatch.inference.registry.RegistryMirror;
import dev.tidewatch.inference.registry.RegistryState;
import dev.tidewatch.inference.registry.Routing;
import dev.tidewatch.proto.registry.v1.RemovedAlias;
import dev.tidewatch.proto.registry.v1.WatchDelta;
import dev.tidewatch.proto.registry.v1.WatchRequest;
import dev.tidewatch.proto.registry.v1.WatchResponse;
import dev.tidewatch.proto.registry.v1.WatchServiceGrpc;
import dev.tidewatch.proto.registry.v1.WatchSnapshot;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the registry into a {@link RegistryMirror}. While it is away, the mirror keeps what it
 * has. One thread: {@link #run}.
 */
public final class RegistryWatch implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryWatch.class);
  private static final Duration SILENCE_MAX = Duration.ofSeconds(5);
  private static final Duration RETRY = Duration.ofMillis(500);
  private static final int MESSAGES_AHEAD = 8;

  private final Channel registry;
  private final RegistryMirror mirror;

  /** Parts of a snapshot that is not complete yet. */
  private Map<AliasKey, Artifact> aliases = new HashMap<>();

  private Map<String, Assignment> assignments = new HashMap<>();
  private Map<String, Routing> routings = new HashMap<>();

  public RegistryWatch(Channel registry, RegistryMirror mirror) {
    this.registry = registry;
    this.mirror = mirror;
  }

  /** Works until the thread is interrupted. */
  @Override
  public void run() {
    boolean wasAway = false;
    while (!Thread.currentThread().isInterrupted()) {
      try {
        watch();
      } catch (InterruptedException e) {
        return;
      } catch (StatusRuntimeException e) {
        if (!wasAway) {
          LOG.info("the registry is away, its last known state is served: {}", e.getMessage());
        }
        wasAway = true;
      } catch (RuntimeException e) {
        LOG.error("the registry said something that cannot be followed", e);
      }
      try {
        Thread.sleep(RETRY);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void watch() throws InterruptedException {
    RegistryState known = mirror.state();
    var request =
        WatchRequest.newBuilder()
            .setResumeRevision(known.revision())
            .setResumeRegistryId(known.registryId())
            .build();
    aliases = new HashMap<>();
    assignments = new HashMap<>();
    routings = new HashMap<>();
    try (var stream =
        ServerStream.open(registry, WatchServiceGrpc.getWatchMethod(), request, MESSAGES_AHEAD)) {
      while (true) {
        WatchResponse response = stream.next(SILENCE_MAX);
        if (response == null) {
          LOG.info("the registry is silent; called again");
          return;
        }
        switch (response.getEventCase()) {
          case SNAPSHOT -> take(response.getSnapshot());
          case DELTA -> take(response.getDelta());
          case HEARTBEAT -> mirror.heard();
          case EVENT_NOT_SET -> {}
        }
      }
    }
  }

  private void take(WatchSnapshot snapshot) {
    snapshot
        .getAliasesList()
        .forEach(alias ->
            aliases.put(RegistryMessages.aliasKey(alias), RegistryMessages.artifact(alias)));
    snapshot.getAssignmentsList().forEach(message -> put(assignments, message));
    snapshot
        .getRoutingsList()
        .forEach(message -> routings.put(message.getModel(), RegistryMessages.routing(message)));
    if (snapshot.getComplete()) {
      mirror.heard(
          new RegistryState(
              snapshot.getRegistryId(), snapshot.getRevision(), aliases, assignments, routings));
      aliases = new HashMap<>();
      assignments = new HashMap<>();
      routings = new HashMap<>();
    }
  }

  private void take(WatchDelta delta) {
    RegistryState before = mirror.state();
    var newAliases = new HashMap<>(before.aliases());
    delta
        .getAliasesList()
        .forEach(alias ->
            newAliases.put(RegistryMessages.aliasKey(alias), RegistryMessages.artifact(alias)));
    for (RemovedAlias removed : delta.getRemovedAliasesList()) {
      newAliases.remove(new AliasKey(removed.getModel(), removed.getAlias()));
    }
    var newAssignments = new HashMap<>(before.assignments());
    delta.getAssignmentsList().forEach(message -> put(newAssignments, message));
    delta.getRemovedAssignmentsList().forEach(newAssignments::remove);
    var newRoutings = new HashMap<>(before.routings());
    delta
        .getRoutingsList()
        .forEach(message -> newRoutings.put(message.getModel(), RegistryMessages.routing(message)));
    mirror.heard(
        new RegistryState(
            before.registryId(), delta.getRevision(), newAliases, newAssignments, newRoutings));
  }

  private static void put(
      Map<String, Assignment> target, dev.tidewatch.proto.registry.v1.Assignment message) {
    RegistryMessages.assignment(message)
        .ifPresentOrElse(
            assignment -> target.put(assignment.name(), assignment),
            () -> target.remove(message.getAssignment()));
  }
}
