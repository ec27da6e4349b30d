package dev.tidewatch.registry.api;

import dev.tidewatch.proto.registry.v1.RemovedAlias;
import dev.tidewatch.proto.registry.v1.WatchDelta;
import dev.tidewatch.proto.registry.v1.WatchHeartbeat;
import dev.tidewatch.proto.registry.v1.WatchResponse;
import dev.tidewatch.proto.registry.v1.WatchSnapshot;
import dev.tidewatch.registry.watch.Update;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What watchers are told, as messages. */
final class WatchMessages {
  private WatchMessages() {}

  /** In parts of bounded size, the last of which is complete. */
  static List<WatchResponse> snapshot(Update.Snapshot snapshot, int partItems) {
    List<WatchResponse> parts = new ArrayList<>();
    WatchSnapshot.Builder[] part = {part(snapshot)};
    Runnable cut =
        () -> {
          WatchSnapshot.Builder now = part[0];
          int items = now.getAliasesCount() + now.getAssignmentsCount() + now.getRoutingsCount();
          if (items == partItems) {
            parts.add(WatchResponse.newBuilder().setSnapshot(now).build());
            part[0] = part(snapshot);
          }
        };
    snapshot
        .aliases()
        .forEach(alias -> {
          cut.run();
          part[0].addAliases(AliasMessages.alias(alias));
        });
    snapshot
        .assignments()
        .forEach(assignment -> {
          cut.run();
          part[0].addAssignments(AssignmentMessages.assignment(assignment));
        });
    snapshot
        .routings()
        .forEach(routing -> {
          cut.run();
          part[0].addRoutings(AliasMessages.routing(routing));
        });
    parts.add(WatchResponse.newBuilder().setSnapshot(part[0].setComplete(true)).build());
    return parts;
  }

  private static WatchSnapshot.Builder part(Update.Snapshot snapshot) {
    return WatchSnapshot.newBuilder()
        .setRegistryId(snapshot.registryId().toString())
        .setRevision(snapshot.revision());
  }

  static WatchResponse delta(Update.Delta delta) {
    return WatchResponse.newBuilder()
        .setDelta(
            WatchDelta.newBuilder()
                .setRevision(delta.revision())
                .addAllAliases(delta.aliases().stream().map(AliasMessages::alias).toList())
                .addAllAssignments(
                    delta.assignments().stream().map(AssignmentMessages::assignment).toList())
                .addAllRoutings(delta.routings().stream().map(AliasMessages::routing).toList())
                .addAllRemovedAliases(
                    delta.removedAliases().stream()
                        .map(key ->
                            RemovedAlias.newBuilder()
                                .setModel(key.model().value())
                                .setAlias(key.alias().value())
                                .build())
                        .toList())
                .addAllRemovedAssignments(delta.removedAssignments()))
        .build();
  }

  static WatchResponse heartbeat(long revision, Instant now) {
    return WatchResponse.newBuilder()
        .setHeartbeat(WatchHeartbeat.newBuilder().setRevision(revision).setTime(Fields.time(now)))
        .build();
  }
}
