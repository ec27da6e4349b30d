package dev.tidewatch.registry.domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Aliases with their moves, and routings, as they are stored. */
public interface AliasRows {
  Optional<Alias> find(AliasKey key);

  /** By model and alias, ascending; the page key is {@code model/alias}. */
  Page<Alias> page(Optional<ModelName> model, PageRequest request);

  /** Everything, by model and alias; for snapshots. */
  List<Alias> all();

  /** Carries a move out and keeps its record. */
  void move(AliasMoveRecord move);

  Optional<AliasMoveRecord> lastMove(AliasKey key);

  /** Newest first; the page key is the revision. */
  Page<AliasMoveRecord> history(AliasKey key, PageRequest request);

  /** What an alias did in one change. */
  Optional<AliasMoveRecord> moveIn(AliasKey key, long revision);

  /** The last move at or before a time. */
  Optional<AliasMoveRecord> moveAtOrBefore(AliasKey key, Instant time);

  /** The first move after another. */
  Optional<AliasMoveRecord> moveAfter(AliasKey key, long revision);

  /** Empty where none was set. */
  Optional<Routing> routing(ModelName model);

  List<Routing> routings();

  void setRouting(Routing routing);
}
