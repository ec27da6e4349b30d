package dev.tidewatch.benchmarks.crash;

import com.google.protobuf.ByteString;
import dev.tidewatch.proto.registry.v1.Alias;
import dev.tidewatch.proto.registry.v1.AliasExpectation;
import dev.tidewatch.proto.registry.v1.AliasMove;
import dev.tidewatch.proto.registry.v1.AliasMoveRecord;
import dev.tidewatch.proto.registry.v1.AliasServiceGrpc;
import dev.tidewatch.proto.registry.v1.Artifact;
import dev.tidewatch.proto.registry.v1.ArtifactServiceGrpc;
import dev.tidewatch.proto.registry.v1.Chunk;
import dev.tidewatch.proto.registry.v1.CreateModelVersionRequest;
import dev.tidewatch.proto.registry.v1.DownloadArtifactRequest;
import dev.tidewatch.proto.registry.v1.GetAliasHistoryRequest;
import dev.tidewatch.proto.registry.v1.GetArtifactRequest;
import dev.tidewatch.proto.registry.v1.GetUploadRequest;
import dev.tidewatch.proto.registry.v1.GetUploadResponse;
import dev.tidewatch.proto.registry.v1.ListAliasesRequest;
import dev.tidewatch.proto.registry.v1.ListModelVersionsRequest;
import dev.tidewatch.proto.registry.v1.ModelServiceGrpc;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.MoveAliasesRequest;
import dev.tidewatch.proto.registry.v1.RollBackAliasRequest;
import dev.tidewatch.proto.registry.v1.UploadArtifactRequest;
import dev.tidewatch.proto.registry.v1.UploadArtifactResponse;
import dev.tidewatch.proto.registry.v1.UploadStart;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the campaign says to the registry: plain calls, none of which is tried again. */
final class RegistryCalls {
  static final String MODEL = "under-fire";
  static final String CHAMPION = "champion";
  static final String CANARY = "canary";

  private static final int CHUNK_BYTES = 64 << 10;
  private static final int PAGE = 1000;
  private static final long DEADLINE_SECONDS = 60;

  private final ModelServiceGrpc.ModelServiceBlockingStub models;
  private final AliasServiceGrpc.AliasServiceBlockingStub aliases;
  private final ArtifactServiceGrpc.ArtifactServiceBlockingStub artifacts;
  private final ArtifactServiceGrpc.ArtifactServiceStub uploads;

  RegistryCalls(Channel channel) {
    models = ModelServiceGrpc.newBlockingStub(channel);
    aliases = AliasServiceGrpc.newBlockingStub(channel);
    artifacts = ArtifactServiceGrpc.newBlockingStub(channel);
    uploads = ArtifactServiceGrpc.newStub(channel);
  }

  /** Where both aliases are. */
  record Aliases(@Nullable String champion, @Nullable String canary) {}

