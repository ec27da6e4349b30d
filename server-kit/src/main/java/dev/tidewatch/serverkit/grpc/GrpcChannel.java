package dev.tidewatch.serverkit.grpc;

import dev.tidewatch.serverkit.security.AuthInterceptor;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptor;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.TlsChannelCredentials;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A channel to another server, over a socket or in process: traced, with the caller's API key, kept
 * alive while in use, and retrying what failed with UNAVAILABLE before anything was answered.
 * Thread-safe.
 */
public final class GrpcChannel implements AutoCloseable {
  private static final long CLOSE_WAIT_SECONDS = 5;

  private final ManagedChannel channel;

  private GrpcChannel(ManagedChannel channel) {
    this.channel = channel;
  }

  /** Connects lazily, at the first call. */
  public static GrpcChannel open(ClientConfig config, Telemetry telemetry) {
    List<ClientInterceptor> interceptors = new ArrayList<>();
    interceptors.add(telemetry.clientInterceptor());
    if (!config.apiKey().value().isEmpty()) {
      var headers = new Metadata();
      headers.put(AuthInterceptor.AUTHORIZATION, "Bearer " + config.apiKey().value());
      interceptors.add(MetadataUtils.newAttachHeadersInterceptor(headers));
    }
    try {
      return new GrpcChannel(
          transport(config)
              .maxInboundMessageSize(config.maxMessageSize().toIntExact())
              .defaultServiceConfig(retries())
              .enableRetry()
              .intercept(interceptors)
              .build());
    } catch (IOException e) {
      throw new UncheckedIOException("TLS files of " + config.target() + ": " + e.getMessage(), e);
    }
  }

  /** For making stubs. */
  public Channel channel() {
    return channel;
  }

  /** Lets running calls end for a few seconds, then cancels them. */
  @Override
  public void close() {
    channel.shutdown();
    try {
      if (!channel.awaitTermination(CLOSE_WAIT_SECONDS, TimeUnit.SECONDS)) {
        channel.shutdownNow();
      }
    } catch (InterruptedException e) {
      channel.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private static ManagedChannelBuilder<?> transport(ClientConfig config) throws IOException {
    Optional<String> inProcess = GrpcConfig.inProcessName(config.target());
    if (inProcess.isPresent()) {
      return InProcessChannelBuilder.forName(inProcess.get());
    }
    return NettyChannelBuilder.forTarget(config.target(), credentials(config))
        .keepAliveTime(config.keepAliveTime().toMillis(), TimeUnit.MILLISECONDS)
        .keepAliveTimeout(20, TimeUnit.SECONDS);
  }

  private static ChannelCredentials credentials(ClientConfig config) throws IOException {
    if (!config.tls()) {
      return InsecureChannelCredentials.create();
    }
    var credentials = TlsChannelCredentials.newBuilder();
    if (config.authorities().isPresent()) {
      credentials.trustManager(config.authorities().get().toFile());
    }
    if (config.certificate().isPresent()) {
      credentials.keyManager(
          config.certificate().get().toFile(), config.key().orElseThrow().toFile());
    }
    return credentials.build();
  }

  private static Map<String, Object> retries() {
    return Map.of(
        "methodConfig",
        List.of(
            Map.of(
                "name",
                List.of(Map.of()),
                "retryPolicy",
                Map.of(
                    "maxAttempts",
                    4.0,
                    "initialBackoff",
                    "0.05s",
                    "maxBackoff",
                    "1s",
                    "backoffMultiplier",
                    3.0,
                    "retryableStatusCodes",
                    List.of("UNAVAILABLE")))));
  }
}
