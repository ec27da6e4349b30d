package dev.tidewatch.registry.domain;

import dev.tidewatch.timeseries.Times;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What guards aliases: protection, gates, approvals. Thread-safe. */
public final class AliasGuards {
  private static final int EXHIBITS_MAX = 1_000;

  private final RegistryStore store;
  private final InstantSource clock;

  public AliasGuards(RegistryStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * Sets what guards an alias.
   *
   * @param wanted with the revision that it is based on
   */
  public AliasProtection protect(Origin origin, AliasProtection wanted) {
    AliasKey key = wanted.key();
    return store.change(
        origin,
        registry -> {
          registry.once(() -> {
            ModelCatalog.requireEtag(
                protection(registry, key).revision(),
                wanted.revision(),
                "the protection of '" + key + "'");
            registry
                .guards()
                .setProtection(
                    new AliasProtection(
                        key,
                        wanted.isProtected(),
                        wanted.gates(),
                        wanted.approvalsMin(),
                        registry.nextRevision()));
            registry.audit(
                key.model().value(),
                key.alias().value(),
                "set the protection: " + said(wanted),
                "");
            return key.toString();
          });
          return protection(registry, key);
        });
  }

  public AliasProtection protection(AliasKey key) {
    return store.read(registry -> protection(registry, key));
  }

  private static AliasProtection protection(RegistryView registry, AliasKey key) {
    ModelCatalog.model(registry, key.model());
    return registry.guards().protection(key).orElseGet(() -> AliasProtection.none(key));
  }

  /** What every gate of an alias says of a version. */
  public List<GateVerdict> check(AliasKey key, SemanticVersion version) {
    return store.read(registry -> judge(registry, key, version, clock.instant()));
  }

  /** What the gates say inside a transaction. */
  static List<GateVerdict> judge(
      RegistryView registry, AliasKey key, SemanticVersion number, Instant now) {
    ModelVersion candidate = ModelCatalog.version(registry, key.model(), number);
    AliasProtection protection = protection(registry, key);
    if (!protection.isProtected()) {
      return new Gates(protection, candidate, Optional.empty(), List.of(), 0, now).verdicts();
    }
    Optional<ModelVersion> named =
        registry
            .aliases()
            .find(key)
            .map(alias -> ModelCatalog.version(registry, key.model(), alias.version()));
    return new Gates(
            protection,
            candidate,
            named,
            registry.evidence().exhibits(new VersionName(key.model(), number), EXHIBITS_MAX),
            registry.guards().approvals(key, number),
            now)
        .verdicts();
  }

  /** Says yes in the name of the caller; again changes the comment. */
  public Approval approve(Origin origin, AliasKey key, SemanticVersion version, String comment) {
    return store.change(
        origin,
        registry -> {
          registry.once(() -> {
            ModelCatalog.version(registry, key.model(), version);
            registry
                .guards()
                .approve(
                    new Approval(
                        key,
                        version,
                        origin.actor(),
                        Times.toInstant(Times.floorToMicros(clock.instant())),
                        comment,
                        registry.nextRevision()));
            registry.audit(
                key.model().value(),
                version.toString(),
                "approved the version as '" + key.alias() + "'",
                comment);
            return key + "@" + version;
          });
          return registry
              .guards()
              .approval(key, version, origin.actor())
              // A repeat after it was withdrawn finds none; then it is what the caller had said.
              .orElseGet(() ->
                  new Approval(
                      key,
                      version,
                      origin.actor(),
                      Times.toInstant(Times.floorToMicros(clock.instant())),
                      comment,
                      registry.revision()));
        });
  }

  /** Takes the caller's own yes back; none is no error. */
  public void withdraw(Origin origin, AliasKey key, SemanticVersion version) {
    store.change(
        origin,
        registry ->
            registry.once(() -> {
              ModelCatalog.version(registry, key.model(), version);
              if (registry.guards().withdraw(key, version, origin.actor())) {
                registry.audit(
                    key.model().value(),
                    version.toString(),
                    "withdrew the approval of the version as '" + key.alias() + "'",
                    "");
              }
              return key + "@" + version;
            }));
  }

  /** Newest first. */
  public Page<Approval> approvals(
      ModelName model,
      Optional<AliasName> alias,
      Optional<SemanticVersion> version,
      PageRequest request) {
    return store.read(registry -> {
      ModelCatalog.model(registry, model);
      return registry.guards().page(model, alias, version, request);
    });
  }

  private static String said(AliasProtection wanted) {
    if (!wanted.isProtected()) {
      return "none";
    }
    GatePolicy gates = wanted.gates();
    var parts = new ArrayList<String>();
    gates.ageMax().ifPresent(age -> parts.add("evidence at most " + age + " old"));
    gates
        .pairedTest()
        .ifPresent(gate ->
            parts.add(
                "%s than the version named, by %s at %d origins or more, level %s"
                    .formatted(
                        gate.better() ? "better" : "not worse",
                        gate.measure(),
                        gate.pairsMin(),
                        gate.significance())));
    gates
        .coverage()
        .ifPresent(gate ->
            parts.add(
                "coverage within %s of %d intervals or more"
                    .formatted(gate.differenceMax(), gate.intervalsMin())));
    gates
        .data()
        .ifPresent(
            gate -> parts.add("%d rows over %s or more".formatted(gate.rowsMin(), gate.spanMin())));
    if (gates.sameSignature()) {
      parts.add("the same signature");
    }
    if (wanted.approvalsMin() > 0) {
      parts.add(wanted.approvalsMin() + " approvals");
    }
    return parts.isEmpty() ? "nothing asked for" : String.join(", ", parts);
  }
}
