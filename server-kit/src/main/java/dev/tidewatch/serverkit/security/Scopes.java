package dev.tidewatch.serverkit.security;

import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.tidewatch.proto.type.v1.Access;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The scope that each RPC of a server asks for: from the contract's option {@code required_scope},
 * or from the server's own table for contracts that are somebody else's. A method in neither is an
 * error at start.
 */
public final class Scopes {
  /** For an RPC that needs no key, such as a health check. */
  public static final String PUBLIC = "public";

  /** For an RPC that any known key may call. */
  public static final String ANY_KEY = "any-key";

  /** May call everything. */
  public static final String ADMIN = "admin";

  /** The scopes that a key can hold. */
  public static final Set<String> ALL =
      Set.of(
          "readings:write",
          "readings:read",
          "models:write",
          "models:read",
          "predict",
          "monitor:write",
          "monitor:read",
          ADMIN);

  private static final Map<String, String> INFRASTRUCTURE =
      Map.of(
          "grpc.health.v1.Health", PUBLIC,
          "grpc.reflection.v1.ServerReflection", ANY_KEY,
          "grpc.channelz.v1.Channelz", ADMIN);

  private final Map<String, String> byMethod;

  private Scopes(Map<String, String> byMethod) {
    this.byMethod = byMethod;
  }

  /**
   * Collects the scopes of all methods.
   *
   * @param own by full service name ({@code pkg.Service}) or full method name ({@code
   *     pkg.Service/Method}, which goes first); overrides the contract
   * @throws IllegalArgumentException naming the methods without a scope, or a scope that does not
   *     exist
   */
  public static Scopes of(List<ServerServiceDefinition> services, Map<String, String> own) {
    Map<String, String> byMethod = new HashMap<>();
    var missing = new TreeSet<String>();
    for (ServerServiceDefinition service : services) {
      for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
        String name = method.getMethodDescriptor().getFullMethodName();
        String serviceName = service.getServiceDescriptor().getName();
        String scope = own.getOrDefault(name, own.getOrDefault(serviceName, ""));
        if (scope.isEmpty()) {
          scope = declared(method);
        }
        if (scope.isEmpty()) {
          scope = INFRASTRUCTURE.getOrDefault(serviceName, "");
        }
        if (scope.isEmpty()) {
          missing.add(name);
        } else if (!ALL.contains(scope) && !scope.equals(PUBLIC) && !scope.equals(ANY_KEY)) {
          throw new IllegalArgumentException(name + " asks for an unknown scope '" + scope + "'");
        } else {
          byMethod.put(name, scope);
        }
      }
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "these RPCs declare no tidewatch.type.v1.required_scope: " + missing);
    }
    return new Scopes(Map.copyOf(byMethod));
  }

  /** The scope of one method, by its full name. */
  String of(String fullMethodName) {
    return byMethod.getOrDefault(fullMethodName, ADMIN);
  }

  private static String declared(ServerMethodDefinition<?, ?> method) {
    if (method.getMethodDescriptor().getSchemaDescriptor()
        instanceof ProtoMethodDescriptorSupplier supplier) {
      MethodDescriptor descriptor = supplier.getMethodDescriptor();
      return descriptor.getOptions().getExtension(Access.requiredScope);
    }
    return "";
  }
}
