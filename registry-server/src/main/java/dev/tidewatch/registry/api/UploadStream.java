package dev.tidewatch.registry.api;

import dev.tidewatch.proto.registry.v1.ArtifactFormat;
import dev.tidewatch.proto.registry.v1.UploadArtifactRequest;
import dev.tidewatch.proto.registry.v1.UploadArtifactResponse;
import dev.tidewatch.proto.registry.v1.UploadStart;
import dev.tidewatch.registry.artifacts.ArtifactStore;
import dev.tidewatch.registry.artifacts.OpenUpload;
import dev.tidewatch.registry.artifacts.Upload;
import dev.tidewatch.registry.domain.Artifact;
import dev.tidewatch.registry.domain.ArtifactSignature;
import dev.tidewatch.registry.domain.AuditLog;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One stream of chunks. gRPC calls it from one thread at a time. */
final class UploadStream implements StreamObserver<UploadArtifactRequest> {
  private static final Logger log = LoggerFactory.getLogger(UploadStream.class);

  private final ArtifactStore store;
  private final AuditLog audit;
  private final StreamObserver<UploadArtifactResponse> observer;
  private @Nullable OpenUpload upload;
  private UploadStart start = UploadStart.getDefaultInstance();
  private boolean answered;

  UploadStream(
      ArtifactStore store, AuditLog audit, StreamObserver<UploadArtifactResponse> observer) {
    this.store = store;
    this.audit = audit;
    this.observer = observer;
  }

  @Override
  public void onNext(UploadArtifactRequest message) {
    if (answered) {
      return; // the bytes were there already; what the client had under way is not needed
    }
    boolean taken = false;
    try {
      take(message);
      taken = true;
    } catch (IOException e) {
      throw DiskErrors.of(e);
    } finally {
      if (!taken) {
        end();
      }
    }
  }

  private void take(UploadArtifactRequest message) throws IOException {
    OpenUpload open = upload;
    if (open == null) {
      if (!message.hasStart()) {
        throw new InvalidArgument(
            "UPLOAD_START_MISSING", "start", "must be the first message of an upload");
      }
      begin(message.getStart());
    } else if (message.hasChunk()) {
      open.write(
          message.getChunk().getOffset(), message.getChunk().getData().asReadOnlyByteBuffer());
    } else {
      throw InvalidArgument.field("start", "only the first message of an upload is a start");
    }
  }

  private void begin(UploadStart wanted) throws IOException {
    start = wanted;
    ArtifactStore.Begun begun =
        store.begin(
            new Upload(
                Fields.uuid("start.upload_id", start.getUploadId()),
                Fields.sha256("start.sha256", start.getSha256()),
                start.getSizeBytes(),
                format(start.getFormat()),
                signature(start),
                false,
                Instant.EPOCH));
    upload = begun.upload();
    if (begun.present() != null) {
      answer(begun.present(), true);
    }
  }

  @Override
  public void onCompleted() {
    if (answered) {
      return;
    }
    OpenUpload open = upload;
    if (open == null) {
      throw new InvalidArgument(
          "UPLOAD_START_MISSING", "start", "must be the first message of an upload");
    }
    try {
      if (open.isFull()) {
        Artifact artifact = open.finish();
        audit.uploaded(Origins.of("UploadArtifact", start.getUploadId(), start), artifact);
        answer(artifact, false);
      } else {
        answered = true;
        observer.onNext(
            UploadArtifactResponse.newBuilder().setReceivedBytes(open.receivedBytes()).build());
        observer.onCompleted();
      }
    } catch (IOException e) {
      throw DiskErrors.of(e);
    } finally {
      end();
    }
  }

  @Override
  public void onError(Throwable cut) {
    end();
  }

  /** What came stays; the stream's hold on it ends. */
  void end() {
    OpenUpload open = upload;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        log.warn("a temporary file did not close", e);
      }
    }
  }

  private void answer(Artifact artifact, boolean alreadyPresent) {
    answered = true;
    observer.onNext(
        UploadArtifactResponse.newBuilder()
            .setComplete(true)
            .setReceivedBytes(artifact.sizeBytes())
            .setArtifact(ModelMessages.artifact(artifact))
            .setAlreadyPresent(alreadyPresent)
            .build());
    observer.onCompleted();
  }

  private static Optional<ArtifactSignature> signature(UploadStart start) {
    return start.hasSignature()
        ? Optional.of(
            ArtifactSignature.of(
                start.getSignature().getKeyId(), start.getSignature().getSignature().toByteArray()))
        : Optional.empty();
  }

  private static dev.tidewatch.registry.domain.ArtifactFormat format(ArtifactFormat format) {
    return switch (format) {
      case ARTIFACT_FORMAT_SAVED_MODEL_ZIP ->
          dev.tidewatch.registry.domain.ArtifactFormat.SAVED_MODEL_ZIP;
      case ARTIFACT_FORMAT_ONNX -> dev.tidewatch.registry.domain.ArtifactFormat.ONNX;
      case ARTIFACT_FORMAT_XGBOOST_JSON ->
          dev.tidewatch.registry.domain.ArtifactFormat.XGBOOST_JSON;
      case ARTIFACT_FORMAT_TRIBUO_PROTOBUF ->
          dev.tidewatch.registry.domain.ArtifactFormat.TRIBUO_PROTOBUF;
      case ARTIFACT_FORMAT_BUNDLE, ARTIFACT_FORMAT_UNSPECIFIED, UNRECOGNIZED ->
          dev.tidewatch.registry.domain.ArtifactFormat.BUNDLE;
    };
  }
}
