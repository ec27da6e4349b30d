package dev.tidewatch.serverkit.grpc;

import dev.tidewatch.serverkit.security.AuthInterceptor;
import dev.tidewatch.serverkit.security.RateLimitInterceptor;
import dev.tidewatch.serverkit.security.Scopes;
import dev.tidewatch.serverkit.security.SecurityConfig;
import dev.tidewatch.serverkit.security.TlsConfig;
import dev.tidewatch.serverkit.telemetry.RequestId;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import io.grpc.BindableService;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.TlsServerCredentials;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.util.ResourceLeakDetector;
import io.grpc.protobuf.services.ChannelzService;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gRPC server with health, reflection and channelz, and one chain of interceptors on every
 * transport: tracing, errors to statuses, request id, API keys and scopes, rate limits, validation,
 * then the services.
 *
 * <p>{@link #close} drains: health says NOT_SERVING, nothing new is accepted, streams are ended
 * after half of the grace period with UNAVAILABLE / SERVER_DRAINING, and what still runs at its end
 * is cancelled.
 */
public final class GrpcServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(GrpcServer.class);
  private static final Duration FORCED_WAIT = Duration.ofSeconds(2);
  private static final Duration UNTIL_INTERRUPT = Duration.ofSeconds(1);
  private static final int CHANNELZ_PAGE = 100;
  private static final String LEAK_DETECTION = "io.grpc.netty.shaded.io.netty.leakDetection.level";

  static {
    // All buffers are gRPC's own; watching some of them takes a connection 4 % of its time.
    if (System.getProperty(LEAK_DETECTION) == null) {
      ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }
  }

  private final GrpcConfig config;
  private final Server server;
  private final ExecutorService executor;
  private final ConnectionLoops loops;
  private final ServingStatus status;
  private final CallGuard guard;
  private final List<Runnable> onDrain;
  private final AtomicBoolean closed = new AtomicBoolean();

  private GrpcServer(
      GrpcConfig config,
      Server server,
      ExecutorService executor,
      ConnectionLoops loops,
      ServingStatus status,
      CallGuard guard,
      List<Runnable> onDrain) {
    this.config = config;
    this.server = server;
    this.executor = executor;
    this.loops = loops;
    this.status = status;
    this.guard = guard;
    this.onDrain = onDrain;
  }

  /** A server that is not listening yet. */
  public static Builder builder(GrpcConfig config, SecurityConfig security, Telemetry telemetry) {
    return new Builder(config, security, telemetry);
  }

  /** The port it listens on; -1 in process. */
  public int port() {
    return server.getPort();
  }

  /** What {@link GrpcChannel} takes to reach it from this machine. */
  public String target() {
    return config.inProcessName().isPresent() ? config.host() : "localhost:" + port();
  }

  /** To say which services can do their work; all can, to begin with. */
  public ServingStatus status() {
    return status;
  }

  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    status.drain();
    server.shutdown();
    onDrain.forEach(GrpcServer::runQuietly);
    try {
      Duration half = config.shutdownGrace().dividedBy(2);
      if (!server.awaitTermination(half.toMillis(), TimeUnit.MILLISECONDS)) {
        guard.endStreams();
        if (!server.awaitTermination(half.toMillis(), TimeUnit.MILLISECONDS)) {
          log.warn("calls still run after {}: they are ended", config.shutdownGrace());
          guard.endAll();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      forceDown();
    }
  }

  private void forceDown() {
    server.shutdownNow();
    executor.shutdown();
    try {
      server.awaitTermination(FORCED_WAIT.toMillis(), TimeUnit.MILLISECONDS);
      if (!executor.awaitTermination(UNTIL_INTERRUPT.toMillis(), TimeUnit.MILLISECONDS)) {
        executor.shutdownNow();
        if (!executor.awaitTermination(FORCED_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
          log.warn("calls go on although they were cancelled and interrupted");
        }
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    } finally {
      loops.close();
    }
  }

  private static void runQuietly(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      log.warn("a drain action failed", e);
    }
  }

  /** What a server is made of. */
  public static final class Builder {
    private final GrpcConfig config;
    private final SecurityConfig security;
    private final Telemetry telemetry;
    private final List<BindableService> services = new ArrayList<>();
    private final List<ServerInterceptor> interceptors = new ArrayList<>();
    private final Map<String, String> scopes = new HashMap<>();
    private final Set<String> unvalidated = new HashSet<>();
    private final Set<String> direct = new HashSet<>();
    private final List<Runnable> onDrain = new ArrayList<>();
    private final ExecutorService executor;

    private Builder(GrpcConfig config, SecurityConfig security, Telemetry telemetry) {
      this.config = config;
      this.security = security;
      this.telemetry = telemetry;
      this.executor =
          Executors.newFixedThreadPool(
              config.threads(), Thread.ofPlatform().name("grpc-", 0).daemon().factory());
    }

    /**
     * The threads that run the calls, for what a {@linkplain #direct direct} method must not do on
     * its own.
     */
    public Executor executor() {
      return executor;
    }

    /**
     * Runs the calls of a method on their connection's thread: no hand-over to another, but nothing
     * may wait there or take long, since the connection's other calls wait meanwhile.
     *
     * @param method full method name {@code pkg.Service/Method}
     */
    public Builder direct(String method) {
      direct.add(method);
      return this;
    }

    /** Adds a service. */
    public Builder service(BindableService service) {
      services.add(service);
      return this;
    }

    /** Adds an interceptor inside of the kit's own. */
    public Builder interceptor(ServerInterceptor interceptor) {
      interceptors.add(interceptor);
      return this;
    }

    /**
     * The scope of RPCs whose contract does not say.
     *
     * @param name full service name, or full method name {@code pkg.Service/Method}
     * @param scope one of {@link Scopes#ALL}, {@link Scopes#PUBLIC} or {@link Scopes#ANY_KEY}
     */
    public Builder scope(String name, String scope) {
      scopes.put(name, scope);
      return this;
    }

    /**
     * Leaves messages of this type (full proto name) to the service's own checks; for bulk
     * messages.
     */
    public Builder unvalidated(String messageType) {
      unvalidated.add(messageType);
      return this;
    }

    /** Runs when the drain begins, so that the service can end its long streams in good order. */
    public Builder onDrain(Runnable action) {
      onDrain.add(action);
      return this;
    }

    /** Starts to listen; whoever calls this closes the server. */
    public GrpcServer start() {
      var health = new HealthStatusManager();
      List<ServerServiceDefinition> definitions = new ArrayList<>();
      services.forEach(service -> definitions.add(service.bindService()));
      definitions.add(health.getHealthService().bindService());
      if (config.reflection()) {
        definitions.add(ProtoReflectionServiceV1.newInstance().bindService());
      }
      if (config.channelz()) {
        definitions.add(ChannelzService.newInstance(CHANNELZ_PAGE).bindService());
      }
      var guard = new CallGuard();
      List<ServerInterceptor> chain = chain(guard, definitions);
      ConnectionLoops loops =
          direct.isEmpty() ? ConnectionLoops.SHARED : ConnectionLoops.open(config.watchTime());
      try {
        ServerBuilder<?> builder =
            direct.isEmpty()
                ? transport(loops).executor(executor)
                : transport(loops).directExecutor().callExecutor(new CallThreads(direct, executor));
        definitions.forEach(service ->
            builder.addService(
                ServerInterceptors.interceptForward(LenientDecoding.of(service), chain)));
        Server server = builder.build().start();
        for (ServerServiceDefinition service : definitions) {
          health.setStatus(
              service.getServiceDescriptor().getName(),
              io.grpc.health.v1.HealthCheckResponse.ServingStatus.SERVING);
        }
        return new GrpcServer(
            config,
            server,
            executor,
            loops,
            new ServingStatus(health),
            guard,
            List.copyOf(onDrain));
      } catch (IOException e) {
        stop(loops);
        throw new UncheckedIOException(
            "cannot listen on " + config.host() + ":" + config.port() + ": " + rootMessage(e), e);
      } catch (RuntimeException | Error e) {
        stop(loops);
        throw e;
      }
    }

    private void stop(ConnectionLoops loops) {
      executor.shutdownNow();
      loops.close();
    }

    private List<ServerInterceptor> chain(
        CallGuard guard, List<ServerServiceDefinition> definitions) {
      List<ServerInterceptor> chain = new ArrayList<>();
      chain.add(telemetry.serverInterceptor());
      chain.add(guard);
      chain.add(new RequestId.Interceptor());
      chain.add(AuthInterceptor.of(security, Scopes.of(definitions, scopes), config.host()));
      if (security.rateLimit().enabled()) {
        chain.add(new RateLimitInterceptor(security.rateLimit()));
      }
      chain.add(new ValidationInterceptor(unvalidated));
      chain.addAll(interceptors);
      return chain;
    }

    private ServerBuilder<?> transport(ConnectionLoops loops) throws IOException {
      if (config.inProcessName().isPresent()) {
        return InProcessServerBuilder.forName(config.inProcessName().get())
            .maxInboundMessageSize(config.maxMessageSize().toIntExact());
      }
      var netty =
          NettyServerBuilder.forAddress(
              new InetSocketAddress(config.host(), config.port()), credentials(config.tls()));
      loops.use(netty);
      return netty
          .maxInboundMessageSize(config.maxMessageSize().toIntExact())
          .maxInboundMetadataSize(config.maxMetadataSize().toIntExact())
          .maxConcurrentCallsPerConnection(config.callsPerConnectionMax())
          .keepAliveTime(config.keepAliveTime().toMillis(), TimeUnit.MILLISECONDS)
          .keepAliveTimeout(config.keepAliveTimeout().toMillis(), TimeUnit.MILLISECONDS)
          .permitKeepAliveTime(config.permitKeepAliveTime().toMillis(), TimeUnit.MILLISECONDS)
          .permitKeepAliveWithoutCalls(true);
    }

    private static ServerCredentials credentials(TlsConfig tls) throws IOException {
      if (!tls.enabled()) {
        return InsecureServerCredentials.create();
      }
      var credentials =
          TlsServerCredentials.newBuilder()
              .keyManager(
                  tls.certificate().orElseThrow().toFile(), tls.key().orElseThrow().toFile());
      if (tls.clientAuthorities().isPresent()) {
        credentials
            .trustManager(tls.clientAuthorities().get().toFile())
            .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
      }
      return credentials.build();
    }

    private static String rootMessage(Throwable e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      return String.valueOf(root.getMessage());
    }
  }
}
