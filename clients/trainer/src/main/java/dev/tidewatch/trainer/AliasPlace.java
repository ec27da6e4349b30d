package dev.tidewatch.trainer;

import dev.tidewatch.proto.registry.v1.AliasExpectation;
import dev.tidewatch.sdk.RegistryClient;

/**
 * Where an alias stands: what a compare-and-set compares with.
 *
 * @param version that it names; empty: there is no such alias
 * @param revision of its last move; 0: there is no such alias
 */
public record AliasPlace(String version, long revision) {
  static final AliasPlace NOWHERE = new AliasPlace("", 0);

  static AliasPlace of(RegistryClient registry, String model, String alias) {
    try (var aliases = registry.listAliases(model)) {
      return aliases
          .filter(one -> one.getAlias().equals(alias))
          .map(one -> new AliasPlace(one.getVersion(), one.getRevision()))
          .findFirst()
          .orElse(NOWHERE);
    }
  }

  AliasExpectation expectation() {
    return AliasExpectation.newBuilder().setVersion(version).setRevision(revision).build();
  }
}
