package dev.tidewatch.inference.registry;

import java.util.List;

/**
 * How requests for a model are shared among its aliases.
 *
 * @param canaryBasisPoints share of routing keys that {@link AliasKey#CANARY} answers, 0 to 10,000
 * @param shadowAliases answer every request too, without their answers being sent
 */
public record Routing(int canaryBasisPoints, List<String> shadowAliases) {
  /** Hundredths of a percent in the whole. */
  public static final int BASIS_POINTS = 10_000;

  /** The champion answers all. */
  public static final Routing NONE = new Routing(0, List.of());

  public Routing {
    if (canaryBasisPoints < 0 || canaryBasisPoints > BASIS_POINTS) {
      throw new IllegalArgumentException("canary share is %d".formatted(canaryBasisPoints));
    }
    shadowAliases = List.copyOf(shadowAliases);
  }
}
