package dev.tidewatch.sdk;

import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One lazily connecting channel per server, with deadlines, spans and the API key put in front. */
final class Channels implements AutoCloseable {
  /** The largest message that a server may send: pages of readings and forecasts stay far below. */
  private static final int MESSAGE_BYTES_MAX = 16 << 20;

  private static final int SHUTDOWN_SECONDS = 5;

  private final KeepAlive keepAlive;
  private final List<ManagedChannel> opened = new ArrayList<>();
  private final List<ClientInterceptor> interceptors = new ArrayList<>();
  private final Channel ingest;
  private final Channel registry;
  private final Channel inference;
  private final Channel monitor;

  Channels(Connection connection) {
    keepAlive = connection.keepAlive();
    interceptors.add(new DeadlineInterceptor(connection.deadline()));
    interceptors.add(
        new TraceInterceptor(connection.openTelemetry().getTracer("dev.tidewatch.sdk")));
    if (connection.apiKey() != null) {
      interceptors.add(new CredentialsInterceptor(new ApiKeyCredentials(connection.apiKey())));
    }
    try {
      this.ingest = open(connection.ingest(), connection.transport());
      this.registry = open(connection.registry(), connection.transport());
      this.inference = open(connection.inference(), connection.transport());
      this.monitor = open(connection.monitor(), connection.transport());
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private Channel open(Endpoint endpoint, Transport transport) {
    var builder =
        NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
            .maxInboundMessageSize(MESSAGE_BYTES_MAX)
            .keepAliveTime(keepAlive.silence().toNanos(), TimeUnit.NANOSECONDS)
            .keepAliveTimeout(keepAlive.patience().toNanos(), TimeUnit.NANOSECONDS)
            .userAgent("tidewatch-java");
    switch (transport) {
      case Transport.Plaintext plaintext -> builder.usePlaintext();
      case Transport.Tls tls -> {
        try {
          SslContextBuilder context = GrpcSslContexts.forClient();
          if (tls.trustedCertificates() != null) {
            context.trustManager(tls.trustedCertificates().toFile());
          }
          if (tls.certificate() != null && tls.privateKey() != null) {
            context.keyManager(tls.certificate().toFile(), tls.privateKey().toFile());
          }
          builder.sslContext(context.build());
        } catch (IOException e) {
          throw new UncheckedIOException("transport: " + e.getMessage(), e);
        }
        if (tls.serverName() != null) {
          builder.overrideAuthority(tls.serverName());
        }
      }
    }
    ManagedChannel channel = builder.build();
    opened.add(channel);
    return ClientInterceptors.intercept(channel, interceptors);
  }

  Channel ingest() {
    return ingest;
  }

  Channel registry() {
    return registry;
  }

  Channel inference() {
    return inference;
  }

  Channel monitor() {
    return monitor;
  }

  /** Forgets how long the transport meant to wait before it connects again. */
  void reconnectNow() {
    opened.forEach(ManagedChannel::resetConnectBackoff);
  }

  /** Waits a moment for calls under way, then cuts them. */
  @Override
  public void close() {
    opened.forEach(ManagedChannel::shutdown);
    boolean interrupted = false;
    for (ManagedChannel channel : opened) {
      try {
        if (!interrupted && channel.awaitTermination(SHUTDOWN_SECONDS, TimeUnit.SECONDS)) {
          continue;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
      channel.shutdownNow();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
