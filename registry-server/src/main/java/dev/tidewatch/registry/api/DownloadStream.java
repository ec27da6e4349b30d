package dev.tidewatch.registry.api;

import com.google.protobuf.UnsafeByteOperations;
import dev.tidewatch.proto.registry.v1.Chunk;
import dev.tidewatch.proto.registry.v1.DownloadArtifactResponse;
import dev.tidewatch.registry.artifacts.VerifiedRead;
import dev.tidewatch.serverkit.errors.ServiceException;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a file as fast as the client takes it. gRPC calls it from one thread at a time. */
final class DownloadStream {
  private static final Logger log = LoggerFactory.getLogger(DownloadStream.class);

  private final VerifiedRead file;
  private final ServerCallStreamObserver<DownloadArtifactResponse> call;
  private boolean announced;
  private boolean ended;

  DownloadStream(VerifiedRead file, ServerCallStreamObserver<DownloadArtifactResponse> call) {
    this.file = file;
    this.call = call;
  }

  void start() {
    call.setOnCancelHandler(this::end);
    call.setOnReadyHandler(this::send);
  }

  private void send() {
    try {
      while (!ended && call.isReady()) {
        if (!announced) {
          announced = true;
          call.onNext(
              DownloadArtifactResponse.newBuilder()
                  .setArtifact(ModelMessages.artifact(file.artifact()))
                  .build());
        } else {
          Optional<VerifiedRead.Block> block = file.next();
          if (block.isPresent()) {
            call.onNext(
                DownloadArtifactResponse.newBuilder()
                    .setChunk(
                        Chunk.newBuilder()
                            .setOffset(block.get().offset())
                            .setData(UnsafeByteOperations.unsafeWrap(block.get().bytes())))
                    .build());
          } else {
            end();
            call.onCompleted();
          }
        }
      }
    } catch (ServiceException e) {
      end();
      call.onError(e);
    } catch (IOException e) {
      end();
      call.onError(DiskErrors.of(e));
    }
  }

  private void end() {
    ended = true;
    try {
      file.close();
    } catch (IOException e) {
      log.warn("an artifact's file did not close", e);
    }
  }
}
