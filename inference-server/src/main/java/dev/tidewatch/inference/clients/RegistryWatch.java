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
import dev.tidewatch.serverkit.lifecycle.Pace;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import io.grpc.Channel;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the registry into a {@link RegistryMirror}. While it is away, the mirror keeps what it
 * has.
 */
public final class RegistryWatch {
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

  /** Begins to follow; the caller closes it. */
  public Rounds start() {
    return Rounds.of("registry-watch", Pace.every(RETRY).pausing(RETRY, RETRY), this::watch)
        .start();
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
