package dev.tidewatch.inference.clients;

import dev.tidewatch.inference.registry.Artifact;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.inference.serving.ArtifactSource;
import dev.tidewatch.inference.serving.RegisteredVersion;
import dev.tidewatch.models.tensor.TensorFormat;
import dev.tidewatch.proto.registry.v1.ArtifactServiceGrpc;
import dev.tidewatch.proto.registry.v1.DownloadArtifactRequest;
import dev.tidewatch.proto.registry.v1.DownloadArtifactResponse;
import dev.tidewatch.proto.registry.v1.GetModelVersionRequest;
import dev.tidewatch.proto.registry.v1.ModelServiceGrpc;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;

/** {@link ArtifactSource} by the registry. */
public final class RegistryArtifacts implements ArtifactSource {
  private static final String SERVER = "the registry";
  private static final String UNAVAILABLE = "REGISTRY_UNAVAILABLE";
  private static final Duration LOOKUP_MAX = Duration.ofSeconds(5);

  private final ArtifactServiceGrpc.ArtifactServiceBlockingStub artifacts;
  private final ModelServiceGrpc.ModelServiceBlockingStub models;
  private final Duration downloadMax;

  public RegistryArtifacts(Channel registry, Duration downloadMax) {
    this.artifacts = ArtifactServiceGrpc.newBlockingStub(registry);
    this.models = ModelServiceGrpc.newBlockingStub(registry);
    this.downloadMax = downloadMax;
  }

  @Override
  public Announced download(Artifact artifact, OutputStream out) throws IOException {
    var request = DownloadArtifactRequest.newBuilder().setSha256(artifact.sha256()).build();
    try {
      var announced = new Announced(TensorFormat.BUNDLE, Optional.empty());
      var responses = Deadlines.limit(artifacts, downloadMax).downloadArtifact(request);
      while (responses.hasNext()) {
        DownloadArtifactResponse response = responses.next();
        if (response.hasChunk()) {
          response.getChunk().getData().writeTo(out);
        } else if (response.hasArtifact()) {
          announced =
              new Announced(
                  RegistryMessages.format(response.getArtifact().getFormat()),
                  RegistryMessages.signature(response.getArtifact()));
        }
      }
      return announced;
    } catch (StatusRuntimeException e) {
      throw RemoteErrors.of(SERVER, UNAVAILABLE, e);
    }
  }

  @Override
  public Optional<RegisteredVersion> find(VersionKey version) {
    var request =
        GetModelVersionRequest.newBuilder()
            .setModel(version.model())
            .setVersion(version.version())
            .build();
    try {
      return Optional.of(
          RegistryMessages.version(
              version,
              Deadlines.limit(models, LOOKUP_MAX).getModelVersion(request).getModelVersion()));
    } catch (StatusRuntimeException e) {
      boolean isUnknown =
          e.getStatus().getCode() == Status.Code.NOT_FOUND
              || e.getStatus().getCode() == Status.Code.INVALID_ARGUMENT;
      if (isUnknown) {
        return Optional.empty();
      }
      throw RemoteErrors.of(SERVER, UNAVAILABLE, e);
    }
  }
}
