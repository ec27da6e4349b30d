package dev.tidewatch.inference.testing;

import com.google.protobuf.ByteString;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.proto.registry.v1.Alias;
import dev.tidewatch.proto.registry.v1.Artifact;
import dev.tidewatch.proto.registry.v1.ArtifactFormat;
import dev.tidewatch.proto.registry.v1.ArtifactServiceGrpc;
import dev.tidewatch.proto.registry.v1.Assignment;
import dev.tidewatch.proto.registry.v1.Chunk;
import dev.tidewatch.proto.registry.v1.DownloadArtifactRequest;
import dev.tidewatch.proto.registry.v1.DownloadArtifactResponse;
import dev.tidewatch.proto.registry.v1.GetModelVersionRequest;
import dev.tidewatch.proto.registry.v1.GetModelVersionResponse;
import dev.tidewatch.proto.registry.v1.ModelServiceGrpc;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.Routing;
import dev.tidewatch.proto.registry.v1.WatchDelta;
import dev.tidewatch.proto.registry.v1.WatchHeartbeat;
import dev.tidewatch.proto.registry.v1.WatchRequest;
import dev.tidewatch.proto.registry.v1.WatchResponse;
import dev.tidewatch.proto.registry.v1.WatchServiceGrpc;
import dev.tidewatch.proto.registry.v1.WatchSnapshot;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The registry in memory: versions, aliases, assignments, a watch that sends snapshot and deltas.
 */
public final class FakeRegistry implements AutoCloseable {
  private static final int CHUNK_BYTES = 8_192;

  private final Map<String, byte[]> artifacts = new HashMap<>();
  private final Map<String, ArtifactFormat> formats = new HashMap<>();
  private final Map<String, String> versions = new HashMap<>();
  private final TreeMap<String, Alias> aliases = new TreeMap<>();
  private final TreeMap<String, Assignment> assignments = new TreeMap<>();
  private final TreeMap<String, Routing> routings = new TreeMap<>();
  private final List<WatchDelta> deltas = new ArrayList<>();
  private final FakeServer server = new FakeServer(new Watch(), new Artifacts(), new Models());

  public String target() {
    return server.target();
  }

  public void stop() {
    server.stop();
  }

  public void start() {
    server.start();
  }

  public synchronized void add(String model, String version, byte[] bundle) {
    add(model, version, bundle, ArtifactFormat.ARTIFACT_FORMAT_BUNDLE);
  }

  public synchronized void add(String model, String version, byte[] bundle, ArtifactFormat format) {
    String sha256 = Bundle.sha256(bundle);
    artifacts.put(sha256, bundle);
    formats.put(sha256, format);
    versions.put(model + " " + version, sha256);
  }

  /** Changes what is stored under the digest of the version. */
  public synchronized void damage(String model, String version, byte[] bytes) {
    artifacts.put(versions.get(model + " " + version), bytes);
  }

  public synchronized void alias(String model, String alias, String version) {
    String sha256 = versions.getOrDefault(model + " " + version, "");
    var message =
        Alias.newBuilder()
            .setModel(model)
            .setAlias(alias)
            .setVersion(version)
            .setArtifactSha256(sha256)
            .setArtifactSizeBytes(sizeOf(sha256))
            .build();
    aliases.put(model + " " + alias, message);
    changed(WatchDelta.newBuilder().addAliases(message));
  }

  private int sizeOf(String sha256) {
    byte[] bytes = artifacts.get(sha256);
    return bytes == null ? 0 : bytes.length;
  }

  public synchronized void assign(Assignment assignment) {
    assignments.put(assignment.getAssignment(), assignment);
    changed(WatchDelta.newBuilder().addAssignments(assignment));
  }

  public synchronized void unassign(String name) {
    assignments.remove(name);
    changed(WatchDelta.newBuilder().addRemovedAssignments(name));
  }

  /** Shares a model's requests. */
  public synchronized void route(String model, int canaryBasisPoints, String... shadows) {
    var routing =
        Routing.newBuilder()
            .setModel(model)
            .setCanaryBasisPoints(canaryBasisPoints)
            .addAllShadowAliases(List.of(shadows))
            .build();
    routings.put(model, routing);
    changed(WatchDelta.newBuilder().addRoutings(routing));
  }

