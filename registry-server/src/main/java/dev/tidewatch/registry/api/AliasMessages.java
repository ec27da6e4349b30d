package dev.tidewatch.registry.api;

import dev.tidewatch.proto.registry.v1.Alias;
import dev.tidewatch.proto.registry.v1.AliasExpectation;
import dev.tidewatch.proto.registry.v1.AliasMove;
import dev.tidewatch.proto.registry.v1.AliasMoveRecord;
import dev.tidewatch.proto.registry.v1.Routing;
import dev.tidewatch.registry.domain.AliasKey;
import dev.tidewatch.registry.domain.AliasName;
import java.util.Optional;

/** Aliases, moves and routings as messages. */
final class AliasMessages {
  private AliasMessages() {}

  static Alias alias(dev.tidewatch.registry.domain.Alias alias) {
    return Alias.newBuilder()
        .setModel(alias.model().value())
        .setAlias(alias.name().value())
        .setVersion(alias.version().toString())
        .setArtifactSha256(alias.artifact().hex())
        .setArtifactSizeBytes(alias.artifactSizeBytes())
        .setRevision(alias.revision())
        .setMovedAt(Fields.time(alias.movedAt()))
        .setMovedBy(alias.movedBy())
        .build();
  }

  static AliasKey key(String model, String alias) {
    return new AliasKey(Fields.model("model", model), Fields.alias("alias", alias));
  }

  static dev.tidewatch.registry.domain.AliasMove move(String field, AliasMove move) {
    return new dev.tidewatch.registry.domain.AliasMove(
        new AliasKey(
            Fields.model(field + ".model", move.getModel()),
            Fields.alias(field + ".alias", move.getAlias())),
        Fields.present(move.getVersion()).map(text -> Fields.version(field + ".version", text)),
        move.hasExpected()
            ? Optional.of(expectation(field + ".expected", move.getExpected()))
            : Optional.empty());
  }

  static dev.tidewatch.registry.domain.AliasExpectation expectation(
      String field, AliasExpectation expected) {
    return new dev.tidewatch.registry.domain.AliasExpectation(
        Fields.present(expected.getVersion()).map(text -> Fields.version(field + ".version", text)),
        expected.getRevision());
  }

  static AliasMoveRecord record(dev.tidewatch.registry.domain.AliasMoveRecord move) {
    return AliasMoveRecord.newBuilder()
        .setFromVersion(move.from().map(Object::toString).orElse(""))
        .setToVersion(move.to().map(Object::toString).orElse(""))
        .setMovedAt(Fields.time(move.movedAt()))
        .setMovedBy(move.movedBy())
        .setReason(move.reason())
        .setForced(move.forced())
        .setRollback(move.rollback())
        .setRevision(move.revision())
        .addAllVerdicts(move.verdicts().stream().map(GuardMessages::verdict).toList())
        .build();
  }

  static Routing routing(dev.tidewatch.registry.domain.Routing routing) {
    return Routing.newBuilder()
        .setModel(routing.model().value())
        .setCanaryBasisPoints(routing.canaryBasisPoints())
        .addAllShadowAliases(routing.shadows().stream().map(AliasName::value).toList())
        .setRevision(routing.revision())
        .build();
  }

  static dev.tidewatch.registry.domain.Routing routing(String field, Routing routing) {
    return Fields.read(
        field,
        () ->
            new dev.tidewatch.registry.domain.Routing(
                Fields.model(field + ".model", routing.getModel()),
                routing.getCanaryBasisPoints(),
                routing.getShadowAliasesList().stream()
                    .map(alias -> Fields.alias(field + ".shadow_aliases", alias))
                    .toList(),
                routing.getRevision()));
  }
}
