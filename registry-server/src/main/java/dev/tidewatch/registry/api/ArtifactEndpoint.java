package dev.tidewatch.registry.api;

import dev.tidewatch.proto.registry.v1.ArtifactServiceGrpc.ArtifactServiceImplBase;
import dev.tidewatch.proto.registry.v1.CancelUploadRequest;
import dev.tidewatch.proto.registry.v1.CancelUploadResponse;
import dev.tidewatch.proto.registry.v1.DownloadArtifactRequest;
import dev.tidewatch.proto.registry.v1.DownloadArtifactResponse;
import dev.tidewatch.proto.registry.v1.GetArtifactRequest;
import dev.tidewatch.proto.registry.v1.GetArtifactResponse;
import dev.tidewatch.proto.registry.v1.GetUploadRequest;
import dev.tidewatch.proto.registry.v1.GetUploadResponse;
import dev.tidewatch.proto.registry.v1.UploadArtifactRequest;
import dev.tidewatch.proto.registry.v1.UploadArtifactResponse;
import dev.tidewatch.registry.artifacts.ArtifactStore;
import dev.tidewatch.registry.domain.Artifact;
import dev.tidewatch.registry.domain.AuditLog;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;

/** Artifacts over gRPC. */
public final class ArtifactEndpoint extends ArtifactServiceImplBase {
  private final ArtifactStore store;
  private final AuditLog audit;

  public ArtifactEndpoint(ArtifactStore store, AuditLog audit) {
    this.store = store;
    this.audit = audit;
  }

  @Override
  public StreamObserver<UploadArtifactRequest> uploadArtifact(
      StreamObserver<UploadArtifactResponse> observer) {
    UploadStream stream = new UploadStream(store, audit, observer);
    ((ServerCallStreamObserver<UploadArtifactResponse>) observer).setOnCancelHandler(stream::end);
    return stream;
  }

  @Override
  public void getUpload(GetUploadRequest request, StreamObserver<GetUploadResponse> observer) {
    ArtifactStore.Progress progress =
        store.progress(Fields.uuid("upload_id", request.getUploadId()));
    observer.onNext(
        GetUploadResponse.newBuilder()
            .setReceivedBytes(progress.receivedBytes())
            .setSizeBytes(progress.upload().sizeBytes())
            .setSha256(progress.upload().sha256().hex())
            .setComplete(progress.upload().complete())
            .setExpiresAt(Fields.time(progress.expiresAt()))
            .build());
    observer.onCompleted();
  }

  @Override
  public void cancelUpload(
      CancelUploadRequest request, StreamObserver<CancelUploadResponse> observer) {
    try {
      store.cancel(Fields.uuid("upload_id", request.getUploadId()));
    } catch (IOException e) {
      throw DiskErrors.of(e);
    }
    observer.onNext(CancelUploadResponse.getDefaultInstance());
    observer.onCompleted();
  }

  @Override
  public void getArtifact(
      GetArtifactRequest request, StreamObserver<GetArtifactResponse> observer) {
    Artifact artifact = store.get(Fields.sha256("sha256", request.getSha256()));
    observer.onNext(
        GetArtifactResponse.newBuilder().setArtifact(ModelMessages.artifact(artifact)).build());
    observer.onCompleted();
  }

  @Override
  public void downloadArtifact(
      DownloadArtifactRequest request, StreamObserver<DownloadArtifactResponse> observer) {
    try {
      DownloadStream stream =
          new DownloadStream(
              store.read(Fields.sha256("sha256", request.getSha256()), request.getOffset()),
              (ServerCallStreamObserver<DownloadArtifactResponse>) observer);
      stream.start();
    } catch (IOException e) {
      throw DiskErrors.of(e);
    }
  }
}
