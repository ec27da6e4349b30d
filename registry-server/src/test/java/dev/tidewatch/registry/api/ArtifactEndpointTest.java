package dev.tidewatch.registry.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tidewatch.proto.registry.v1.CancelUploadRequest;
import dev.tidewatch.proto.registry.v1.DownloadArtifactRequest;
import dev.tidewatch.proto.registry.v1.DownloadArtifactResponse;
import dev.tidewatch.proto.registry.v1.GetArtifactRequest;
import dev.tidewatch.proto.registry.v1.GetUploadRequest;
import dev.tidewatch.proto.registry.v1.ListAuditEntriesRequest;
import dev.tidewatch.proto.registry.v1.MaintenanceServiceGrpc;
import dev.tidewatch.proto.registry.v1.UploadArtifactRequest;
import dev.tidewatch.proto.registry.v1.UploadArtifactResponse;
import dev.tidewatch.registry.RunningRegistry;
import dev.tidewatch.serverkit.testing.Refusal;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ArtifactEndpointTest extends RegistryOverGrpc {
  @Override
  InstantSource time() {
    return InstantSource.system();
  }

  @Override
  Map<String, String> settings() {
    return Map.of("artifacts.size-max", "4MiB");
  }

  @Test
  void aCutUploadIsResumedWhereItStands() {
    byte[] bytes = bytes(1_000_000);
    var id = UUID.randomUUID();
    var first = new Upload();
    first.send(RunningRegistry.start(id, bytes));
    first.send(RunningRegistry.chunk(bytes, 0, 400_000));
    first.stream.onCompleted();
    var half = first.answer();
    assertThat(half.getComplete()).isFalse();
    assertThat(half.getReceivedBytes()).isEqualTo(400_000);

    var stands =
        registry
            .artifacts()
            .getUpload(GetUploadRequest.newBuilder().setUploadId(id.toString()).build());
    assertThat(stands.getReceivedBytes()).isEqualTo(400_000);
    var second = new Upload();
    second.send(RunningRegistry.start(id, bytes));
    second.send(RunningRegistry.chunk(bytes, 400_000, 600_000));
    second.stream.onCompleted();
    var whole = second.answer();
    assertThat(whole.getComplete()).isTrue();
    assertThat(download(whole.getArtifact().getSha256(), 0)).isEqualTo(ByteString.copyFrom(bytes));
    assertThat(download(whole.getArtifact().getSha256(), 999_999))
        .isEqualTo(ByteString.copyFrom(bytes, 999_999, 1));

    var entries =
        MaintenanceServiceGrpc.newBlockingStub(registry.channel())
            .listAuditEntries(ListAuditEntriesRequest.getDefaultInstance())
            .getEntriesList()
            .stream()
            .filter(entry -> entry.getSubject().equals(whole.getArtifact().getSha256()))
            .toList();
    assertThat(entries).hasSize(1);
    assertThat(entries.getFirst().getAction()).isEqualTo("UploadArtifact");
    assertThat(entries.getFirst().getActor()).isEqualTo("anonymous");
    assertThat(entries.getFirst().getRequestId()).isEqualTo(id.toString());
    assertThat(entries.getFirst().getDescription()).isEqualTo("uploaded 1000000 bytes as BUNDLE");
  }

  @Test
  void aCancelledUploadIsForgottenAndWhatIsWholeStays() {
    byte[] bytes = bytes(1000);
    var id = UUID.randomUUID();
    var upload = new Upload();
    upload.send(RunningRegistry.start(id, bytes));
    upload.send(RunningRegistry.chunk(bytes, 0, 400));
    upload.stream.onCompleted();
    assertThat(upload.answer().getReceivedBytes()).isEqualTo(400);
    cancel(id);
    Refusal.of(() ->
            registry
                .artifacts()
                .getUpload(GetUploadRequest.newBuilder().setUploadId(id.toString()).build()))
        .is("NOT_FOUND", "UPLOAD_UNKNOWN");
    cancel(id);

    var whole = new Upload();
    var other = UUID.randomUUID();
    whole.send(RunningRegistry.start(other, bytes));
    whole.send(RunningRegistry.chunk(bytes, 0, 1000));
    whole.stream.onCompleted();
    assertThat(whole.answer().getComplete()).isTrue();
    cancel(other);
    assertThat(download(RunningRegistry.sha256(bytes), 0)).isEqualTo(ByteString.copyFrom(bytes));
  }

  private void cancel(UUID id) {
    var _ =
        registry
            .artifacts()
            .cancelUpload(CancelUploadRequest.newBuilder().setUploadId(id.toString()).build());
  }

  @Test
  void wrongBytesAreRefused() {
    byte[] bytes = bytes(1000);
    var upload = new Upload();
    upload.send(RunningRegistry.start(UUID.randomUUID(), bytes));
    bytes[500]++;
    upload.send(RunningRegistry.chunk(bytes, 0, 1000));
    upload.stream.onCompleted();
    Refusal.of(upload::answer).is("INVALID_ARGUMENT", "DIGEST_MISMATCH").says("start.sha256");
  }

  @Test
  void refusalsNameWhatIsWrong() {
    byte[] bytes = bytes(1000);
    var tooLarge = new Upload();
    tooLarge.send(RunningRegistry.start(UUID.randomUUID(), new byte[(4 << 20) + 1]));
    Refusal.of(tooLarge::answer).is("INVALID_ARGUMENT", "ARTIFACT_TOO_LARGE").says("4194304");

    var noStart = new Upload();
    noStart.send(RunningRegistry.chunk(bytes, 0, 10));
    Refusal.of(noStart::answer).is("INVALID_ARGUMENT", "UPLOAD_START_MISSING").says("start");

    var nothing = new Upload();
    nothing.stream.onCompleted();
    Refusal.of(nothing::answer).is("INVALID_ARGUMENT", "UPLOAD_START_MISSING");

    var elsewhere = new Upload();
    elsewhere.send(RunningRegistry.start(UUID.randomUUID(), bytes));
    elsewhere.send(RunningRegistry.chunk(bytes, 10, 10));
    Refusal.of(elsewhere::answer).is("OUT_OF_RANGE", "OFFSET_MISMATCH").says("chunk.offset");

    var noUuid = new Upload();
    noUuid.send(
        RunningRegistry.start(UUID.randomUUID(), bytes).toBuilder()
            .setStart(
                RunningRegistry.start(UUID.randomUUID(), bytes).getStart().toBuilder()
                    .setUploadId("first"))
            .build());
    Refusal.of(noUuid::answer).is("INVALID_ARGUMENT", "FIELD_INVALID").says("upload_id");

    var id = UUID.randomUUID();
    var ours = new Upload();
    ours.send(RunningRegistry.start(id, bytes));
    ours.stream.onCompleted();
    assertThat(ours.answer().getComplete()).isFalse();
    var theirs = new Upload();
    theirs.send(RunningRegistry.start(id, bytes(999)));
    Refusal.of(theirs::answer).is("ALREADY_EXISTS", "UPLOAD_ID_REUSED").says("upload_id");
  }

  @Test
  void unknownThingsAreNotFound() {
    Refusal.of(() ->
            registry
                .artifacts()
                .getUpload(
                    GetUploadRequest.newBuilder()
                        .setUploadId(UUID.randomUUID().toString())
                        .build()))
        .is("NOT_FOUND", "UPLOAD_UNKNOWN");
    String unknown = RunningRegistry.sha256(new byte[] {1});
    Refusal.of(() ->
            registry
                .artifacts()
                .getArtifact(GetArtifactRequest.newBuilder().setSha256(unknown).build()))
        .is("NOT_FOUND", "ARTIFACT_UNKNOWN");
    Refusal.of(() -> download(unknown, 0)).is("NOT_FOUND", "ARTIFACT_UNKNOWN");
    Refusal.of(() -> download("ABC", 0)).is("INVALID_ARGUMENT", "FIELD_INVALID").says("sha256");
    String known = registry.upload(bytes(10)).getSha256();
    Refusal.of(() -> download(known, 11)).is("OUT_OF_RANGE", "OFFSET_BEYOND_END").says("offset");
    Refusal.of(() -> download(known, -1)).is("INVALID_ARGUMENT", "FIELD_INVALID").says("offset");
  }

  @Test
  void aDamagedFileIsToldOnDownload() throws IOException {
    byte[] bytes = bytes(700_000);
    String sha256 = registry.upload(bytes).getSha256();
    bytes[650_000] ^= 1;
    Files.write(folder.resolve("blobs").resolve(sha256.substring(0, 2)).resolve(sha256), bytes);
    Refusal.of(() -> download(sha256, 0)).is("DATA_LOSS", "ARTIFACT_DAMAGED").says(sha256);
  }

  @Test
  void bytesThatAreThereAreAnsweredAfterTheStart() {
    byte[] bytes = bytes(1000);
    var there = registry.upload(bytes);
    var again = new Upload();
    again.send(RunningRegistry.start(UUID.randomUUID(), bytes));
    var answer = again.answer();
    assertThat(answer.getAlreadyPresent()).isTrue();
    assertThat(answer.getArtifact()).isEqualTo(there);
  }

  private ByteString download(String sha256, long offset) {
    Iterator<DownloadArtifactResponse> parts =
        registry
            .artifacts()
            .downloadArtifact(
                DownloadArtifactRequest.newBuilder().setSha256(sha256).setOffset(offset).build());
    assertThat(parts.next().getArtifact().getSha256()).isEqualTo(sha256);
    ByteString bytes = ByteString.EMPTY;
    while (parts.hasNext()) {
      var chunk = parts.next().getChunk();
      assertThat(chunk.getOffset()).isEqualTo(offset + bytes.size());
      bytes = bytes.concat(chunk.getData());
    }
    return bytes;
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  /** One upload stream. */
  private final class Upload {
    private final CompletableFuture<UploadArtifactResponse> answer = new CompletableFuture<>();
    private final StreamObserver<UploadArtifactRequest> stream =
        registry.uploads().uploadArtifact(RunningRegistry.into(answer));

    void send(UploadArtifactRequest message) {
      stream.onNext(message);
    }

    UploadArtifactResponse answer() {
      return answer.orTimeout(60, TimeUnit.SECONDS).join();
    }
  }
}
