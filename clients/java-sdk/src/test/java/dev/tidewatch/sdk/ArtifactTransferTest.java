package dev.tidewatch.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.tidewatch.proto.registry.v1.Artifact;
import dev.tidewatch.proto.registry.v1.ArtifactFormat;
import dev.tidewatch.proto.registry.v1.ArtifactServiceGrpc;
import dev.tidewatch.proto.registry.v1.Chunk;
import dev.tidewatch.proto.registry.v1.DownloadArtifactRequest;
import dev.tidewatch.proto.registry.v1.DownloadArtifactResponse;
import dev.tidewatch.proto.registry.v1.GetUploadRequest;
import dev.tidewatch.proto.registry.v1.GetUploadResponse;
import dev.tidewatch.proto.registry.v1.UploadArtifactRequest;
import dev.tidewatch.proto.registry.v1.UploadArtifactResponse;
import dev.tidewatch.proto.registry.v1.UploadStart;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class ArtifactTransferTest {
  @SuppressWarnings("NullAway.Init") // set by JUnit
  @TempDir
  private Path folder;

  /** Keeps what came, and cuts streams a given number of times. */
  private static final class FakeStore extends ArtifactServiceGrpc.ArtifactServiceImplBase {
    final List<Long> uploadedFrom = new ArrayList<>();
    final List<Long> downloadedFrom = new ArrayList<>();
    ByteString stored = ByteString.EMPTY;
    int cutsLeft;
    boolean damage;

    @Override
    public synchronized void getUpload(
        GetUploadRequest request, StreamObserver<GetUploadResponse> responses) {
      responses.onNext(GetUploadResponse.newBuilder().setReceivedBytes(stored.size()).build());
      responses.onCompleted();
    }

    @Override
    public StreamObserver<UploadArtifactRequest> uploadArtifact(
        StreamObserver<UploadArtifactResponse> responses) {
      return new StreamObserver<>() {
        private @Nullable UploadStart start;
        private boolean first = true;
        private boolean over;

        @Override
        public void onNext(UploadArtifactRequest part) {
          synchronized (FakeStore.this) {
            if (over) {
              return;
            }
            if (part.hasStart()) {
              start = part.getStart();
              return;
            }
            Chunk chunk = part.getChunk();
            if (first) {
              uploadedFrom.add(chunk.getOffset());
              first = false;
            }
            if (chunk.getOffset() != stored.size()) {
              over = true;
              responses.onError(Status.OUT_OF_RANGE.asRuntimeException());
              return;
            }
            stored = stored.concat(chunk.getData());
            if (cutsLeft > 0 && stored.size() > uploadedFrom.size() * 500_000) {
              cutsLeft--;
              over = true;
              responses.onError(Status.UNAVAILABLE.asRuntimeException());
            }
          }
        }

        @Override
        public void onError(Throwable cause) {
          over = true;
        }

        @Override
        public void onCompleted() {
          if (over || start == null) {
            return;
          }
          responses.onNext(
              UploadArtifactResponse.newBuilder()
                  .setComplete(true)
                  .setReceivedBytes(stored.size())
                  .setArtifact(
                      Artifact.newBuilder()
                          .setSha256(start.getSha256())
                          .setSizeBytes(stored.size()))
                  .build());
          responses.onCompleted();
        }
      };
    }

    @Override
    public synchronized void downloadArtifact(
        DownloadArtifactRequest request, StreamObserver<DownloadArtifactResponse> responses) {
      downloadedFrom.add(request.getOffset());
      responses.onNext(
          DownloadArtifactResponse.newBuilder()
              .setArtifact(
                  Artifact.newBuilder().setSha256(request.getSha256()).setSizeBytes(stored.size()))
              .build());
      int at = (int) request.getOffset();
      int sent = 0;
      while (at < stored.size()) {
        if (cutsLeft > 0 && sent == 2) {
          cutsLeft--;
          responses.onError(Status.UNAVAILABLE.asRuntimeException());
          return;
        }
        int end = Math.min(at + 200_000, stored.size());
        ByteString data = stored.substring(at, end);
        if (damage) {
          byte[] bytes = data.toByteArray();
          bytes[0] ^= 1;
          data = ByteString.copyFrom(bytes);
        }
        responses.onNext(
            DownloadArtifactResponse.newBuilder()
                .setChunk(Chunk.newBuilder().setOffset(at).setData(data))
                .build());
        at = end;
        sent++;
      }
      responses.onCompleted();
    }
  }

  private static Server serve(FakeStore store) throws IOException {
    return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .addService(store)
        .build()
        .start();
  }

  private static Tidewatch connect(Server server) {
    var there = new Endpoint("localhost", server.getPort());
    return Tidewatch.connect(
        Connection.toHost("localhost").withEndpoints(there, there, there, there));
  }

  private Path file(int bytes) throws IOException {
    byte[] content = new byte[bytes];
    new SplittableRandom(7).nextBytes(content);
    return Files.write(folder.resolve("model.zip"), content);
  }

  @Test
  void uploadsGoOnWhereTheyWereCut() throws IOException, InterruptedException {
    var store = new FakeStore();
    store.cutsLeft = 2;
    Server server = serve(store);
    try (var tidewatch = connect(server)) {
      Path file = file(2_000_000);
      List<Long> progress = new ArrayList<>();
      Artifact artifact =
          tidewatch
              .registry()
              .artifacts()
              .upload(
                  file, ArtifactFormat.ARTIFACT_FORMAT_BUNDLE, (done, total) -> progress.add(done));
      assertThat(artifact.getSha256()).isEqualTo(ArtifactTransfer.sha256(file));
      assertThat(store.stored.toByteArray()).isEqualTo(Files.readAllBytes(file));
      assertThat(store.uploadedFrom).hasSize(3).isSorted().first().isEqualTo(0L);
      assertThat(progress.getLast()).isEqualTo(2_000_000L);
    } finally {
      server.shutdownNow();
    }
  }

  @Test
  void downloadsGoOnWhereTheyWereCut() throws IOException, InterruptedException {
    var store = new FakeStore();
    Path original = file(1_500_000);
    store.stored = ByteString.copyFrom(Files.readAllBytes(original));
    store.cutsLeft = 2;
    Server server = serve(store);
    try (var tidewatch = connect(server)) {
      Path target = folder.resolve("copy.zip");
      tidewatch
          .registry()
          .artifacts()
          .download(ArtifactTransfer.sha256(original), target, TransferProgress.SILENT);
      assertThat(target).hasSameBinaryContentAs(original);
      assertThat(store.downloadedFrom).hasSize(3).isSorted();
      assertThat(folder.resolve("copy.zip.part")).doesNotExist();
    } finally {
      server.shutdownNow();
    }
  }

  @Test
  void damagedDownloadsNeverBecomeAFile() throws IOException {
    var store = new FakeStore();
    Path original = file(300_000);
    store.stored = ByteString.copyFrom(Files.readAllBytes(original));
    store.damage = true;
    Server server = serve(store);
    try (var tidewatch = connect(server)) {
      Path target = folder.resolve("copy.zip");
      String sha256 = ArtifactTransfer.sha256(original);
      assertThatThrownBy(() ->
              tidewatch.registry().artifacts().download(sha256, target, TransferProgress.SILENT))
          .isInstanceOfSatisfying(
              TidewatchException.class, e -> assertThat(e.reason()).isEqualTo("ARTIFACT_DAMAGED"));
      assertThat(target).doesNotExist();
      assertThat(folder.resolve("copy.zip.part")).doesNotExist();
    } finally {
      server.shutdownNow();
    }
  }
}
