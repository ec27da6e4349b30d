package dev.tidewatch.registry;

import com.google.protobuf.ByteString;
import dev.tidewatch.proto.registry.v1.AliasMove;
import dev.tidewatch.proto.registry.v1.AliasMoveRecord;
import dev.tidewatch.proto.registry.v1.AliasServiceGrpc;
import dev.tidewatch.proto.registry.v1.Artifact;
import dev.tidewatch.proto.registry.v1.ArtifactServiceGrpc;
import dev.tidewatch.proto.registry.v1.AssignmentServiceGrpc;
import dev.tidewatch.proto.registry.v1.Chunk;
import dev.tidewatch.proto.registry.v1.CreateModelRequest;
import dev.tidewatch.proto.registry.v1.CreateModelVersionRequest;
import dev.tidewatch.proto.registry.v1.GetAliasHistoryRequest;
import dev.tidewatch.proto.registry.v1.ModelServiceGrpc;
import dev.tidewatch.proto.registry.v1.ModelSignature;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.MoveAliasesRequest;
import dev.tidewatch.proto.registry.v1.RunServiceGrpc;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.proto.registry.v1.UploadArtifactRequest;
import dev.tidewatch.proto.registry.v1.UploadArtifactResponse;
import dev.tidewatch.proto.registry.v1.UploadStart;
import dev.tidewatch.proto.registry.v1.WatchServiceGrpc;
import dev.tidewatch.serverkit.config.ConfigLoader;
import dev.tidewatch.serverkit.grpc.ClientConfig;
import dev.tidewatch.serverkit.grpc.GrpcChannel;
import dev.tidewatch.serverkit.lifecycle.CloseStack;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.testing.TestDatabase;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A registry server in process, on a database of its own, with what tests say to it most. */
public final class RunningRegistry implements AutoCloseable {
  private static final long WAIT_SECONDS = 60;

  private final CloseStack opened;
  private final RegistryServer server;
  private final Channel channel;

  private RunningRegistry(CloseStack opened, RegistryServer server, Channel channel) {
    this.opened = opened;
    this.server = server;
    this.channel = channel;
  }

  /**
   * Starts one.
   *
   * @param settings beside those of the fixture
   */
  public static RunningRegistry start(
      TestDatabase database, Path folder, InstantSource clock, Map<String, String> settings) {
    var opened = new CloseStack();
    try {
      Map<String, String> all = new HashMap<>();
      all.put("grpc.host", "inproc:" + UUID.randomUUID());
      all.put("security.auth", "off");
      all.put("database.url", database.config().url().orElseThrow());
      all.put("database.user", database.config().user());
      all.put("telemetry.enabled", "false");
      all.put("grpc.shutdown-grace", "4s");
      all.put("artifacts.folder", folder.toString());
      all.putAll(settings);
      var server =
          opened.push(RegistryServer.launch(ConfigLoader.with(RegistryConfig.class, all), clock));
      var channel =
          opened.push(GrpcChannel.open(ClientConfig.to(server.target()), Telemetry.disabled()));
      return new RunningRegistry(opened, server, channel.channel());
    } catch (Throwable e) {
      opened.closeAfter(e);
      throw e;
    }
  }

  public ModelServiceGrpc.ModelServiceBlockingStub models() {
    return ModelServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  public AliasServiceGrpc.AliasServiceBlockingStub aliases() {
    return AliasServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  public AssignmentServiceGrpc.AssignmentServiceBlockingStub assignments() {
    return AssignmentServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  public RunServiceGrpc.RunServiceBlockingStub runs() {
    return RunServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  public ArtifactServiceGrpc.ArtifactServiceBlockingStub artifacts() {
    return ArtifactServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  public ArtifactServiceGrpc.ArtifactServiceStub uploads() {
    return ArtifactServiceGrpc.newStub(channel).withDeadlineAfter(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  public WatchServiceGrpc.WatchServiceStub watches() {
    return WatchServiceGrpc.newStub(channel).withDeadlineAfter(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  public Channel channel() {
    return channel;
  }

  /** Makes a forecasting model. */
  public void model(String name) {
    var _ =
        models()
            .createModel(
                CreateModelRequest.newBuilder().setModel(name).setTask(Task.TASK_FORECAST).build());
  }

  /** Makes the next version of a model, from an artifact of its own. */
  public ModelVersion version(String model) {
    Artifact artifact =
        upload((model + UUID.randomUUID()).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return models()
        .createModelVersion(
            CreateModelVersionRequest.newBuilder()
                .setModel(model)
                .setArtifactSha256(artifact.getSha256())
                .setFamily("seasonal-naive")
                .setSignature(ModelSignature.newBuilder().setHorizonSteps(24))
                .build())
        .getModelVersion();
  }

  /** Moves an alias, wherever it was. */
  public void move(String model, String alias, String version) {
    var move = AliasMove.newBuilder().setModel(model).setAlias(alias).setVersion(version);
    var _ = aliases().moveAliases(MoveAliasesRequest.newBuilder().addMoves(move).build());
  }

  /** Where an alias was, the newest move first. */
  public List<AliasMoveRecord> history(String model, String alias) {
    return aliases()
        .getAliasHistory(
            GetAliasHistoryRequest.newBuilder()
                .setModel(model)
                .setAlias(alias)
                .setPageSize(1000)
                .build())
        .getMovesList();
  }

  /** Uploads bytes in one stream. */
  public Artifact upload(byte[] bytes) {
    CompletableFuture<UploadArtifactResponse> answer = new CompletableFuture<>();
    var stream = uploads().uploadArtifact(into(answer));
    stream.onNext(start(UUID.randomUUID(), bytes));
    for (int offset = 0; offset < bytes.length; offset += 1 << 16) {
      stream.onNext(chunk(bytes, offset, Math.min(1 << 16, bytes.length - offset)));
    }
    stream.onCompleted();
    return answer.orTimeout(WAIT_SECONDS, TimeUnit.SECONDS).join().getArtifact();
  }

  public static UploadArtifactRequest start(UUID upload, byte[] bytes) {
    return UploadArtifactRequest.newBuilder()
        .setStart(
            UploadStart.newBuilder()
                .setUploadId(upload.toString())
                .setSha256(sha256(bytes))
                .setSizeBytes(bytes.length))
        .build();
  }

  public static UploadArtifactRequest chunk(byte[] bytes, int offset, int length) {
    return UploadArtifactRequest.newBuilder()
        .setChunk(
            Chunk.newBuilder()
                .setOffset(offset)
                .setData(ByteString.copyFrom(bytes, offset, length)))
        .build();
  }

  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The one answer of a call, or its error. */
  public static <T> StreamObserver<T> into(CompletableFuture<T> answer) {
    return new StreamObserver<>() {
      @Override
      public void onNext(T value) {
        answer.complete(value);
      }

      @Override
      public void onError(Throwable error) {
        answer.completeExceptionally(error);
      }

      @Override
      public void onCompleted() {
        answer.completeExceptionally(new IllegalStateException("ended without an answer"));
      }
    };
  }

  /** Stops the server while its clients stay connected. */
  public void stopServer() {
    server.close();
  }

  @Override
  public void close() {
    opened.close();
  }
}
