package dev.tidewatch.benchmarks;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.tidewatch.proto.oip.GRPCInferenceServiceGrpc;
import dev.tidewatch.proto.oip.ModelInferRequest;
import dev.tidewatch.proto.oip.ModelInferResponse;
import dev.tidewatch.proto.oip.ModelMetadataRequest;
import dev.tidewatch.proto.oip.ModelMetadataResponse.TensorMetadata;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.stub.ClientCalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Asks one model of a server that speaks the Open Inference Protocol, over some connections. One
 * thread reads and writes them all, and answers come on it: the fewer threads wake each other here,
 * the more of the cores is left to the server.
 */
final class PredictClient implements AutoCloseable {
  private static final long CLOSE_SECONDS = 2;

  private final EventLoopGroup thread;
  private final List<ManagedChannel> channels;
  private final String model;
  private final TensorMetadata input;
  private final int columns;

  private PredictClient(
      EventLoopGroup thread, List<ManagedChannel> channels, String model, TensorMetadata input) {
    this.thread = thread;
    this.channels = channels;
    this.model = model;
    this.input = input;
    this.columns = Math.toIntExact(input.getShapeList().getLast());
  }

  /** With threads that all connections of the process share. */
  static ManagedChannel connect(String target) {
    return channel(target).build();
  }

  private static NettyChannelBuilder channel(String target) {
    return NettyChannelBuilder.forTarget(target)
        .usePlaintext()
        .directExecutor()
        .disableRetry()
        .maxInboundMessageSize(64 << 20);
  }

  /** The model's only input is FP32 [-1, n]; its form is asked for. */
  static PredictClient open(String target, String model, int connections) {
    var thread =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("predict-client", true), EpollIoHandler.newFactory());
    var channels = new ArrayList<ManagedChannel>();
    for (int i = 0; i < connections; i++) {
      channels.add(
          channel(target).eventLoopGroup(thread).channelType(EpollSocketChannel.class).build());
    }
    var metadata =
        GRPCInferenceServiceGrpc.newBlockingStub(channels.getFirst())
            .withDeadlineAfter(60, TimeUnit.SECONDS)
            .modelMetadata(ModelMetadataRequest.newBuilder().setName(model).build());
    TensorMetadata input = metadata.getInputs(0);
    if (metadata.getInputsCount() != 1
        || input.getShapeCount() != 2
        || !input.getDatatype().equals("FP32")) {
      throw new IllegalArgumentException(
          "model %s takes %s; the bench asks models of one input FP32 [-1, n]"
              .formatted(model, metadata.getInputsList()));
    }
    return new PredictClient(thread, channels, model, input);
  }

  float[] windows(RandomGenerator random, int rows) {
    var values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return values;
  }

  ModelInferRequest request(float[] windows) {
    ByteBuffer bytes =
        ByteBuffer.allocate(windows.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(windows);
    return ModelInferRequest.newBuilder()
        .setModelName(model)
        .addInputs(
            ModelInferRequest.InferInputTensor.newBuilder()
                .setName(input.getName())
                .setDatatype("FP32")
                .addShape(windows.length / columns)
                .addShape(columns))
        .addRawInputContents(UnsafeByteOperations.unsafeWrap(bytes))
        .build();
  }

  static float[] heads(ModelInferResponse response) {
    ByteString raw = response.getRawOutputContents(0);
    var heads = new float[raw.size() / Float.BYTES];
    raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(heads);
    return heads;
  }

  /** The thread of the connections; what is asked on it leaves without waking another. */
  ScheduledExecutorService thread() {
    return thread;
  }

  Channel channel(int number) {
    return channels.get(number % channels.size());
  }

  ModelInferResponse infer(ModelInferRequest request) {
    return ClientCalls.blockingUnaryCall(
        channels.getFirst(),
        GRPCInferenceServiceGrpc.getModelInferMethod(),
        CallOptions.DEFAULT,
        request);
  }

  /**
   * Asks, and returns at once.
   *
   * @param deadlineMillis 0 for none
   */
  void infer(
      int connection,
      ModelInferRequest request,
      long deadlineMillis,
      ClientCall.Listener<ModelInferResponse> listener) {
    CallOptions options =
        deadlineMillis == 0
            ? CallOptions.DEFAULT
            : CallOptions.DEFAULT.withDeadlineAfter(deadlineMillis, TimeUnit.MILLISECONDS);
    ClientCall<ModelInferRequest, ModelInferResponse> call =
        channel(connection).newCall(GRPCInferenceServiceGrpc.getModelInferMethod(), options);
    call.start(listener, new Metadata());
    call.request(2);
    call.sendMessage(request);
    call.halfClose();
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    thread
        .shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
  }
}
