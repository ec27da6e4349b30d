package dev.tidewatch.registry.domain;

import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.timeseries.Times;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which version plays which part: moved by compare-and-set, several at once, with history.
 * Thread-safe.
 */
public final class AliasBoard {
  private final RegistryStore store;
  private final InstantSource clock;

  public AliasBoard(RegistryStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * What a set of moves came to.
   *
   * @param aliases as they are now, without those that are gone
   * @param revision of the change, or the current one where nothing changed
   * @param verdicts of the gates of protected aliases, in the order of the moves
   */
  public record Moved(
      List<Alias> aliases, List<Routing> routings, long revision, List<GateVerdict> verdicts) {
    public Moved {
      verdicts = List.copyOf(verdicts);
      aliases = List.copyOf(aliases);
      routings = List.copyOf(routings);
    }
  }

  /**
   * What was live at a time.
   *
   * @param version empty: the alias named nothing
   * @param since the move that made it so
   * @param until when it ended
   */
  public record Live(
      Optional<SemanticVersion> version,
      Optional<AliasMoveRecord> since,
      Optional<Instant> until) {}

  /**
   * Moves aliases and sets routings, all or none.
   *
   * @param force past gates and missing approvals; {@code reason} must say why
   */
  public Moved move(
      Origin origin, List<AliasMove> moves, List<Routing> routings, String reason, boolean force) {
    if (force && reason.isBlank()) {
      throw new InvalidArgument("REASON_MISSING", "reason", "required with force");
    }
    requireEachOnce(moves, routings);
    return store.change(
        origin,
        registry -> {
          String revision =
              registry.once(() -> {
                boolean changed = false;
                for (int i = 0; i < moves.size(); i++) {
                  changed |=
                      move(registry, origin, moves.get(i), "moves[" + i + "]", reason, force);
                }
                for (int i = 0; i < routings.size(); i++) {
                  changed |= set(registry, routings.get(i), "routings[" + i + "]", reason);
                }
                return Long.toString(changed ? registry.nextRevision() : registry.revision());
              });
          return new Moved(
              moves.stream().flatMap(m -> registry.aliases().find(m.key()).stream()).toList(),
              routings.stream().map(r -> routing(registry, r.model())).toList(),
              Long.parseLong(revision),
              moves.stream()
                  .flatMap(
                      m -> registry.aliases().moveIn(m.key(), Long.parseLong(revision)).stream())
                  .flatMap(made -> made.verdicts().stream())
                  .toList());
        });
  }

  private boolean move(
      RegistryChange registry,
      Origin origin,
      AliasMove move,
      String field,
      String reason,
      boolean force) {
    ModelCatalog.model(registry, move.key().model());
    Optional<Alias> now = registry.aliases().find(move.key());
    requireExpected(move.key(), now, move.expected(), field);
    move.to().ifPresent(to -> requireReady(registry, move.key(), to));
    if (now.map(Alias::version).equals(move.to())) {
      return false;
    }
    List<GateVerdict> verdicts = verdicts(registry, move);
    List<GateVerdict> refusals = verdicts.stream().filter(verdict -> !verdict.passed()).toList();
    if (!refusals.isEmpty() && !force) {
      throw refusal(move.key(), refusals, field);
    }
    Optional<String> broken = broken(registry, move, now);
    if (broken.isPresent() && !force) {
      throw new FailedPrecondition(
              "SIGNATURE_CHANGED",
              field
                  + ".version: "
                  + move.to().map(Object::toString).orElse("")
                  + " would fail callers of '"
                  + move.key()
                  + "': "
                  + broken.get()
                  + "; give it a new major number, or force with a reason")
          .with("model", move.key().model().value())
          .with("alias", move.key().alias().value());
    }
    carryOut(
        registry,
        new AliasMoveRecord(
            move.key(),
            now.map(Alias::version),
            move.to(),
            timeAfterLastMove(registry, move.key()),
            origin.actor(),
            reason,
            !refusals.isEmpty() || broken.isPresent(),
            false,
            registry.nextRevision(),
            verdicts));
    return true;
  }

  /** What callers of the version named now would trip over, unless a major number says so. */
  private static Optional<String> broken(
      RegistryView registry, AliasMove move, Optional<Alias> now) {
    if (now.isEmpty()
        || move.to().isEmpty()
        || now.get().version().major() != move.to().get().major()) {
      return Optional.empty();
    }
    return signature(registry, move.key(), move.to().get())
        .breaks(signature(registry, move.key(), now.get().version()));
  }

  private static TensorSignature signature(
      RegistryView registry, AliasKey key, SemanticVersion number) {
    return TensorSignature.of(
        ModelCatalog.version(registry, key.model(), number).content().signature());
  }

  private List<GateVerdict> verdicts(RegistryView registry, AliasMove move) {
    boolean isProtected =
        registry.guards().protection(move.key()).map(AliasProtection::isProtected).orElse(false);
    if (!isProtected) {
      return List.of();
    }
    if (move.to().isEmpty()) {
      // Removed and made again, it would have nothing to be compared with.
      return List.of(
          new GateVerdict(
              GateVerdict.STATE, false, "a protected alias is removed by force only", List.of()));
    }
    return AliasGuards.judge(registry, move.key(), move.to().get(), clock.instant());
  }

  private static FailedPrecondition refusal(
      AliasKey key, List<GateVerdict> refusals, String field) {
    List<GateVerdict> gates =
        refusals.stream().filter(verdict -> !verdict.gate().equals(GateVerdict.APPROVALS)).toList();
    String why =
        refusals.stream()
            .map(verdict -> verdict.gate() + ": " + verdict.explanation())
            .collect(Collectors.joining("; "));
    return gates.isEmpty()
        ? new FailedPrecondition(
                "APPROVAL_MISSING",
                field + ": '" + key + "' is protected and has " + refusals.getFirst().explanation())
            .with("model", key.model().value())
            .with("alias", key.alias().value())
        : new FailedPrecondition("GATE_REFUSED", field + ": '" + key + "' is protected; " + why)
            .with("model", key.model().value())
            .with("alias", key.alias().value())
            .with("gates", gates.stream().map(GateVerdict::gate).collect(Collectors.joining(",")));
  }

  private boolean set(RegistryChange registry, Routing wanted, String field, String reason) {
    ModelCatalog.model(registry, wanted.model());
    Routing now = routing(registry, wanted.model());
    if (now.revision() != wanted.revision()) {
      throw new Aborted(
              "ROUTING_CHANGED",
              field
                  + ".revision: the routing of '"
                  + wanted.model()
                  + "' is at revision "
                  + now.revision()
                  + ", not "
                  + wanted.revision()
                  + "; read again, then decide")
          .with("model", wanted.model().value());
    }
    if (now.canaryBasisPoints() == wanted.canaryBasisPoints()
        && now.shadows().equals(wanted.shadows())) {
      return false;
    }
    registry
        .aliases()
        .setRouting(
            new Routing(
                wanted.model(),
                wanted.canaryBasisPoints(),
                wanted.shadows(),
                registry.nextRevision()));
    registry.announce(new ChangedThing.OfRouting(wanted.model()));
    registry.audit(
        wanted.model().value(),
        "routing",
        "set the canary's share to "
            + wanted.canaryBasisPoints()
            + " basis points, shadows "
            + wanted.shadows(),
        reason);
    return true;
  }

  /**
   * Where an alias is after a rollback.
   *
   * @param from the version that it was rolled back from
   */
  public record RolledBack(Alias alias, SemanticVersion from) {}

  /** Moves an alias back to where it was before its last move. */
  public RolledBack rollBack(
      Origin origin, AliasKey key, Optional<AliasExpectation> expected, String reason) {
    return store.change(
        origin,
        registry -> {
          String from =
              registry.once(() -> {
                ModelCatalog.model(registry, key.model());
                Alias now = registry.aliases().find(key).orElseThrow(() -> Missing.alias(key));
                requireExpected(key, Optional.of(now), expected, "expected");
                SemanticVersion earlier =
                    registry
                        .aliases()
                        .lastMove(key)
                        .flatMap(AliasMoveRecord::from)
                        .orElseThrow(() ->
                            new FailedPrecondition(
                                "NO_EARLIER_VERSION",
                                "alias: '" + key + "' named nothing before its last move"));
                requireReady(registry, key, earlier);
                carryOut(
                    registry,
                    new AliasMoveRecord(
                        key,
                        Optional.of(now.version()),
                        Optional.of(earlier),
                        timeAfterLastMove(registry, key),
                        origin.actor(),
                        reason,
                        false,
                        true,
                        registry.nextRevision(),
                        List.of()));
                return now.version().toString();
              });
          return new RolledBack(
              registry.aliases().find(key).orElseThrow(() -> Missing.alias(key)),
              SemanticVersion.parse(from));
        });
  }

  public Alias get(AliasKey key) {
    return store.read(registry -> {
      ModelCatalog.model(registry, key.model());
      return registry.aliases().find(key).orElseThrow(() -> Missing.alias(key));
    });
  }

  public Page<Alias> list(Optional<ModelName> model, PageRequest request) {
    return store.read(registry -> {
      model.ifPresent(name -> ModelCatalog.model(registry, name));
      return registry.aliases().page(model, request);
    });
  }

  public Page<AliasMoveRecord> history(AliasKey key, PageRequest request) {
    return store.read(registry -> {
      requireKnown(registry, key);
      return registry.aliases().history(key, request);
    });
  }

  /** What an alias named at a time. */
  public Live liveAt(AliasKey key, Instant time) {
    return store.read(registry -> {
      requireKnown(registry, key);
      Optional<AliasMoveRecord> since = registry.aliases().moveAtOrBefore(key, time);
      Optional<AliasMoveRecord> next =
          registry.aliases().moveAfter(key, since.map(AliasMoveRecord::revision).orElse(0L));
      return new Live(
          since.flatMap(AliasMoveRecord::to), since, next.map(AliasMoveRecord::movedAt));
    });
  }

  public Routing routing(ModelName model) {
    return store.read(registry -> {
      ModelCatalog.model(registry, model);
      return routing(registry, model);
    });
  }

  private static Routing routing(RegistryView registry, ModelName model) {
    return registry.aliases().routing(model).orElseGet(() -> Routing.none(model));
  }

  private static void carryOut(RegistryChange registry, AliasMoveRecord move) {
    registry.aliases().move(move);
    registry.announce(new ChangedThing.OfAlias(move.key()));
    registry.audit(
        move.key().model().value(),
        move.key().alias().value(),
        (move.rollback() ? "rolled back from " : "moved from ")
            + move.from().map(Object::toString).orElse("nothing")
            + " to "
            + move.to().map(Object::toString).orElse("nothing")
            + (move.forced() ? ", forced past " + refusedBy(move) : ""),
        move.reason());
  }

  private static String refusedBy(AliasMoveRecord move) {
    return move.verdicts().stream()
        .filter(verdict -> !verdict.passed())
        .map(GateVerdict::gate)
        .collect(Collectors.joining(", "));
  }

  /** A clock that was set back must not make history run backwards. */
  private Instant timeAfterLastMove(RegistryView registry, AliasKey key) {
    Instant now = Times.toInstant(Times.floorToMicros(clock.instant()));
    return registry
        .aliases()
        .lastMove(key)
        .map(AliasMoveRecord::movedAt)
        .filter(last -> last.isAfter(now))
        .orElse(now);
  }

  private static void requireEachOnce(List<AliasMove> moves, List<Routing> routings) {
    if (moves.isEmpty() && routings.isEmpty()) {
      throw InvalidArgument.field("moves", "give at least one move or routing");
    }
    Set<Object> seen = new HashSet<>();
    for (int i = 0; i < moves.size(); i++) {
      if (!seen.add(moves.get(i).key())) {
        throw InvalidArgument.field(
            "moves[" + i + "]", "alias '" + moves.get(i).key() + "' is moved twice");
      }
    }
    for (int i = 0; i < routings.size(); i++) {
      if (!seen.add(routings.get(i).model())) {
        throw InvalidArgument.field(
            "routings[" + i + "]", "model '" + routings.get(i).model() + "' is routed twice");
      }
    }
  }

  private static void requireExpected(
      AliasKey key, Optional<Alias> now, Optional<AliasExpectation> expected, String field) {
    if (expected.isPresent() && !expected.get().meets(now)) {
      String version = now.map(alias -> alias.version().toString()).orElse("");
      throw new Aborted(
              "ALIAS_MOVED",
              field
                  + ": alias '"
                  + key
                  + "' "
                  + now.map(alias ->
                          "names " + alias.version() + " since revision " + alias.revision())
                      .orElse("does not exist")
                  + "; read again, then decide")
          .with("model", key.model().value())
          .with("alias", key.alias().value())
          .with("version", version);
    }
  }

  private static void requireReady(RegistryView registry, AliasKey key, SemanticVersion number) {
    ModelVersion version = ModelCatalog.version(registry, key.model(), number);
    if (version.state() != VersionState.READY) {
      throw new FailedPrecondition(
              "VERSION_NOT_READY",
              "version: " + version.label() + " is " + version.state() + " and cannot be named")
          .with("model", key.model().value())
          .with("version", number.toString());
    }
  }

  private static void requireKnown(RegistryView registry, AliasKey key) {
    ModelCatalog.model(registry, key.model());
    if (registry.aliases().lastMove(key).isEmpty()) {
      throw Missing.alias(key);
    }
  }
}
