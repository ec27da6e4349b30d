package dev.tidewatch.serverkit.grpc;

import com.google.protobuf.StringValue;
import dev.tidewatch.proto.type.v1.Grid;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

/** A service of the tests' own, without a contract: what it does to a text is given. */
final class EchoService implements BindableService {
  static final String NAME = "test.v1.EchoService";
  static final MethodDescriptor<StringValue, StringValue> ECHO = method("Echo", MethodType.UNARY);
  static final MethodDescriptor<StringValue, StringValue> FAIL = method("Fail", MethodType.UNARY);
  static final MethodDescriptor<StringValue, StringValue> CHAT =
      method("Chat", MethodType.BIDI_STREAMING);
  static final MethodDescriptor<Grid, StringValue> CHECK =
      MethodDescriptor.<Grid, StringValue>newBuilder()
          .setType(MethodType.UNARY)
          .setFullMethodName(MethodDescriptor.generateFullMethodName(NAME, "Check"))
          .setRequestMarshaller(ProtoUtils.marshaller(Grid.getDefaultInstance()))
          .setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
          .build();

  /** Counted down when a chat is cancelled. */
  final CountDownLatch cancelled = new CountDownLatch(1);

  private final UnaryOperator<String> answer;

  EchoService(UnaryOperator<String> answer) {
    this.answer = answer;
  }

  static StringValue text(String value) {
    return StringValue.of(value);
  }

  @Override
  public ServerServiceDefinition bindService() {
    return ServerServiceDefinition.builder(
            ServiceDescriptor.newBuilder(NAME)
                .addMethod(ECHO)
                .addMethod(FAIL)
                .addMethod(CHAT)
                .addMethod(CHECK)
                .build())
        .addMethod(ECHO, ServerCalls.asyncUnaryCall(this::echo))
        .addMethod(FAIL, ServerCalls.asyncUnaryCall(this::fail))
        .addMethod(CHAT, ServerCalls.asyncBidiStreamingCall(this::chat))
        .addMethod(CHECK, ServerCalls.asyncUnaryCall((grid, out) -> echo(text("ok"), out)))
        .build();
  }

  /** Throws what the answer throws. */
  private void echo(StringValue request, StreamObserver<StringValue> out) {
    out.onNext(text(answer.apply(request.getValue())));
    out.onCompleted();
  }

  /** Hands what the answer throws to the observer. */
  private void fail(StringValue request, StreamObserver<StringValue> out) {
    try {
      echo(request, out);
    } catch (RuntimeException e) {
      out.onError(e);
    }
  }

  private StreamObserver<StringValue> chat(StreamObserver<StringValue> out) {
    ((ServerCallStreamObserver<StringValue>) out).setOnCancelHandler(cancelled::countDown);
    return new StreamObserver<>() {
      @Override
      public void onNext(StringValue value) {
        out.onNext(text(answer.apply(value.getValue())));
      }

      @Override
      public void onError(Throwable error) {
        cancelled.countDown();
      }

      @Override
      public void onCompleted() {
        out.onCompleted();
      }
    };
  }

  private static MethodDescriptor<StringValue, StringValue> method(String name, MethodType type) {
    return MethodDescriptor.<StringValue, StringValue>newBuilder()
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(NAME, name))
        .setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
        .setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
        .build();
  }
}
