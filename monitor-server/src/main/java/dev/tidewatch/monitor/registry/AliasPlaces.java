package dev.tidewatch.monitor.registry;

import java.util.List;
import java.util.Optional;

/**
 * Where a model's aliases stand and how its traffic is shared.
 *
 * @param champion empty: the alias names nothing
 * @param canary empty: the alias names nothing
 */
public record AliasPlaces(Optional<Place> champion, Optional<Place> canary, Sharing sharing) {
  /**
   * Where one alias stands.
   *
   * @param revision of the registry, at its last move
   */
  public record Place(String version, long revision) {}

  /**
   * The model's routing.
   *
   * @param canaryBasisPoints share of keys that the canary answers, 0 to 10,000
   * @param shadows aliases that answer beside every answer
   * @param revision of the registry, at its last change; 0: never set
   */
  public record Sharing(int canaryBasisPoints, List<String> shadows, long revision) {
    public Sharing {
      shadows = List.copyOf(shadows);
    }
  }

  public boolean isChampion(String version) {
    return champion.map(Place::version).filter(version::equals).isPresent();
  }

  public boolean isCanary(String version) {
    return canary.map(Place::version).filter(version::equals).isPresent();
  }
}
