package dev.tidewatch.registry.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.registry.SettableClock;
import dev.tidewatch.registry.domain.Artifact;
import dev.tidewatch.registry.domain.ArtifactFormat;
import dev.tidewatch.registry.domain.Sha256;
import dev.tidewatch.registry.storage.PostgresArtifactIndex;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.DataLoss;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.OutOfRange;
import dev.tidewatch.serverkit.errors.ResourceExhausted;
import dev.tidewatch.serverkit.testing.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store on a real folder and a real database. */
class ArtifactStoreTest {
  private static final ArtifactLimits LIMITS =
      new ArtifactLimits(10 << 20, 2, Duration.ofHours(24), Duration.ofHours(1));
  private static final int SIZE = 3 * VerifiedRead.BLOCK_BYTES + 17;

  @TempDir Path folder;
  private final SettableClock clock = new SettableClock("2026-03-01T00:00:00Z");
  private TestDatabase database;
  private Database open;
  private ArtifactIndex index;
  private ArtifactStore store;

  @BeforeEach
  void open() throws IOException {
    database = TestDatabase.plain("registry", "db/migration/registry");
    open = database.open("registry");
    index = new PostgresArtifactIndex(open.dsl());
    store = store(index);
    var _ = store.prepare();
  }

  @AfterEach
  void close() {
    open.close();
    database.close();
  }

  private ArtifactStore store(ArtifactIndex over) {
    return new ArtifactStore(folder, over, clock, clock, LIMITS);
  }

  @Test
  void whatIsUploadedComesBackFromAnyOffset() throws Exception {
    byte[] bytes = bytes(1, SIZE);
    var artifact = upload(store, UUID.randomUUID(), bytes);
    assertThat(artifact.sha256()).isEqualTo(digest(bytes));
    for (int offset : new int[] {0, 1, VerifiedRead.BLOCK_BYTES, SIZE - 1, SIZE}) {
      assertThat(download(store, artifact.sha256(), offset))
          .isEqualTo(Arrays.copyOfRange(bytes, offset, SIZE));
    }
    assertThatThrownBy(() -> store.read(artifact.sha256(), SIZE + 1L))
        .isInstanceOf(OutOfRange.class);
  }

  /** A server that is killed leaves the bytes that it had written; the next one goes on there. */
  @Test
  void anInterruptedUploadGoesOnAfterARestart() throws Exception {
    byte[] bytes = bytes(2, SIZE);
    var id = UUID.randomUUID();
    var first = opened(store.begin(wanted(id, bytes)));
    first.write(0, ByteBuffer.wrap(bytes, 0, 100_000));
    // not closed: the process is gone
    var restarted = store(index);
    assertThat(restarted.progress(id).receivedBytes()).isEqualTo(100_000);
    var second = opened(restarted.begin(wanted(id, bytes)));
    assertThat(second.receivedBytes()).isEqualTo(100_000);
    second.write(100_000, ByteBuffer.wrap(bytes, 100_000, SIZE - 100_000));
    var artifact = second.finish();
    assertThat(download(restarted, artifact.sha256(), 0)).isEqualTo(bytes);
    assertThat(restarted.progress(id).upload().complete()).isTrue();
  }

  @Test
  void aChunkMustBeginWhereTheUploadStands() throws Exception {
    byte[] bytes = bytes(3, 1000);
    try (var upload = opened(store.begin(wanted(UUID.randomUUID(), bytes)))) {
      upload.write(0, ByteBuffer.wrap(bytes, 0, 500));
      assertThatThrownBy(() -> upload.write(400, ByteBuffer.wrap(bytes, 400, 100)))
          .isInstanceOfSatisfying(
              OutOfRange.class,
              e -> assertThat(e.metadata()).containsEntry("received_bytes", "500"));
      assertThatThrownBy(() -> upload.write(500, ByteBuffer.wrap(bytes, 0, 501)))
          .isInstanceOf(InvalidArgument.class);
    }
  }

  @Test
  void otherBytesThanAnnouncedAreRefusedAndGone() throws Exception {
    byte[] announced = bytes(4, 1000);
    var id = UUID.randomUUID();
    var upload = opened(store.begin(wanted(id, announced)));
    upload.write(0, ByteBuffer.wrap(bytes(5, 1000)));
    assertThatThrownBy(upload::finish)
        .isInstanceOfSatisfying(
            InvalidArgument.class, e -> assertThat(e.reason()).isEqualTo("DIGEST_MISMATCH"));
    assertThatThrownBy(() -> store.progress(id)).isInstanceOf(NotFound.class);
    assertThat(files()).isEmpty();
    assertThatThrownBy(() -> store.get(digest(announced))).isInstanceOf(NotFound.class);
  }

