package dev.tidewatch.registry.domain;

/** Which version of a model an assignment runs. */
public sealed interface ModelTarget {
  /** Whatever the alias names. */
  record ByAlias(AliasName alias) implements ModelTarget {}

  /** Always this one. */
  record Pinned(SemanticVersion version) implements ModelTarget {}
}
