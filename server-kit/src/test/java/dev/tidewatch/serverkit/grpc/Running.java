package dev.tidewatch.serverkit.grpc;

import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import dev.tidewatch.serverkit.config.ConfigLoader;
import dev.tidewatch.serverkit.lifecycle.CloseStack;
import dev.tidewatch.serverkit.security.SecurityConfig;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server with one service, and a channel to it. */
final class Running implements AutoCloseable {
  final CloseStack opened = new CloseStack();
  final GrpcServer server;
  final GrpcChannel channel;

  private Running(GrpcServer server, GrpcChannel channel) {
    this.server = opened.push(server);
    this.channel = opened.push(channel);
  }

  static GrpcConfig inProcess() {
    return config(Map.of("host", "inproc:" + UUID.randomUUID(), "shutdown-grace", "200ms"));
  }

  static GrpcConfig onSocket() {
    return config(Map.of("shutdown-grace", "200ms"));
  }

  static GrpcConfig config(Map<String, String> settings) {
    return ConfigLoader.with(GrpcConfig.class, settings);
  }

  static Running with(BindableService service, GrpcConfig config) {
    return with(service, config, SecurityConfig.off(), Telemetry.disabled(), "");
  }

  static Running with(
      BindableService service,
      GrpcConfig config,
      SecurityConfig security,
      Telemetry telemetry,
      String key) {
    GrpcServer server =
        GrpcServer.builder(config, security, telemetry)
            .service(service)
            .scope(EchoService.NAME, "readings:read")
            .scope(EchoService.NAME + "/Chat", "readings:write")
            .start();
    return new Running(
        server,
        GrpcChannel.open(
            ClientConfig.to(server.target())
                .withApiKey(new dev.tidewatch.serverkit.config.Secret(key)),
            telemetry));
  }

  String echo(String text) {
    return call(channel.channel(), EchoService.ECHO, EchoService.text(text)).getValue();
  }

  static <Q extends Message> StringValue call(
      Channel channel, MethodDescriptor<Q, StringValue> method, Q request) {
    return ClientCalls.blockingUnaryCall(
        channel, method, CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS), request);
  }

  Chat chat() {
    var chat = new Chat();
    chat.requests =
        ClientCalls.asyncBidiStreamingCall(
            channel.channel().newCall(EchoService.CHAT, CallOptions.DEFAULT), chat);
    return chat;
  }

  @Override
  public void close() {
    opened.close();
  }

  /** The client's side of one stream. */
  static final class Chat implements StreamObserver<StringValue> {
    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
    private @Nullable StreamObserver<StringValue> requests;

    void say(String text) {
      requests().onNext(EchoService.text(text));
    }

    StreamObserver<StringValue> requests() {
      if (requests == null) {
        throw new IllegalStateException("not open");
      }
      return requests;
    }

    /** The next answer, the error, or "end". */
    Object next() throws InterruptedException {
      Object event = events.poll(60, TimeUnit.SECONDS);
      if (event == null) {
        throw new AssertionError("nothing came on the stream");
      }
      return event;
    }

    @Override
    public void onNext(StringValue value) {
      events.add(value.getValue());
    }

    @Override
    public void onError(Throwable error) {
      events.add(error);
    }

    @Override
    public void onCompleted() {
      events.add("end");
    }
  }
}