  @Test
  void aNewStreamTakesAnUploadOver() throws Exception {
    byte[] bytes = bytes(6, 1000);
    var id = UUID.randomUUID();
    var first = opened(store.begin(wanted(id, bytes)));
    first.write(0, ByteBuffer.wrap(bytes, 0, 300));
    var second = opened(store.begin(wanted(id, bytes)));
    assertThat(second.receivedBytes()).isEqualTo(300);
    assertThatThrownBy(() -> first.write(300, ByteBuffer.wrap(bytes, 300, 100)))
        .isInstanceOfSatisfying(
            Aborted.class, e -> assertThat(e.reason()).isEqualTo("UPLOAD_SUPERSEDED"));
    second.write(300, ByteBuffer.wrap(bytes, 300, 700));
    assertThat(download(store, second.finish().sha256(), 0)).isEqualTo(bytes);
  }

  @Test
  void openUploadsAreBounded() throws Exception {
    try (var a = opened(store.begin(wanted(UUID.randomUUID(), bytes(7, 10))));
        var b = opened(store.begin(wanted(UUID.randomUUID(), bytes(8, 10))))) {
      assertThat(a.receivedBytes() + b.receivedBytes()).isZero();
      assertThatThrownBy(() -> store.begin(wanted(UUID.randomUUID(), bytes(9, 10))))
          .isInstanceOf(ResourceExhausted.class);
    }
    opened(store.begin(wanted(UUID.randomUUID(), bytes(9, 10)))).close();
  }

  /** Damage of every kind is seen, and never reaches a reader as a complete file. */
  @Test
  void damageIsToldInsteadOfTheLastBlock() throws Exception {
    byte[] bytes = bytes(10, SIZE);
    var sha256 = upload(store, UUID.randomUUID(), bytes).sha256();
    Path blob = new ContentFolder(folder).blob(sha256);
    long seed = Long.getLong("seed", 13L);
    var random = new Random(seed);
    for (int i = 0; i < 8; i++) {
      byte[] damaged = bytes.clone();
      damaged[random.nextInt(SIZE)] ^= (byte) (1 << random.nextInt(8));
      Files.write(blob, damaged);
      for (int offset : new int[] {0, SIZE - 1, SIZE}) {
        var got = new ByteArrayOutputStream();
        assertThatThrownBy(() -> readInto(got, store, sha256, offset))
            .as("seed %d", seed)
            .isInstanceOfSatisfying(
                DataLoss.class, e -> assertThat(e.reason()).isEqualTo("ARTIFACT_DAMAGED"));
        assertThat(got.size()).isLessThan(Math.max(1, SIZE - offset));
      }
    }
    Files.write(blob, Arrays.copyOf(bytes, SIZE - 1));
    assertThatThrownBy(() -> store.read(sha256, 0)).isInstanceOf(DataLoss.class);
    Files.delete(blob);
    assertThatThrownBy(() -> store.read(sha256, 0)).isInstanceOf(DataLoss.class);

    var _ = upload(store, UUID.randomUUID(), bytes);
    assertThat(download(store, sha256, 0)).as("the same bytes again heal it").isEqualTo(bytes);
  }

  @Test
  void bytesThatAreThereNeedNotBeSent() throws Exception {
    byte[] bytes = bytes(11, 1000);
    var artifact = upload(store, UUID.randomUUID(), bytes);
    var again = store.begin(wanted(UUID.randomUUID(), bytes));
    assertThat(again.present()).isEqualTo(artifact);
    assertThat(again.upload()).isNull();
  }

  /**
   * The order of an upload is: bytes to disk, name, row. A crash after any of them leaves nothing
   * visible but what is whole; the upload can be done again; the sweep clears the rest away.
   */
  @Test
  void aCrashBetweenNameAndRowLeavesNothingVisible() throws Exception {
    byte[] bytes = bytes(12, 1000);
    var crashing = store(new CrashingIndex(index));
    var id = UUID.randomUUID();
    var upload = opened(crashing.begin(wanted(id, bytes)));
    upload.write(0, ByteBuffer.wrap(bytes));
    assertThatThrownBy(upload::finish).isInstanceOf(Crash.class);

    var restarted = store(index);
    Path orphan = new ContentFolder(folder).blob(digest(bytes));
    assertThat(orphan).exists();
    assertThatThrownBy(() -> restarted.get(digest(bytes))).isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> restarted.read(digest(bytes), 0)).isInstanceOf(NotFound.class);

    touch(orphan, clock.instant());
    assertThat(restarted.prepare().orphans()).as("too young to be an orphan").isZero();
    touch(orphan, clock.instant().minus(Duration.ofHours(2)));
    assertThat(restarted.prepare().orphans()).isEqualTo(1);
    assertThat(orphan).doesNotExist();

