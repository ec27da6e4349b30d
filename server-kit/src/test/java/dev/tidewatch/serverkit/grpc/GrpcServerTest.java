package dev.tidewatch.serverkit.grpc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.StringValue;
import dev.tidewatch.proto.registry.v1.RunServiceGrpc;
import dev.tidewatch.serverkit.errors.ResourceExhausted;
import dev.tidewatch.serverkit.security.Scopes;
import dev.tidewatch.serverkit.security.SecurityConfig;
import dev.tidewatch.serverkit.telemetry.RequestId;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.channelz.v1.ChannelzGrpc;
import io.grpc.channelz.v1.GetServersRequest;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GrpcServerTest {
  private static final Executor OWN_THREADS = task -> Thread.ofPlatform().daemon().start(task);
  private static final String RUNS = RunServiceGrpc.SERVICE_NAME;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void answersOverASocketAndInProcess(boolean socket) {
    try (var running =
        Running.with(
            new EchoService(String::toUpperCase),
            socket ? Running.onSocket() : Running.inProcess())) {
      assertThat(running.echo("hello")).isEqualTo("HELLO");
      assertThat(running.server.target()).startsWith(socket ? "localhost:" : "inproc:");
      assertThat(running.server.port()).isEqualTo(socket ? running.server.port() : -1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void healthIsPerService(boolean socket) {
    try (var running =
        Running.with(
            new RunServiceGrpc.RunServiceImplBase() {},
            socket ? Running.onSocket() : Running.inProcess())) {
      var health = HealthGrpc.newBlockingStub(running.channel.channel());
      assertThat(status(health, "")).isEqualTo(ServingStatus.SERVING);
      assertThat(status(health, RUNS)).isEqualTo(ServingStatus.SERVING);
      running.server.status().set(RUNS, false);
      assertThat(status(health, RUNS)).isEqualTo(ServingStatus.NOT_SERVING);
      assertThat(status(health, "")).isEqualTo(ServingStatus.SERVING);
    }
  }

  @Test
  void reflectionNamesTheServicesAndGivesTheirContract() throws Exception {
    try (var running =
        Running.with(new RunServiceGrpc.RunServiceImplBase() {}, Running.onSocket())) {
      ServerReflectionResponse listed =
          reflect(running, ServerReflectionRequest.newBuilder().setListServices("*").build());
      assertThat(listed.getListServicesResponse().getServiceList())
          .extracting(service -> service.getName())
          .contains(
              RUNS,
              "grpc.health.v1.Health",
              "grpc.reflection.v1.ServerReflection",
              "grpc.channelz.v1.Channelz");
      ServerReflectionResponse file =
          reflect(
              running, ServerReflectionRequest.newBuilder().setFileContainingSymbol(RUNS).build());
      assertThat(file.getFileDescriptorResponse().getFileDescriptorProtoCount()).isPositive();
    }
  }

  @Test
  void channelzKnowsTheServer() {
    try (var running =
        Running.with(new RunServiceGrpc.RunServiceImplBase() {}, Running.onSocket())) {
      var channelz = ChannelzGrpc.newBlockingStub(running.channel.channel());
      assertThat(channelz.getServers(GetServersRequest.getDefaultInstance()).getServerCount())
          .isPositive();
    }
  }

  @Test
  void reflectionAndChannelzCanBeTurnedOff() {
    try (var running =
        Running.with(
            new EchoService(what -> what),
            Running.config(Map.of("reflection", "false", "channelz", "false")))) {
      var channelz = ChannelzGrpc.newBlockingStub(running.channel.channel());
      assertThatThrownBy(() -> channelz.getServers(GetServersRequest.getDefaultInstance()))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
    }
  }

  @Test
  void aMessageBeyondTheLimitIsRefusedAndTheServerGoesOn() {
    try (var running =
        Running.with(
            new EchoService(what -> "got " + what.length()),
            Running.config(Map.of("max-message-size", "64KiB")))) {
      assertThatThrownBy(() -> running.echo("x".repeat(70_000)))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
      assertThat(running.echo("x".repeat(60_000))).isEqualTo("got 60000");
    }
  }

  @Test
  void theRequestIdOfTheClientIsKeptAndOneIsMadeOtherwise() {
    try (var running =
        Running.with(
            new EchoService(what -> RequestId.current().orElse("none")), Running.onSocket())) {
      var key = Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);
      var headers = new Metadata();
      headers.put(key, "my-request.7");
      var answered = new AtomicReference<>(new Metadata());
      var channel =
          io.grpc.ClientInterceptors.intercept(
              running.channel.channel(),
              MetadataUtils.newCaptureMetadataInterceptor(answered, new AtomicReference<>()),
              MetadataUtils.newAttachHeadersInterceptor(headers));
      assertThat(Running.call(channel, EchoService.ECHO, EchoService.text("?")).getValue())
          .isEqualTo("my-request.7");
      assertThat(requireNonNull(answered.get()).get(key)).isEqualTo("my-request.7");
      var made = UUID.fromString(running.echo("?"));
      assertThat(made.version()).isEqualTo(4);
      assertThat(made.variant()).isEqualTo(2);
      assertThat(running.echo("?")).isNotEqualTo(made.toString());
    }
  }

  @Test
  void aDirectMethodRunsOnItsConnectionsThreadAndTheOthersOnThePool() {
    var service =
        new EchoService(what -> {
          if (what.equals("fail")) {
            throw new ResourceExhausted("QUEUE_FULL", "full", Duration.ofMillis(20));
          }
          return Thread.currentThread().getName();
        });
    GrpcServer.Builder builder =
        GrpcServer.builder(Running.onSocket(), SecurityConfig.off(), Telemetry.disabled())
            .service(service)
            .scope(EchoService.NAME, Scopes.PUBLIC)
            .direct(EchoService.ECHO.getFullMethodName());
    try (GrpcServer server = builder.start();
        GrpcChannel channel =
            GrpcChannel.open(ClientConfig.to(server.target()), Telemetry.disabled())) {
      for (int i = 0; i < 3; i++) {
        assertThat(Running.call(channel.channel(), EchoService.ECHO, EchoService.text("")))
            .extracting(StringValue::getValue)
            .asString()
            .doesNotMatch("grpc-\\d+");
        assertThat(Running.call(channel.channel(), EchoService.FAIL, EchoService.text("")))
            .extracting(StringValue::getValue)
            .asString()
            .matches("grpc-\\d+");
      }
      assertThatThrownBy(
              () -> Running.call(channel.channel(), EchoService.ECHO, EchoService.text("fail")))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> {
                assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                assertThat(StatusDetails.reason(e)).contains("QUEUE_FULL");
              });
    }
  }

  /**
   * Whether it watches, sleeps or rests in between, no call is lost, and its threads end with it.
   */
  @ParameterizedTest
  @ValueSource(strings = {"0ms", "1ms", "10ms"})
  void aDirectMethodIsAnsweredInEveryRhythm(String watchTime) throws Exception {
    var threads = new HashSet<Thread>();
    var service =
        new EchoService(what -> {
          threads.add(Thread.currentThread());
          ConnectionThread thread = ConnectionThread.current();
          thread.after(thread::answeredAlone);
          if (what.startsWith("3")) {
            ConnectionThread.refused();
          }
          return what;
        });
    GrpcServer.Builder builder =
        GrpcServer.builder(
                Running.config(Map.of("watch-time", watchTime, "shutdown-grace", "200ms")),
                SecurityConfig.off(),
                Telemetry.disabled())
            .service(service)
            .scope(EchoService.NAME, Scopes.PUBLIC)
            .direct(EchoService.ECHO.getFullMethodName());
    try (GrpcServer server = builder.start();
        GrpcChannel channel =
            GrpcChannel.open(ClientConfig.to(server.target()), Telemetry.disabled())) {
      for (int i = 0; i < 400; i++) {
        String what = i + " times";
        assertThat(Running.call(channel.channel(), EchoService.ECHO, EchoService.text(what)))
            .extracting(StringValue::getValue)
            .isEqualTo(what);
        if (i % 100 == 0) {
          Thread.sleep(20);
        }
      }
    }
    assertThat(threads).hasSize(1);
    Thread thread = threads.iterator().next();
    assertThat(thread.join(Duration.ofSeconds(30))).isTrue();
  }

  @Test
  void aWatchTimeOutOfRangeIsNamed() {
    assertThatThrownBy(() -> Running.config(Map.of("watch-time", "11ms")))
        .hasMessageContaining("watch-time: expected 0ms to 10ms");
  }

  @Test
  void anRpcWithoutAScopeDoesNotStart() {
    var builder =
        GrpcServer.builder(Running.inProcess(), SecurityConfig.off(), Telemetry.disabled())
            .service(new EchoService(what -> what));
    assertThatThrownBy(builder::start)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("required_scope")
        .hasMessageContaining("test.v1.EchoService/Chat");
    assertThatThrownBy(() -> builder.scope(EchoService.NAME, "redings:read").start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("redings:read");
    builder.scope(EchoService.NAME, Scopes.PUBLIC).start().close();
  }

  @Test
  void aTakenPortIsNamed() {
    try (var running = Running.with(new EchoService(what -> what), Running.onSocket())) {
      String port = Integer.toString(running.server.port());
      assertThatThrownBy(() ->
              Running.with(new EchoService(what -> what), Running.config(Map.of("port", port))))
          .hasMessageContaining("cannot listen on 127.0.0.1:" + port);
    }
  }

  @Test
  void closingLetsARunningCallEndAndEndsStreams() throws Exception {
    var entered = new CountDownLatch(1);
    var mayAnswer = new CountDownLatch(1);
    var service =
        new EchoService(what -> {
          if (what.equals("slow")) {
            entered.countDown();
            await(mayAnswer);
          }
          return what;
        });
    try (var running = Running.with(service, Running.config(Map.of("shutdown-grace", "8s")))) {
      Running.Chat chat = running.chat();
      chat.say("hello");
      assertThat(chat.next()).isEqualTo("hello");
      CompletableFuture<String> slow =
          CompletableFuture.supplyAsync(() -> running.echo("slow"), OWN_THREADS);
      await(entered);

      CompletableFuture<Void> closing =
          CompletableFuture.runAsync(running.server::close, OWN_THREADS);
      Object ended = chat.next();
      assertThat(ended)
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              error -> {
                assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                assertThat(StatusDetails.reason(error)).contains("SERVER_DRAINING");
              });
      assertThat(service.cancelled.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(closing).isNotDone();
      mayAnswer.countDown();
      assertThat(slow.get(60, TimeUnit.SECONDS)).isEqualTo("slow");
      closing.get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void afterTheGraceACallIsCancelled() throws Exception {
    var entered = new CountDownLatch(1);
    var never = new CountDownLatch(1);
    try (var running =
        Running.with(
            new EchoService(what -> {
              entered.countDown();
              await(never);
              return what;
            }),
            Running.onSocket())) {
      CompletableFuture<String> stuck =
          CompletableFuture.supplyAsync(() -> running.echo("stuck"), OWN_THREADS);
      await(entered);
      running.server.close();
      assertThatThrownBy(() -> stuck.get(60, TimeUnit.SECONDS))
          .cause()
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              error -> assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ServingStatus status(HealthGrpc.HealthBlockingStub health, String service) {
    return health.check(HealthCheckRequest.newBuilder().setService(service).build()).getStatus();
  }

  private static ServerReflectionResponse reflect(Running running, ServerReflectionRequest request)
      throws Exception {
    var answer = new CompletableFuture<ServerReflectionResponse>();
    StreamObserver<ServerReflectionRequest> requests =
        ServerReflectionGrpc.newStub(running.channel.channel())
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse value) {
                    answer.complete(value);
                  }

                  @Override
                  public void onError(Throwable error) {
                    answer.completeExceptionally(error);
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(request);
    requests.onCompleted();
    return answer.get(60, TimeUnit.SECONDS);
  }
}
