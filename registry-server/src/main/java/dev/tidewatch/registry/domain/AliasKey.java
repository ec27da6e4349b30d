package dev.tidewatch.registry.domain;

import java.util.Comparator;

/** Names one alias of one model; ordered by model, then alias. */
public record AliasKey(ModelName model, AliasName alias) implements Comparable<AliasKey> {
  private static final Comparator<AliasKey> ORDER =
      Comparator.comparing(AliasKey::model).thenComparing(AliasKey::alias);

  @Override
  public int compareTo(AliasKey other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return model + "/" + alias;
  }
}
