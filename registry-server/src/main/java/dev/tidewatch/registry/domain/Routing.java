package dev.tidewatch.registry.domain;

import java.util.List;

/**
 * How requests for a model are shared among its aliases.
 *
 * @param canaryBasisPoints share of {@code canary}, 0 to 10,000
 * @param shadows aliases that answer too, without being sent
 * @param revision of the last change; 0 while it was never set
 */
public record Routing(
    ModelName model, int canaryBasisPoints, List<AliasName> shadows, long revision) {
  public static final int SHADOWS_MAX = 4;

  public Routing {
    if (canaryBasisPoints < 0 || canaryBasisPoints > 10_000) {
      throw new IllegalArgumentException(
          "canary_basis_points is " + canaryBasisPoints + "; it must be 0 to 10000");
    }
    shadows = List.copyOf(shadows);
    if (shadows.size() > SHADOWS_MAX || shadows.stream().distinct().count() != shadows.size()) {
      throw new IllegalArgumentException(
          "shadow_aliases must be at most " + SHADOWS_MAX + " different aliases");
    }
  }

  /** What counts for a model without one. */
  public static Routing none(ModelName model) {
    return new Routing(model, 0, List.of(), 0);
  }
}