  UploadArtifactResponse upload(String uploadId, byte[] bytes, long from) {
    CompletableFuture<UploadArtifactResponse> answer = new CompletableFuture<>();
    StreamObserver<UploadArtifactRequest> stream =
        uploads
            .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
            .uploadArtifact(
                new StreamObserver<>() {
                  @Override
                  public void onNext(UploadArtifactResponse value) {
                    answer.complete(value);
                  }

                  @Override
                  public void onError(Throwable error) {
                    answer.completeExceptionally(error);
                  }

                  @Override
                  public void onCompleted() {
                    answer.completeExceptionally(new IllegalStateException("no answer"));
                  }
                });
    stream.onNext(
        UploadArtifactRequest.newBuilder()
            .setStart(
                UploadStart.newBuilder()
                    .setUploadId(uploadId)
                    .setSha256(sha256(bytes))
                    .setSizeBytes(bytes.length))
            .build());
    for (int at = (int) from; at < bytes.length && !answer.isDone(); at += CHUNK_BYTES) {
      stream.onNext(
          UploadArtifactRequest.newBuilder()
              .setChunk(
                  Chunk.newBuilder()
                      .setOffset(at)
                      .setData(
                          ByteString.copyFrom(bytes, at, Math.min(CHUNK_BYTES, bytes.length - at))))
              .build());
    }
    if (!answer.isDone()) {
      stream.onCompleted();
    }
    try {
      return answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof StatusRuntimeException status) {
        throw status;
      }
      throw e;
    }
  }

  /** Empty if nothing has come under this id. */
  Optional<GetUploadResponse> standing(String uploadId) {
    return ifThere(
        () -> artifacts().getUpload(GetUploadRequest.newBuilder().setUploadId(uploadId).build()));
  }

  Optional<Artifact> artifact(String sha256) {
    return ifThere(() ->
        artifacts()
            .getArtifact(GetArtifactRequest.newBuilder().setSha256(sha256).build())
            .getArtifact());
  }

  /** The SHA-256 of what comes. */
  String download(String sha256) {
    MessageDigest digest = digest();
    var request = DownloadArtifactRequest.newBuilder().setSha256(sha256).build();
    artifacts()
        .downloadArtifact(request)
        .forEachRemaining(part -> digest.update(part.getChunk().getData().asReadOnlyByteBuffer()));
    return HexFormat.of().formatHex(digest.digest());
  }

  String createVersion(CreateModelVersionRequest request) {
    return models().createModelVersion(request).getModelVersion().getVersion();
  }

  List<ModelVersion> versions() {
    var versions = new ArrayList<ModelVersion>();
    var request = ListModelVersionsRequest.newBuilder().setModel(MODEL).setPageSize(PAGE);
    do {
      var page = models().listModelVersions(request.build());
      versions.addAll(page.getModelVersionsList());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    return versions;
  }

  /** Both in one answer, so as they were at one moment. */
  Aliases aliases() {
    String champion = null;
    String canary = null;
    for (Alias alias :
        aliasStub()
            .listAliases(ListAliasesRequest.newBuilder().setModel(MODEL).build())
            .getAliasesList()) {
      if (alias.getAlias().equals(CHAMPION)) {
        champion = alias.getVersion();
      } else if (alias.getAlias().equals(CANARY)) {
        canary = alias.getVersion();
      }
    }
    return new Aliases(champion, canary);
  }

  void promote(String requestId, Aliases from, Aliases to, String reason) {
    var _ =
        aliasStub()
            .moveAliases(
                MoveAliasesRequest.newBuilder()
                    .setRequestId(requestId)
                    .addMoves(move(CHAMPION, from.champion(), to.champion()))
                    .addMoves(move(CANARY, from.canary(), to.canary()))
                    .setReason(reason)
                    .build());
  }

  void rollBack(String requestId, Aliases from, String reason) {
    var request =
        RollBackAliasRequest.newBuilder()
            .setRequestId(requestId)
            .setModel(MODEL)
            .setAlias(CHAMPION)
            .setReason(reason);
    if (from.champion() != null) {
      request.setExpected(AliasExpectation.newBuilder().setVersion(from.champion()));
    }
    var _ = aliasStub().rollBackAlias(request.build());
  }

  /** Oldest first. */
  List<AliasMoveRecord> history(String alias) {
    var moves = new ArrayList<AliasMoveRecord>();
    var request =
        GetAliasHistoryRequest.newBuilder().setModel(MODEL).setAlias(alias).setPageSize(PAGE);
    do {
      var page = aliasStub().getAliasHistory(request.build());
      moves.addAll(page.getMovesList());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    return moves.reversed();
  }

  private static AliasMove move(String alias, @Nullable String from, @Nullable String to) {
    return AliasMove.newBuilder()
        .setModel(MODEL)
        .setAlias(alias)
        .setVersion(to == null ? "" : to)
        .setExpected(AliasExpectation.newBuilder().setVersion(from == null ? "" : from))
        .build();
  }

  private ModelServiceGrpc.ModelServiceBlockingStub models() {
    return models.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  private AliasServiceGrpc.AliasServiceBlockingStub aliasStub() {
    return aliases.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  private ArtifactServiceGrpc.ArtifactServiceBlockingStub artifacts() {
    return artifacts.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  private static <T> Optional<T> ifThere(java.util.function.Supplier<T> call) {
    try {
      return Optional.of(call.get());
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
