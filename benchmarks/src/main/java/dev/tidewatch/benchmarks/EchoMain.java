package dev.tidewatch.benchmarks;

import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

/**
 * A gRPC server whose only call answers any bytes with a fixed number of bytes: the floor of a
 * call. Prints its port; ends with its standard input.
 */
final class EchoMain {
  private static final int THREADS = 64;

  private static final MethodDescriptor.Marshaller<byte[]> BYTES =
      new MethodDescriptor.Marshaller<>() {
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
      };

  static final MethodDescriptor<byte[], byte[]> CALL =
      MethodDescriptor.<byte[], byte[]>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("tidewatch.bench.Echo/Call")
          .setRequestMarshaller(BYTES)
          .setResponseMarshaller(BYTES)
          .build();

  private EchoMain() {}

  /** Argument: bytes of an answer. */
  public static void main(String[] args) throws IOException {
    var answer = new byte[Integer.parseInt(args[0])];
    var service =
        ServerServiceDefinition.builder("tidewatch.bench.Echo")
            .addMethod(
                CALL,
                ServerCalls.asyncUnaryCall((request, responses) -> {
                  responses.onNext(answer);
                  responses.onCompleted();
                }))
            .build();
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress("localhost", 0))
            .executor(
                Executors.newFixedThreadPool(
                    THREADS, Thread.ofPlatform().name("echo-", 0).daemon().factory()))
            .addService(service)
            .build()
            .start();
    System.out.println(server.getPort());
    System.out.flush();
    while (System.in.read() >= 0) {
      // Nothing is said to it.
    }
    server.shutdownNow();
  }
}
