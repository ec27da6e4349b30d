package dev.tidewatch.inference.serving;

import io.grpc.Context;

/**
 * What the metadata of a call says of its route. It stands before the model's routing and its
 * assignment; a request that names a version or an alias in its message keeps what it names.
 *
 * @param version empty: not said
 * @param alias empty: not said
 * @param routingKey in place of the series; empty: not said
 */
public record RouteOverride(String version, String alias, String routingKey) {
  /** Nothing said. */
  public static final RouteOverride NONE = new RouteOverride("", "", "");

  /** Carries it from the call's metadata to the router. */
  public static final Context.Key<RouteOverride> KEY =
      Context.keyWithDefault("tidewatch-route", NONE);

  public RouteOverride {
    if (!version.isEmpty() && !alias.isEmpty()) {
      throw new IllegalArgumentException("version %s and alias %s".formatted(version, alias));
    }
  }

  static RouteOverride current() {
    return KEY.get();
  }
}
