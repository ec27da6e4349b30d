package dev.tidewatch.registry.domain;

/** Something that watchers must read again. */
public sealed interface ChangedThing {
  ModelName model();

  /** An alias was made, moved or removed. */
  record OfAlias(AliasKey key) implements ChangedThing {
    @Override
    public ModelName model() {
      return key.model();
    }
  }

  /** A routing was set. */
  record OfRouting(ModelName model) implements ChangedThing {}

  /**
   * An assignment was made, changed or deleted.
   *
   * @param model of the assignment after the change
   */
  record OfAssignment(ModelName model, String name) implements ChangedThing {}
}
