package dev.tidewatch.inference.api;

import dev.tidewatch.inference.serving.RouteOverride;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/**
 * Reads the route that a call's metadata asks for: {@code tidewatch-model-version} or {@code
 * tidewatch-model-alias}, and {@code tidewatch-routing-key}.
 */
public final class RouteHeaders implements ServerInterceptor {
  private static final int LENGTH_MAX = 255;

  private static final Metadata.Key<String> VERSION = key("tidewatch-model-version");
  private static final Metadata.Key<String> ALIAS = key("tidewatch-model-alias");
  private static final Metadata.Key<String> ROUTING_KEY = key("tidewatch-routing-key");

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (!headers.containsKey(VERSION)
        && !headers.containsKey(ALIAS)
        && !headers.containsKey(ROUTING_KEY)) {
      return next.startCall(call, headers);
    }
    String version = text(headers, VERSION);
    String alias = text(headers, ALIAS);
    if (!version.isEmpty() && !alias.isEmpty()) {
      throw InvalidArgument.field(
          ALIAS.name(), "comes together with " + VERSION.name() + "; send one of the two");
    }
    var override = new RouteOverride(version, alias, text(headers, ROUTING_KEY));
    return Contexts.interceptCall(
        Context.current().withValue(RouteOverride.KEY, override), call, headers, next);
  }

  private static String text(Metadata headers, Metadata.Key<String> key) {
    String value = headers.get(key);
    if (value == null) {
      return "";
    }
    if (value.length() > LENGTH_MAX) {
      throw InvalidArgument.field(
          key.name(),
          "has %d characters; at most %d are allowed".formatted(value.length(), LENGTH_MAX));
    }
    return value;
  }
}
