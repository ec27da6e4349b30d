package dev.tidewatch.sdk;

import com.google.protobuf.ByteString;
import dev.tidewatch.proto.registry.v1.Artifact;
import dev.tidewatch.proto.registry.v1.ArtifactFormat;
import dev.tidewatch.proto.registry.v1.ArtifactServiceGrpc;
import dev.tidewatch.proto.registry.v1.Chunk;
import dev.tidewatch.proto.registry.v1.DownloadArtifactRequest;
import dev.tidewatch.proto.registry.v1.DownloadArtifactResponse;
import dev.tidewatch.proto.registry.v1.GetArtifactRequest;
import dev.tidewatch.proto.registry.v1.GetUploadRequest;
import dev.tidewatch.proto.registry.v1.UploadArtifactRequest;
import dev.tidewatch.proto.registry.v1.UploadArtifactResponse;
import dev.tidewatch.proto.registry.v1.UploadStart;
import io.grpc.Channel;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Moves model files to and from the registry: in chunks, checked by SHA-256, and going on where a
 * broken connection stopped. Thread-safe.
 */
public final class ArtifactTransfer {
  private static final int CHUNK_BYTES = 256 << 10;
  private static final int TRIES_MAX = 8;

  private final Channel channel;
  private final @Nullable SigningKey signingKey;
  private final ArtifactServiceGrpc.ArtifactServiceBlockingStub artifacts;

  ArtifactTransfer(Channel channel, @Nullable SigningKey signingKey) {
    this.channel = channel;
    this.signingKey = signingKey;
    this.artifacts = ArtifactServiceGrpc.newBlockingStub(channel);
  }

  /** What the registry holds under a digest. */
  public Artifact get(String sha256) {
    var request = GetArtifactRequest.newBuilder().setSha256(sha256).build();
    return Calls.unary(() -> artifacts.getArtifact(request)).getArtifact();
  }

  /**
   * Uploads a file. Breaks are tried again, each from where the server stands.
   *
   * @return the artifact, verified by the server
   * @throws TidewatchException if the server refuses it, or does not come back
   * @throws IOException if the file cannot be read, or changes meanwhile
   */
  public Artifact upload(Path file, ArtifactFormat format, TransferProgress progress)
      throws IOException, InterruptedException {
    long size = Files.size(file);
    String sha256 = sha256(file);
    var announced =
        UploadStart.newBuilder()
            .setUploadId(UUID.randomUUID().toString())
            .setSha256(sha256)
            .setSizeBytes(size)
            .setFormat(format);
    if (signingKey != null) {
      announced.setSignature(signingKey.sign(sha256));
    }
    UploadStart start = announced.build();
    long offset = 0;
    for (int failures = 0; ; ) {
      try (FileChannel source = FileChannel.open(file, StandardOpenOption.READ)) {
        UploadArtifactResponse answer = send(start, source, offset, progress);
        if (answer.getComplete()) {
          progress.moved(size, size);
          return answer.getArtifact();
        }
        offset = answer.getReceivedBytes();
        failures++;
      } catch (TidewatchException e) {
        if (!e.isTransient() || ++failures >= TRIES_MAX) {
          throw e;
        }
        Thread.sleep(Backoff.USUAL.afterFailures(failures, RandomGenerator.getDefault()));
        offset = standing(start.getUploadId());
      }
      if (failures >= TRIES_MAX) {
        throw TidewatchException.of(
            Status.Code.UNAVAILABLE,
            "UPLOAD_INCOMPLETE",
            "the server took %d of %d bytes and no more".formatted(offset, size));
      }
    }
  }

  private UploadArtifactResponse send(
      UploadStart start, FileChannel source, long offset, TransferProgress progress)
      throws IOException, InterruptedException {
    try (var upload = new UploadStream(channel)) {
      upload.send(UploadArtifactRequest.newBuilder().setStart(start).build());
      ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES);
      long at = offset;
      while (at < start.getSizeBytes() && !upload.isAnswered()) {
        buffer.clear();
        int count = source.read(buffer, at);
        if (count < 0) {
          throw new IOException("the file became shorter while it was uploaded");
        }
        var chunk =
            Chunk.newBuilder().setOffset(at).setData(ByteString.copyFrom(buffer.flip())).build();
        upload.send(UploadArtifactRequest.newBuilder().setChunk(chunk).build());
        at += count;
        progress.moved(at, start.getSizeBytes());
      }
      return upload.finish();
    }
  }

  /** Where an upload stands; 0 if the server knows nothing of it or cannot be asked. */
  private long standing(String uploadId) {
    try {
      var request = GetUploadRequest.newBuilder().setUploadId(uploadId).build();
      return Calls.unary(() -> artifacts.getUpload(request)).getReceivedBytes();
    } catch (TidewatchException e) {
      if (e.isTransient() || e.code() == Status.Code.NOT_FOUND) {
        return 0; // the next try starts over, or learns better
      }
      throw e;
    }
  }

  /**
   * Downloads an artifact into a file. What an earlier try left in {@code <target>.part} is used;
   * the target appears only when it is whole and its digest right.
   *
   * @throws TidewatchException if the server refuses, or does not come back
   * @throws IOException if the file cannot be written
   */
  public Artifact download(String sha256, Path target, TransferProgress progress)
      throws IOException, InterruptedException {
    Path part = target.resolveSibling(target.getFileName() + ".part");
    Artifact artifact = receive(sha256, part, progress);
    String found = sha256(part);
    if (!found.equals(sha256)) {
      Files.delete(part);
      throw TidewatchException.of(
          Status.Code.DATA_LOSS,
          "ARTIFACT_DAMAGED",
          "downloaded bytes have SHA-256 " + found + ", not " + sha256 + "; they were discarded");
    }
    Files.move(part, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    return artifact;
  }

  private Artifact receive(String sha256, Path part, TransferProgress progress)
      throws IOException, InterruptedException {
    for (int failures = 0; ; ) {
      try {
        return receiveOnce(sha256, part, progress);
      } catch (TidewatchException e) {
        if (e.hasReason("OFFSET_BEYOND_END") || e.code() == Status.Code.DATA_LOSS) {
          Files.deleteIfExists(part);
        }
        boolean again = e.isTransient() || e.hasReason("OFFSET_BEYOND_END");
        if (!again || ++failures >= TRIES_MAX) {
          throw e;
        }
        Thread.sleep(Backoff.USUAL.afterFailures(failures, RandomGenerator.getDefault()));
      }
    }
  }

  private Artifact receiveOnce(String sha256, Path part, TransferProgress progress)
      throws IOException {
    try (FileChannel sink =
        FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      long at = sink.size();
      var request = DownloadArtifactRequest.newBuilder().setSha256(sha256).setOffset(at).build();
      Artifact artifact = Artifact.getDefaultInstance();
      try (var messages = Calls.stream(() -> artifacts.downloadArtifact(request))) {
        while (messages.hasNext()) {
          DownloadArtifactResponse message = messages.next();
          if (message.hasArtifact()) {
            artifact = message.getArtifact();
          } else if (message.hasChunk()) {
            ByteBuffer data = message.getChunk().getData().asReadOnlyByteBuffer();
            while (data.hasRemaining()) {
              at += sink.write(data, at);
            }
            progress.moved(at, artifact.getSizeBytes());
          }
        }
      }
      return artifact;
    }
  }

  /** Of a file's bytes, as 64 lower-case hexadecimal digits. */
  public static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[CHUNK_BYTES];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
