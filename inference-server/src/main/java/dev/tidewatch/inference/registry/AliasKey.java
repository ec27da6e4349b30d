package dev.tidewatch.inference.registry;

/** An alias of a model, such as {@code champion} of {@code grid-load}. */
public record AliasKey(String model, String alias) {
  /** What answers unless something else was asked for. */
  public static final String CHAMPION = "champion";

  /** What answers for the canary's share of keys. */
  public static final String CANARY = "canary";

  public AliasKey {
    if (model.isEmpty() || alias.isEmpty()) {
      throw new IllegalArgumentException("alias '%s' of model '%s'".formatted(alias, model));
    }
  }
}