  private void changed(WatchDelta.Builder delta) {
    deltas.add(delta.setRevision(deltas.size() + 1).build());
    notifyAll();
  }

  private final class Watch extends WatchServiceGrpc.WatchServiceImplBase {
    @Override
    public void watch(WatchRequest request, StreamObserver<WatchResponse> observer) {
      var responses = (ServerCallStreamObserver<WatchResponse>) observer;
      responses.setOnCancelHandler(() -> {});
      Thread.ofVirtual()
          .start(() -> {
            try {
              send(responses);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
    }

    private void send(ServerCallStreamObserver<WatchResponse> responses)
        throws InterruptedException {
      int sent;
      WatchSnapshot snapshot;
      synchronized (FakeRegistry.this) {
        sent = deltas.size();
        snapshot =
            WatchSnapshot.newBuilder()
                .setRegistryId("fake")
                .setRevision(sent)
                .addAllAliases(aliases.values())
                .addAllAssignments(assignments.values())
                .addAllRoutings(routings.values())
                .setComplete(true)
                .build();
      }
      responses.onNext(WatchResponse.newBuilder().setSnapshot(snapshot).build());
      while (!responses.isCancelled()) {
        List<WatchDelta> fresh;
        synchronized (FakeRegistry.this) {
          if (deltas.size() == sent) {
            FakeRegistry.this.wait(50);
          }
          fresh = List.copyOf(deltas.subList(sent, deltas.size()));
          sent = deltas.size();
        }
        for (WatchDelta delta : fresh) {
          responses.onNext(WatchResponse.newBuilder().setDelta(delta).build());
        }
        if (fresh.isEmpty() && !responses.isCancelled()) {
          responses.onNext(
              WatchResponse.newBuilder()
                  .setHeartbeat(WatchHeartbeat.newBuilder().setRevision(sent))
                  .build());
        }
      }
    }
  }

  private final class Artifacts extends ArtifactServiceGrpc.ArtifactServiceImplBase {
    @Override
    public void downloadArtifact(
        DownloadArtifactRequest request, StreamObserver<DownloadArtifactResponse> responses) {
      byte[] bytes;
      ArtifactFormat format;
      synchronized (FakeRegistry.this) {
        bytes = artifacts.get(request.getSha256());
        format = formats.getOrDefault(request.getSha256(), ArtifactFormat.ARTIFACT_FORMAT_BUNDLE);
      }
      if (bytes == null) {
        responses.onError(Status.NOT_FOUND.asRuntimeException());
        return;
      }
      responses.onNext(
          DownloadArtifactResponse.newBuilder()
              .setArtifact(Artifact.newBuilder().setSha256(request.getSha256()).setFormat(format))
              .build());
      for (int at = 0; at < bytes.length; at += CHUNK_BYTES) {
        int length = Math.min(CHUNK_BYTES, bytes.length - at);
        responses.onNext(
            DownloadArtifactResponse.newBuilder()
                .setChunk(
                    Chunk.newBuilder()
                        .setOffset(at)
                        .setData(ByteString.copyFrom(bytes, at, length)))
                .build());
      }
      responses.onCompleted();
    }
  }

  private final class Models extends ModelServiceGrpc.ModelServiceImplBase {
    @Override
    public void getModelVersion(
        GetModelVersionRequest request, StreamObserver<GetModelVersionResponse> responses) {
      synchronized (FakeRegistry.this) {
        String sha256 = versions.get(request.getModel() + " " + request.getVersion());
        if (sha256 == null) {
          responses.onError(Status.NOT_FOUND.asRuntimeException());
          return;
        }
        responses.onNext(
            GetModelVersionResponse.newBuilder()
                .setModelVersion(
                    ModelVersion.newBuilder()
                        .setArtifact(
                            Artifact.newBuilder()
                                .setSha256(sha256)
                                .setSizeBytes(sizeOf(sha256))
                                .setFormat(
                                    formats.getOrDefault(
                                        sha256, ArtifactFormat.ARTIFACT_FORMAT_BUNDLE))))
                .build());
        responses.onCompleted();
      }
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
