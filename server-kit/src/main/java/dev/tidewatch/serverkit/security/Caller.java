package dev.tidewatch.serverkit.security;

import io.grpc.Context;
import java.util.Set;

/**
 * Who makes the current call.
 *
 * @param keyId public id of the API key; {@code anonymous} when authentication is off or the RPC is
 *     public
 * @param name what the key was called when it was made
 * @param scopes what the key holds
 */
public record Caller(String keyId, String name, Set<String> scopes) {
  /** Where the gRPC context of a call that showed a key has its caller. */
  public static final Context.Key<Caller> CONTEXT_KEY = Context.key("tidewatch-caller");

  static final Caller ANONYMOUS = new Caller("anonymous", "anonymous", Set.of());

  public Caller {
    scopes = Set.copyOf(scopes);
  }

  /** The caller of the gRPC call on this thread; anonymous outside of calls. */
  public static Caller current() {
    Caller caller = CONTEXT_KEY.get();
    return caller == null ? ANONYMOUS : caller;
  }

  boolean holds(String scope) {
    return scopes.contains(scope) || scopes.contains(Scopes.ADMIN);
  }
}
