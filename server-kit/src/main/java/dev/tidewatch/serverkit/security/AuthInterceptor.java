package dev.tidewatch.serverkit.security;

import dev.tidewatch.serverkit.errors.PermissionDenied;
import dev.tidewatch.serverkit.errors.Unauthenticated;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks each call for an API key ({@code authorization: Bearer KEY} or {@code x-api-key: KEY}) that
 * holds the scope of its RPC, and tells the call who it is ({@link Caller#current}).
 */
public final class AuthInterceptor implements ServerInterceptor {
  /** Where a key is presented. */
  public static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static final Metadata.Key<String> API_KEY =
      Metadata.Key.of("x-api-key", Metadata.ASCII_STRING_MARSHALLER);
  private static final Duration RELOAD_INTERVAL = Duration.ofSeconds(1);
  private static final String BEARER = "Bearer ";

  private final Scopes scopes;
  private final @Nullable KeyRing keys;

  private AuthInterceptor(Scopes scopes, @Nullable KeyRing keys) {
    this.scopes = scopes;
    this.keys = keys;
  }

  /**
   * Reads the keys.
   *
   * @param host what the server binds; without authentication it must be loopback or in-process
   * @throws IllegalArgumentException when authentication is off on an address that others can reach
   */
  public static AuthInterceptor of(SecurityConfig config, Scopes scopes, String host) {
    if (config.auth() == SecurityConfig.Auth.OFF) {
      if (!host.startsWith("inproc:") && !isLoopback(host)) {
        throw new IllegalArgumentException(
            "security.auth: off is allowed on a loopback address only, and the server binds "
                + host
                + "; set security.auth: api-keys with a keys-file, or grpc.host: 127.0.0.1");
      }
      return new AuthInterceptor(scopes, null);
    }
    return new AuthInterceptor(
        scopes, KeyRing.open(config.keysFile().orElseThrow(), RELOAD_INTERVAL));
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (keys == null) {
      return next.startCall(call, headers); // a context without a caller is anonymous
    }
    Caller caller = authorize(keys, call.getMethodDescriptor().getFullMethodName(), headers);
    return Contexts.interceptCall(
        Context.current().withValue(Caller.CONTEXT_KEY, caller), call, headers, next);
  }

  private Caller authorize(KeyRing ring, String method, Metadata headers) {
    String scope = scopes.of(method);
    Optional<String> presented = presented(headers);
    if (scope.equals(Scopes.PUBLIC)) {
      return presented.flatMap(ring::authenticate).orElse(Caller.ANONYMOUS);
    }
    if (presented.isEmpty()) {
      throw new Unauthenticated(
          "API_KEY_MISSING", "send an API key as metadata 'authorization: Bearer KEY'");
    }
    Caller caller =
        ring.authenticate(presented.get())
            .orElseThrow(() ->
                new Unauthenticated(
                    "API_KEY_UNKNOWN", "the API key is unknown to this server or revoked"));
    if (!scope.equals(Scopes.ANY_KEY) && !caller.holds(scope)) {
      throw new PermissionDenied(
              "SCOPE_MISSING",
              method + " needs the scope " + scope + ", which the key " + caller.keyId() + " lacks")
          .with("required_scope", scope)
          .with("key_id", caller.keyId());
    }
    return caller;
  }

  private static Optional<String> presented(Metadata headers) {
    String authorization = headers.get(AUTHORIZATION);
    if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return Optional.of(authorization.substring(BEARER.length()).strip());
    }
    return Optional.ofNullable(headers.get(API_KEY)).map(String::strip);
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("grpc.host: '" + host + "' is not known", e);
    }
  }
}