    assertThat(restarted.progress(id).receivedBytes()).isZero();
    assertThat(download(restarted, upload(restarted, id, bytes).sha256(), 0)).isEqualTo(bytes);
  }

  @Test
  void theSweepTakesOnlyWhatIsLeftOver() throws Exception {
    byte[] kept = bytes(14, 1000);
    var artifact = upload(store, UUID.randomUUID(), kept);
    byte[] half = bytes(15, 1000);
    var resting = UUID.randomUUID();
    try (var upload = opened(store.begin(wanted(resting, half)))) {
      upload.write(0, ByteBuffer.wrap(half, 0, 500));
    }
    Path stranger = new ContentFolder(folder).part(UUID.randomUUID());
    Files.write(stranger, half);
    for (Path file : files()) {
      touch(file, clock.instant().minus(Duration.ofHours(2)));
    }
    var swept = store.prepare();
    assertThat(swept).isEqualTo(new Sweep.Swept(0, 1, 0));
    assertThat(stranger).doesNotExist();
    assertThat(store.progress(resting).receivedBytes()).isEqualTo(500);

    clock.advance(Duration.ofHours(25));
    assertThat(store.prepare().uploads()).isEqualTo(2);
    assertThatThrownBy(() -> store.progress(resting)).isInstanceOf(NotFound.class);
    assertThat(download(store, artifact.sha256(), 0)).isEqualTo(kept);
    assertThat(files()).hasSize(1);
  }

  @Test
  void aCancelledUploadIsGone() throws Exception {
    byte[] bytes = bytes(16, 1000);
    var id = UUID.randomUUID();
    var upload = opened(store.begin(wanted(id, bytes)));
    upload.write(0, ByteBuffer.wrap(bytes, 0, 500));
    store.cancel(id);
    assertThatThrownBy(() -> upload.write(500, ByteBuffer.wrap(bytes, 500, 500)))
        .isInstanceOf(Aborted.class);
    assertThat(files()).isEmpty();
    store.cancel(id);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private static void touch(Path file, Instant time) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(time));
  }

  private Artifact upload(ArtifactStore into, UUID id, byte[] bytes) throws IOException {
    var upload = opened(into.begin(wanted(id, bytes)));
    for (int at = (int) upload.receivedBytes(); at < bytes.length; at += 70_000) {
      upload.write(at, ByteBuffer.wrap(bytes, at, Math.min(70_000, bytes.length - at)));
    }
    return upload.finish();
  }

  private static OpenUpload opened(ArtifactStore.Begun begun) {
    OpenUpload upload = begun.upload();
    if (upload == null) {
      throw new AssertionError("was there already");
    }
    return upload;
  }

  private static byte[] download(ArtifactStore from, Sha256 sha256, long offset)
      throws IOException {
    var got = new ByteArrayOutputStream();
    readInto(got, from, sha256, offset);
    return got.toByteArray();
  }

  private static void readInto(
      ByteArrayOutputStream got, ArtifactStore from, Sha256 sha256, long offset)
      throws IOException {
    try (var file = from.read(sha256, offset)) {
      for (var block = file.next(); block.isPresent(); block = file.next()) {
        assertThat(block.get().offset()).isEqualTo(offset + got.size());
        byte[] bytes = new byte[block.get().bytes().remaining()];
        block.get().bytes().get(bytes);
        got.write(bytes);
      }
    }
  }

  private static Upload wanted(UUID id, byte[] bytes) {
    return new Upload(id, digest(bytes), bytes.length, ArtifactFormat.BUNDLE, false, Instant.EPOCH);
  }

  private static byte[] bytes(long seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static Sha256 digest(byte[] bytes) {
    try {
      return new Sha256(
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** Dies where the row would be written. */
  private record CrashingIndex(ArtifactIndex real) implements ArtifactIndex {
    @Override
    public Artifact enter(Artifact artifact, UUID upload) {
      throw new Crash();
    }

    @Override
    public Optional<Artifact> find(Sha256 sha256) {
      return real.find(sha256);
    }

    @Override
    public Optional<Upload> upload(UUID id) {
      return real.upload(id);
    }

    @Override
    public void touch(Upload upload) {
      real.touch(upload);
    }

    @Override
    public void forget(UUID upload) {
      real.forget(upload);
    }

    @Override
    public List<UUID> forgetUntouchedSince(Instant time) {
      return real.forgetUntouchedSince(time);
    }

    @Override
    public Set<Sha256> known(List<Sha256> digests) {
      return real.known(digests);
    }
  }
}
