package dev.tidewatch.serverkit.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tidewatch.serverkit.config.ByteSize;
import dev.tidewatch.serverkit.config.ConfigException;
import dev.tidewatch.serverkit.config.ConfigLoader;
import dev.tidewatch.serverkit.config.Secret;
import dev.tidewatch.serverkit.security.Caller;
import dev.tidewatch.serverkit.security.KeyFile;
import dev.tidewatch.serverkit.security.SecurityConfig;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SecurityTest {
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aKeyOpensWhatItsScopesSay(boolean socket) throws IOException {
    String reader = newKey("reader", Set.of("readings:read"));
    String writer = newKey("writer", Set.of("readings:write"));
    String admin = newKey("boss", Set.of("admin"));
    GrpcConfig config = socket ? Running.onSocket() : Running.inProcess();
    try (var running = running(config, reader)) {
      assertThat(running.echo("who")).isEqualTo("reader [readings:read]");
      assertThat(echoAs(running, admin)).isEqualTo("boss [admin]");

      var denied = failure(() -> echoAs(running, writer));
      assertThat(denied.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(denied.getStatus().getDescription()).contains("readings:read", "Echo");
      assertThat(StatusDetails.errorInfo(denied))
          .hasValueSatisfying(info -> {
            assertThat(info.getReason()).isEqualTo("SCOPE_MISSING");
            assertThat(info.getMetadataMap()).containsEntry("required_scope", "readings:read");
          });
    }
  }

  @Test
  void withoutAKnownKeyOnlyHealthAnswers() throws IOException {
    String good = newKey("reader", Set.of("readings:read"));
    try (var running = running(Running.onSocket(), "")) {
      var missing = failure(() -> running.echo("x"));
      assertThat(missing.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
      assertThat(StatusDetails.reason(missing)).contains("API_KEY_MISSING");
      String forged = good.substring(0, good.length() - 3) + "abc";
      for (String bad : new String[] {"nonsense", "tw_", forged, good + "x"}) {
        var unknown = failure(() -> echoAs(running, bad));
        assertThat(unknown.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(StatusDetails.reason(unknown)).contains("API_KEY_UNKNOWN");
        assertThat(unknown.getStatus().getDescription()).doesNotContain(bad);
      }
      assertThat(
              HealthGrpc.newBlockingStub(running.channel.channel())
                  .check(HealthCheckRequest.getDefaultInstance())
                  .getStatusValue())
          .isEqualTo(1);
    }
  }

  @Test
  void theOtherHeaderWorksToo() throws IOException {
    String key = newKey("reader", Set.of("readings:read"));
    try (var running = running(Running.inProcess(), "")) {
      var headers = new Metadata();
      headers.put(Metadata.Key.of("x-api-key", Metadata.ASCII_STRING_MARSHALLER), key);
      var channel =
          ClientInterceptors.intercept(
              running.channel.channel(), MetadataUtils.newAttachHeadersInterceptor(headers));
      assertThat(Running.call(channel, EchoService.ECHO, EchoService.text("who")).getValue())
          .startsWith("reader");
    }
  }

  @Test
  void keysAreReloadedWhenTheFileChangesAndABrokenFileChangesNothing() throws Exception {
    String first = newKey("first", Set.of("readings:read"));
    try (var running = running(Running.inProcess(), first)) {
      assertThat(running.echo("who")).startsWith("first");
      String second = newKey("second", Set.of("readings:read"));
      until(() -> echoAs(running, second).startsWith("second"));

      KeyFile keys = KeyFile.read(keysFile());
      keys.revoke(keys.entries().getFirst().id()).orElseThrow().write(keysFile());
      until(() -> failure(() -> running.echo("who")) != null);
      assertThat(echoAs(running, second)).startsWith("second");

      Files.writeString(keysFile(), "garbage\n");
      // Longer than the interval of looking.
      until(new AfterWhile(Duration.ofSeconds(2)));
      assertThat(echoAs(running, second)).startsWith("second");
    }
  }

  @Test
  void withoutAuthenticationOnlyLoopbackIsServed() {
    assertThatThrownBy(() ->
            Running.with(new EchoService(what -> what), Running.config(Map.of("host", "0.0.0.0"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("security.auth: off is allowed on a loopback address only");
    try (var running =
        Running.with(new EchoService(what -> what), Running.config(Map.of("host", "localhost")))) {
      assertThat(running.echo("hello")).isEqualTo("hello");
    }
  }

  @Test
  void authenticationIsOnUnlessSaidOtherwise() {
    ConfigException thrown =
        catchThrowableOfType(
            ConfigException.class, () -> ConfigLoader.with(SecurityConfig.class, Map.of()));
    assertThat(thrown).hasMessageContaining("keys-file");
  }

  @Test
  void messagesBeyondTheLimitAreRefusedAndToldWhenToComeBack() throws Exception {
    var limited =
        ConfigLoader.with(
            SecurityConfig.class,
            Map.of(
                "auth", "off",
                "rate-limit.enabled", "true",
                "rate-limit.per-second", "1",
                "rate-limit.burst", "3"));
    try (var running =
        Running.with(
            new EchoService(what -> what),
            Running.inProcess(),
            limited,
            Telemetry.disabled(),
            "")) {
      for (int i = 0; i < 3; i++) {
        running.echo("within");
      }
      var refused =
          failure(() -> {
            for (int i = 0; i < 100; i++) {
              running.echo("beyond");
            }
          });
      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(StatusDetails.reason(refused)).contains("RATE_LIMITED");

      // Another RPC has a bucket of its own, and each message of a stream counts.
      Running.Chat chat = running.chat();
      for (int i = 0; i < 50; i++) {
        chat.say("message " + i);
      }
      Object event = chat.next();
      int answered = 0;
      while (event instanceof String) {
        answered++;
        event = chat.next();
      }
      assertThat(answered).isBetween(3, 49);
      assertThat(StatusDetails.reason((Throwable) event)).contains("RATE_LIMITED");
    }
  }

  @Test
  void tlsAndMutualTlsOverRealSockets() throws Exception {
    var server = Certificate.create(folder, "server");
    var client = Certificate.create(folder, "client");
    var stranger = Certificate.create(folder, "stranger");

    try (var tls = serve(Map.of("tls.certificate", server.chain(), "tls.key", server.key()))) {
      assertThat(echoOver(tls, client(tls, server, null))).isEqualTo("hello");
      assertThatThrownBy(() -> echoOver(tls, client(tls, stranger, null)))
          .isInstanceOf(StatusRuntimeException.class);
      assertThatThrownBy(() -> echoOver(tls, ClientConfig.to(tls.target())))
          .isInstanceOf(StatusRuntimeException.class);
    }
    try (var mutual =
        serve(
            Map.of(
                "tls.certificate", server.chain(),
                "tls.key", server.key(),
                "tls.client-authorities", client.chain()))) {
      assertThat(echoOver(mutual, client(mutual, server, client))).isEqualTo("hello");
      assertThatThrownBy(() -> echoOver(mutual, client(mutual, server, null)))
          .isInstanceOf(StatusRuntimeException.class);
      assertThatThrownBy(() -> echoOver(mutual, client(mutual, server, stranger)))
          .isInstanceOf(StatusRuntimeException.class);
    }
  }

  private static GrpcServer serve(Map<String, String> settings) {
    return GrpcServer.builder(Running.config(settings), SecurityConfig.off(), Telemetry.disabled())
        .service(new EchoService(what -> what))
        .scope(EchoService.NAME, "readings:read")
        .start();
  }

  private static ClientConfig client(
      GrpcServer server, Certificate trusted, @org.jspecify.annotations.Nullable Certificate own) {
    return new ClientConfig(
        server.target(),
        Secret.NONE,
        true,
        Optional.of(Path.of(trusted.chain())),
        Optional.ofNullable(own).map(certificate -> Path.of(certificate.chain())),
        Optional.ofNullable(own).map(certificate -> Path.of(certificate.key())),
        ByteSize.ofMebibytes(4),
        Duration.ofSeconds(30));
  }

  private static String echoOver(GrpcServer server, ClientConfig config) {
    assertThat(server.port()).isPositive();
    try (var channel = GrpcChannel.open(config, Telemetry.disabled())) {
      return Running.call(channel.channel(), EchoService.ECHO, EchoService.text("hello"))
          .getValue();
    }
  }

  private Running running(GrpcConfig config, String key) {
    return Running.with(
        new EchoService(
            what -> Caller.current().name() + " " + Caller.current().scopes().toString()),
        config,
        ConfigLoader.with(SecurityConfig.class, Map.of("keys-file", keysFile().toString())),
        Telemetry.disabled(),
        key);
  }

  private static String echoAs(Running running, String key) {
    try (var channel =
        GrpcChannel.open(
            ClientConfig.to(running.server.target()).withApiKey(new Secret(key)),
            Telemetry.disabled())) {
      return Running.call(channel.channel(), EchoService.ECHO, EchoService.text("who")).getValue();
    }
  }

  private Path keysFile() {
    return folder.resolve("keys");
  }

  private String newKey(String name, Set<String> scopes) throws IOException {
    KeyFile file = Files.exists(keysFile()) ? KeyFile.read(keysFile()) : KeyFile.empty();
    KeyFile.Created created = file.create(name, scopes, NOW, new SecureRandom());
    created.file().write(keysFile());
    return created.key();
  }

  private static StatusRuntimeException failure(ThrowingCallable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call);
  }

  /** Until the condition holds without an exception. */
  private static void until(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (true) {
      try {
        if (condition.call()) {
          return;
        }
      } catch (StatusRuntimeException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
      }
      assertThat(System.nanoTime()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** Holds once the time has passed. */
  private static final class AfterWhile implements Callable<Boolean> {
    private final long end;

    AfterWhile(Duration time) {
      end = System.nanoTime() + time.toNanos();
    }

    @Override
    public Boolean call() {
      return System.nanoTime() - end > 0;
    }
  }
}
