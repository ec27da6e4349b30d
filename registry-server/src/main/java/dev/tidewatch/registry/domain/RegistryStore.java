package dev.tidewatch.registry.domain;

import java.util.function.Function;

/** Where the registry keeps what it knows. Thread-safe. */
public interface RegistryStore {
  /**
   * Runs a query on one snapshot: everything that it reads was true at {@link
   * RegistryView#revision()}.
   */
  <T> T read(Function<RegistryView, T> query);

  /**
   * Runs a change. Changes run one after the other, each seeing all before it, and are committed as
   * a whole or, if the function throws, not at all.
   */
  <T> T change(Origin origin, Function<RegistryChange, T> change);
}
