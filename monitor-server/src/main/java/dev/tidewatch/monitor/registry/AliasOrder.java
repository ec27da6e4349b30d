package dev.tidewatch.monitor.registry;

import dev.tidewatch.monitor.registry.AliasPlaces.Place;
import dev.tidewatch.monitor.registry.AliasPlaces.Sharing;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Aliases of one model to be moved in one step, each from where it was seen.
 *
 * @param requestId the same for the same order, so that it is carried out once
 * @param sharing the new routing with the revision that it was read at; empty: as it is
 * @param reason kept in the registry's history
 */
public record AliasOrder(
    UUID requestId, String model, List<Move> moves, Optional<Sharing> sharing, String reason) {
  public AliasOrder {
    moves = List.copyOf(moves);
  }

  /**
   * One alias to be moved.
   *
   * @param seen where it was seen; empty: it named nothing
   * @param to empty: it is removed
   */
  public record Move(String alias, Optional<Place> seen, Optional<String> to) {}
}
