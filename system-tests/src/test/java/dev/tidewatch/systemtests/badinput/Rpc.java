package dev.tidewatch.systemtests.badinput;

import com.google.protobuf.Descriptors;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import dev.tidewatch.proto.type.v1.Access;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One RPC of the contracts, callable with raw bytes, so that messages can be sent which no stub
 * would make.
 */
public record Rpc(
    Descriptors.MethodDescriptor proto, MethodDescriptor<byte[], byte[]> raw, String scope) {

  /** Every RPC of every service whose stubs the contracts' artifact holds. */
  public static List<Rpc> all() {
    var rpcs = new ArrayList<Rpc>();
    for (var service : services()) {
      for (var method : service.getMethods()) {
        rpcs.add(of(method));
      }
    }
    return rpcs;
  }

  private static Rpc of(MethodDescriptor<?, ?> method) {
    if (!(method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier supplier)) {
      throw new IllegalStateException("no descriptor of " + method.getFullMethodName());
    }
    var proto = supplier.getMethodDescriptor();
    var raw = method.toBuilder(new Bytes(), new Bytes()).build();
    return new Rpc(proto, raw, proto.getOptions().getExtension(Access.requiredScope));
  }

  /** {@code tidewatch.ingest.v1.IngestService/IngestReadings}. */
  public String name() {
    return raw.getFullMethodName();
  }

  /** {@code tidewatch.ingest.v1}: which server answers. */
  String protoPackage() {
    return proto.getFile().getPackage();
  }

  /** The request that the given JSON says, as bytes. */
  public byte[] request(String json) {
    var builder = DynamicMessage.newBuilder(proto.getInputType());
    try {
      JsonFormat.parser()
          .usingTypeRegistry(TypeRegistry.getEmptyTypeRegistry())
          .merge(json, builder);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(name() + ": " + json, e);
    }
    return builder.build().toByteArray();
  }

  boolean hasField(String field) {
    return proto.getInputType().findFieldByName(field) != null;
  }

  @Override
  public String toString() {
    return name();
  }

  private static List<ServiceDescriptor> services() {
    try {
      var home = Path.of(Access.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isDirectory(home)) {
        return services(home);
      }
      try (var jar = FileSystems.newFileSystem(home)) {
        return services(jar.getPath("/"));
      }
    } catch (java.net.URISyntaxException | IOException e) {
      throw new IllegalStateException("the contracts' artifact cannot be read", e);
    }
  }

  private static List<ServiceDescriptor> services(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .map(file -> root.relativize(file).toString())
          .filter(file -> file.endsWith("Grpc.class"))
          .sorted()
          .map(file -> file.substring(0, file.length() - ".class".length()).replace('/', '.'))
          .map(Rpc::service)
          .toList();
    }
  }

  private static ServiceDescriptor service(String stubs) {
    try {
      var descriptor = Class.forName(stubs).getMethod("getServiceDescriptor").invoke(null);
      if (descriptor instanceof ServiceDescriptor service) {
        return service;
      }
      throw new IllegalStateException(stubs + " has no service descriptor");
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(stubs + " has no service descriptor", e);
    }
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
