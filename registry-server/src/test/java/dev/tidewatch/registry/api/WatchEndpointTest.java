package dev.tidewatch.registry.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.proto.registry.v1.AliasMove;
import dev.tidewatch.proto.registry.v1.AliasMoveRecord;
import dev.tidewatch.proto.registry.v1.Assignment;
import dev.tidewatch.proto.registry.v1.CreateAssignmentRequest;
import dev.tidewatch.proto.registry.v1.DeleteAssignmentRequest;
import dev.tidewatch.proto.registry.v1.MoveAliasesRequest;
import dev.tidewatch.proto.registry.v1.Routing;
import dev.tidewatch.proto.registry.v1.SeriesSelector;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.proto.registry.v1.WatchRequest;
import dev.tidewatch.registry.RunningRegistry;
import dev.tidewatch.serverkit.grpc.StatusDetails;
import dev.tidewatch.serverkit.testing.Refusal;
import io.grpc.StatusRuntimeException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class WatchEndpointTest extends RegistryOverGrpc {
  private static final List<String> ALIASES = List.of("champion", "canary", "shadow");

  @Override
  InstantSource time() {
    return InstantSource.system();
  }

  @Override
  Map<String, String> settings() {
    return Map.of("watch.part-items", "3", "watch.revisions-kept", "60");
  }

  @Test
  void beginsWithASnapshotThenTellsChangesThenBeats() {
    registry.model("load");
    String version = registry.version("load").getVersion();
    registry.move("load", "champion", version);
    assign("a", "load", "building");
    try (var client = WatchingClient.call(registry, WatchRequest.getDefaultInstance())) {
      client.awaitTrue(() -> client.alias("load", "champion").equals(version));
      client.awaitTrue(() -> client.assignments().equals(List.of("a")));
      long known = client.revision();
      registry.move("load", "canary", version);
      client.awaitTrue(() -> client.alias("load", "canary").equals(version));
      assertThat(client.revision()).isEqualTo(known + 1);
      registry.move("load", "canary", "");
      client.awaitTrue(() -> client.alias("load", "canary").isEmpty());
      var _ =
          registry
              .assignments()
              .deleteAssignment(DeleteAssignmentRequest.newBuilder().setAssignment("a").build());
      client.awaitTrue(() -> client.assignments().isEmpty());
      var _ =
          registry
              .aliases()
              .moveAliases(
                  MoveAliasesRequest.newBuilder()
                      .addRoutings(Routing.newBuilder().setModel("load").setCanaryBasisPoints(500))
                      .build());
      client.awaitTrue(() -> client.canaryBasisPoints("load") == 500);
      int beats = client.heartbeats();
      client.awaitTrue(() -> client.heartbeats() >= beats + 2);
    }
  }

  @Test
  void onlyTheWantedModelsAreTold() {
    registry.model("load");
    registry.model("price");
    String load = registry.version("load").getVersion();
    String price = registry.version("price").getVersion();
    try (var client =
        WatchingClient.call(registry, WatchRequest.newBuilder().addModels("load").build())) {
      registry.move("price", "champion", price);
      registry.move("load", "champion", load);
      client.awaitTrue(() -> client.alias("load", "champion").equals(load));
      assertThat(client.alias("price", "champion")).isEmpty();
    }
  }

  @Test
  void aLargeSnapshotComesInParts() {
    registry.model("load");
    for (int i = 0; i < 10; i++) {
      assign("a" + i, "load", "building/" + i);
    }
    try (var client = WatchingClient.call(registry, WatchRequest.getDefaultInstance())) {
      client.awaitTrue(() -> client.assignments().size() == 10);
      assertThat(client.snapshotParts()).isEqualTo(4);
    }
  }

  @Test
  void whoReturnsIsToldTheDifferenceOrEverything() {
    registry.model("load");
    String version = registry.version("load").getVersion();
    registry.move("load", "champion", version);
    WatchRequest resume;
    try (var client = WatchingClient.call(registry, WatchRequest.getDefaultInstance())) {
      client.awaitTrue(() -> !client.alias("load", "champion").isEmpty());
      resume = client.resume();
    }
    registry.move("load", "canary", version);
    try (var client = WatchingClient.call(registry, resume)) {
      client.awaitTrue(() -> client.alias("load", "canary").equals(version));
      assertThat(client.snapshotParts()).isZero();
      assertThat(client.alias("load", "champion")).as("not told again").isEmpty();
    }
    try (var client =
        WatchingClient.call(
            registry, resume.toBuilder().setResumeRegistryId("another life").build())) {
      client.awaitTrue(() -> client.alias("load", "champion").equals(version));
      assertThat(client.snapshotParts()).isPositive();
    }
    for (int i = 0; i < 70; i++) {
      registry.move("load", "shadow", i % 2 == 0 ? version : "");
    }
    try (var client = WatchingClient.call(registry, resume)) {
      client.awaitTrue(() -> client.alias("load", "champion").equals(version));
      assertThat(client.snapshotParts()).as("too far behind for a delta").isPositive();
    }
  }

  @Test
  void changesOfAnotherReplicaAreTold() {
    registry.model("load");
    String version = registry.version("load").getVersion();
    try (var other = RunningRegistry.start(database, folder, InstantSource.system(), Map.of());
        var client = WatchingClient.call(other, WatchRequest.getDefaultInstance())) {
      client.awaitTrue(() -> client.revision() > 0);
      registry.move("load", "champion", version);
      client.awaitTrue(() -> client.alias("load", "champion").equals(version));
    }
  }

  /**
   * Whatever writers do and however often the watcher is cut off: at every revision that it was
   * told, it held just the state that the history gives for that revision, and in the end the last.
   */
  @Test
  void neverMissesAChange() throws Exception {
    long seed = Long.getLong("seed", 17L);
    List<String> models = List.of("m0", "m1");
    Map<String, List<String>> versions = new HashMap<>();
    for (String model : models) {
      registry.model(model);
      versions.put(
          model,
          List.of(
              registry.version(model).getVersion(),
              registry.version(model).getVersion(),
              registry.version(model).getVersion(),
              ""));
    }
    try (var threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> writers = new ArrayList<>();
      for (int t = 0; t < 3; t++) {
        var random = new Random(seed + t);
        writers.add(threads.submit(() -> moveAtRandom(random, versions)));
      }
      var random = new Random(seed + 100);
      Map<Long, Map<String, String>> held = new TreeMap<>();
      WatchRequest from = WatchRequest.getDefaultInstance();
      Map<String, String> state = Map.of();
      int calls = 0;
      while (writers.stream().anyMatch(writer -> !writer.isDone())) {
        try (var client = WatchingClient.call(registry, from, state)) {
          int messages = 1 + random.nextInt(12);
          client.awaitMessages(messages);
          held.putAll(client.held());
          if (random.nextInt(4) > 0 && client.revision() > 0) {
            from = client.resume();
            state = client.held().getOrDefault(from.getResumeRevision(), Map.of());
          } else {
            from = WatchRequest.getDefaultInstance();
            state = Map.of();
          }
        }
        calls++;
      }
      for (Future<?> writer : writers) {
        var _ = writer.get();
      }
      var histories = histories(models);
      Map<String, String> last = stateAt(Long.MAX_VALUE, histories);
      try (var client = WatchingClient.call(registry, from, state)) {
        client.awaitTrue(() -> client.aliases().equals(last));
        held.putAll(client.held());
      }
      assertThat(calls).as("reconnects, seed %d", seed).isGreaterThan(1);
      assertThat(held.size()).as("revisions seen, seed %d", seed).isGreaterThan(10);
      held.forEach((revision, aliases) ->
          assertThat(aliases)
              .as("at revision %d, seed %d", revision, seed)
              .isEqualTo(stateAt(revision, histories)));
    }
  }

  private void moveAtRandom(Random random, Map<String, List<String>> versions) {
    for (int i = 0; i < 60; i++) {
      var request = MoveAliasesRequest.newBuilder();
      String model = "m" + random.nextInt(2);
      for (String alias : ALIASES) {
        if (random.nextInt(3) == 0) {
          request.addMoves(
              AliasMove.newBuilder()
                  .setModel(model)
                  .setAlias(alias)
                  .setVersion(versions.getOrDefault(model, List.of()).get(random.nextInt(4))));
        }
      }
      if (request.getMovesCount() > 0) {
        var _ = registry.aliases().moveAliases(request.build());
      }
    }
  }

  /** The moves of every alias, newest first. */
  private Map<String, List<AliasMoveRecord>> histories(List<String> models) {
    Map<String, List<AliasMoveRecord>> histories = new TreeMap<>();
    for (String model : models) {
      for (String alias : ALIASES) {
        try {
          histories.put(model + "/" + alias, registry.history(model, alias));
        } catch (StatusRuntimeException e) {
          assertThat(StatusDetails.reason(e)).contains("ALIAS_UNKNOWN");
        }
      }
    }
    return histories;
  }

  /** From the history alone: what every alias named at a revision. */
  private static Map<String, String> stateAt(
      long revision, Map<String, List<AliasMoveRecord>> histories) {
    Map<String, String> state = new TreeMap<>();
    histories.forEach((alias, moves) ->
        moves.stream()
            .filter(move -> move.getRevision() <= revision)
            .findFirst()
            .filter(move -> !move.getToVersion().isEmpty())
            .ifPresent(move -> state.put(alias, move.getToVersion())));
    return state;
  }

  @Test
  void aDrainingServerSaysSo() {
    try (var client = WatchingClient.call(registry, WatchRequest.getDefaultInstance())) {
      client.awaitTrue(() -> client.snapshotParts() > 0);
      registry.stopServer();
      var refusal = new Refusal(client.awaitError());
      assertThat(refusal.is("UNAVAILABLE", "SERVER_DRAINING")).isNotNull();
    }
  }

  @Test
  void watchersAreBounded() {
    try (var small =
            RunningRegistry.start(
                database, folder, InstantSource.system(), Map.of("watch.watchers-max", "1"));
        var first = WatchingClient.call(small, WatchRequest.getDefaultInstance())) {
      first.awaitTrue(() -> first.snapshotParts() > 0);
      try (var second = WatchingClient.call(small, WatchRequest.getDefaultInstance())) {
        new Refusal(second.awaitError()).is("RESOURCE_EXHAUSTED", "WATCHERS_TOO_MANY");
      }
    }
  }

  private void assign(String name, String model, String prefix) {
    var _ =
        registry
            .assignments()
            .createAssignment(
                CreateAssignmentRequest.newBuilder()
                    .setAssignment(
                        Assignment.newBuilder()
                            .setAssignment(name)
                            .setModel(model)
                            .setTask(Task.TASK_FORECAST)
                            .setSelector(SeriesSelector.newBuilder().setPrefix(prefix)))
                    .build());
  }
}
