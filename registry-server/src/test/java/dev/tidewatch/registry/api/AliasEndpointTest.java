package dev.tidewatch.registry.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.tidewatch.proto.registry.v1.AliasExpectation;
import dev.tidewatch.proto.registry.v1.AliasMove;
import dev.tidewatch.proto.registry.v1.GetAliasRequest;
import dev.tidewatch.proto.registry.v1.GetLiveVersionRequest;
import dev.tidewatch.proto.registry.v1.GetRoutingRequest;
import dev.tidewatch.proto.registry.v1.MoveAliasesRequest;
import dev.tidewatch.proto.registry.v1.MoveAliasesResponse;
import dev.tidewatch.proto.registry.v1.RollBackAliasRequest;
import dev.tidewatch.proto.registry.v1.Routing;
import dev.tidewatch.serverkit.testing.Refusal;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Aliases over gRPC. */
class AliasEndpointTest extends RegistryOverGrpc {
  @Test
  void aliasesMoveByCompareAndSetAndBack() {
    registry.model("load");
    String one = registry.version("load").getVersion();
    String two = registry.version("load").getVersion();
    var first = move(expecting("champion", one, "")).getAliases(0);
    Refusal.of(() -> move(expecting("champion", two, "")))
        .is("ABORTED", "ALIAS_MOVED")
        .says("moves[0]");
    clock.set("2026-03-02T00:00:00Z");
    var request =
        MoveAliasesRequest.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .addMoves(expecting("champion", two, one))
            .addRoutings(Routing.newBuilder().setModel("load").setCanaryBasisPoints(250))
            .setReason("better")
            .build();
    var moved = registry.aliases().moveAliases(request);
    assertThat(registry.aliases().moveAliases(request)).isEqualTo(moved);
    assertThat(moved.getRoutings(0).getRevision()).isEqualTo(moved.getRevision());
    assertThat(
            registry
                .aliases()
                .getRouting(GetRoutingRequest.newBuilder().setModel("load").build())
                .getRouting()
                .getCanaryBasisPoints())
        .isEqualTo(250);
    assertThat(live("2026-03-01T12:00:00Z")).isEqualTo(one);
    assertThat(live("2026-03-02T12:00:00Z")).isEqualTo(two);

    clock.set("2026-03-03T00:00:00Z");
    var back =
        registry
            .aliases()
            .rollBackAlias(
                RollBackAliasRequest.newBuilder().setModel("load").setAlias("champion").build());
    assertThat(back.getRolledBackVersion()).isEqualTo(two);
    assertThat(back.getAlias().getVersion()).isEqualTo(one);
    var history = registry.history("load", "champion");
    assertThat(history).hasSize(3);
    assertThat(history.getFirst().getRollback()).isTrue();
    assertThat(history.get(1).getReason()).isEqualTo("better");
    assertThat(history.getLast().getRevision()).isEqualTo(first.getRevision());
  }

  @Test
  void refusalsOfAliasesNameTheField() {
    registry.model("load");
    String one = registry.version("load").getVersion();
    Refusal.of(() -> registry.aliases().moveAliases(MoveAliasesRequest.getDefaultInstance()))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("moves");
    Refusal.of(() -> move(expecting("Champion", one, "")))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("alias");
    Refusal.of(() -> move(expecting("champion", "one", "")))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("moves[0].version");
    Refusal.of(() -> move(expecting("champion", "7.7.7", "")))
        .is("NOT_FOUND", "VERSION_UNKNOWN")
        .says("7.7.7");
    Refusal.of(() -> move(expecting("champion", one, ""), expecting("champion", one, "")))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("moves[1]");
    Refusal.of(() ->
            registry
                .aliases()
                .moveAliases(
                    MoveAliasesRequest.newBuilder()
                        .addMoves(expecting("champion", one, ""))
                        .setForce(true)
                        .build()))
        .is("INVALID_ARGUMENT", "REASON_MISSING")
        .says("reason");
    Refusal.of(() ->
            registry
                .aliases()
                .moveAliases(
                    MoveAliasesRequest.newBuilder()
                        .addRoutings(
                            Routing.newBuilder()
                                .setModel("load")
                                .setCanaryBasisPoints(10)
                                .setRevision(4711))
                        .build()))
        .is("ABORTED", "ROUTING_CHANGED")
        .says("routings[0].revision");
    Refusal.of(() ->
            registry
                .aliases()
                .getAlias(GetAliasRequest.newBuilder().setModel("load").setAlias("nobody").build()))
        .is("NOT_FOUND", "ALIAS_UNKNOWN");
    Refusal.of(() ->
            registry
                .aliases()
                .rollBackAlias(
                    RollBackAliasRequest.newBuilder().setModel("load").setAlias("nobody").build()))
        .is("NOT_FOUND", "ALIAS_UNKNOWN");
    move(expecting("champion", one, ""));
    Refusal.of(() ->
            registry
                .aliases()
                .rollBackAlias(
                    RollBackAliasRequest.newBuilder()
                        .setModel("load")
                        .setAlias("champion")
                        .build()))
        .is("FAILED_PRECONDITION", "NO_EARLIER_VERSION");
    Refusal.of(() ->
            registry
                .aliases()
                .getLiveVersion(
                    GetLiveVersionRequest.newBuilder()
                        .setModel("load")
                        .setAlias("champion")
                        .setAt(Timestamp.newBuilder().setNanos(1))
                        .build()))
        .is("INVALID_ARGUMENT", "TIME_TOO_FINE")
        .says("at");
    Refusal.of(() ->
            registry
                .aliases()
                .getLiveVersion(
                    GetLiveVersionRequest.newBuilder()
                        .setModel("load")
                        .setAlias("champion")
                        .setAt(Timestamp.newBuilder().setSeconds(400_000_000_000L))
                        .build()))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("at");
  }

  private MoveAliasesResponse move(AliasMove.Builder... moves) {
    var request = MoveAliasesRequest.newBuilder();
    for (AliasMove.Builder move : moves) {
      request.addMoves(move);
    }
    return registry.aliases().moveAliases(request.build());
  }

  private static AliasMove.Builder expecting(String alias, String to, String expected) {
    return AliasMove.newBuilder()
        .setModel("load")
        .setAlias(alias)
        .setVersion(to)
        .setExpected(AliasExpectation.newBuilder().setVersion(expected));
  }

  private String live(String at) {
    return registry
        .aliases()
        .getLiveVersion(
            GetLiveVersionRequest.newBuilder()
                .setModel("load")
                .setAlias("champion")
                .setAt(Fields.time(Instant.parse(at)))
                .build())
        .getVersion();
  }
}
