package dev.tidewatch.registry.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.registry.SettableClock;
import dev.tidewatch.registry.domain.Artifact;
import dev.tidewatch.registry.domain.ArtifactFormat;
import dev.tidewatch.registry.domain.ArtifactSignature;
import dev.tidewatch.registry.domain.Sha256;
import dev.tidewatch.registry.storage.PostgresArtifactIndex;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.DataLoss;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.OutOfRange;
import dev.tidewatch.serverkit.errors.ResourceExhausted;
import dev.tidewatch.serverkit.security.TrustedKeys;
import dev.tidewatch.serverkit.testing.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds wherever the bytes are kept, on a real database. */
abstract class ArtifactStoreContract {
  private static final ArtifactLimits LIMITS =
      new ArtifactLimits(10 << 20, 2, Duration.ofHours(24), Duration.ofHours(1));
  private static final int SIZE = 3 * VerifiedRead.BLOCK_BYTES + 17;

  @TempDir Path folder;
  final SettableClock clock = new SettableClock("2026-03-01T00:00:00Z");
  private TestDatabase database;
  private Database open;
  private ContentStore content;
  private ArtifactIndex index;
  ArtifactStore store;

  /** Opened anew for each test. */
  abstract ContentStore openContent(Path folder) throws IOException;

  /** Where the files lie in the end. */
  abstract Path contentRoot(Path folder);

  /** The file that holds the bytes in the end; for harm to be done to it. */
  private Path blob(Path folder, Sha256 sha256) {
    return contentRoot(folder)
        .resolve("blobs")
        .resolve(sha256.hex().substring(0, 2))
        .resolve(sha256.hex());
  }

  @BeforeEach
  void open() throws IOException {
    content = openContent(folder);
    database = TestDatabase.plain("registry", "db/migration/registry");
    open = database.open("registry");
    index = new PostgresArtifactIndex(open.dsl());
    store = store(index);
    var _ = store.prepare();
  }

  @AfterEach
  void close() {
    content.close();
    open.close();
    database.close();
  }

  private ArtifactStore store(ArtifactIndex over) {
    return store(over, Optional.empty());
  }

  private ArtifactStore store(ArtifactIndex over, Optional<TrustedKeys> keys) {
    return new ArtifactStore(
        new StagingFolder(folder), content, over, new ArtifactTrust(keys), clock, clock, LIMITS);
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
    Path blob = blob(folder, sha256);
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
    assertThatThrownBy(upload::finish).isInstanceOf(CrashingIndex.Crash.class);

    var restarted = store(index);
    Path orphan = blob(folder, digest(bytes));
    assertThat(orphan).exists();
    assertThatThrownBy(() -> restarted.get(digest(bytes))).isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> restarted.read(digest(bytes), 0)).isInstanceOf(NotFound.class);

    touch(orphan, clock.instant());
    assertThat(restarted.prepare().orphans()).as("too young to be an orphan").isZero();
    touch(orphan, clock.instant().minus(Duration.ofHours(2)));
    assertThat(restarted.prepare().orphans()).isEqualTo(1);
    assertThat(orphan).doesNotExist();

    assertThat(restarted.progress(id).receivedBytes()).as("nothing is sent twice").isEqualTo(1000);
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
    Path stranger = new StagingFolder(folder).part(UUID.randomUUID());
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

  /** Bytes that a sweep took for an orphan just before their row came are stored once more. */
  @Test
  void bytesThatVanishBeforeTheirRowAreStoredAgain() throws Exception {
    byte[] bytes = bytes(17, SIZE);
    var vanishing = store(new VanishingIndex(index, content));
    var artifact = upload(vanishing, UUID.randomUUID(), bytes);
    assertThat(download(vanishing, artifact.sha256(), 0)).isEqualTo(bytes);
  }

  @Test
  void removedBytesAreGoneUntilTheyAreUploadedAgain() throws Exception {
    byte[] bytes = bytes(18, 1000);
    var sha256 = upload(store, UUID.randomUUID(), bytes).sha256();
    store.deleteRemoved(List.of(sha256));
    assertThat(download(store, sha256, 0)).as("its row says that it stays").isEqualTo(bytes);

    open.dsl().execute("UPDATE artifact SET removed = true");
    assertThatThrownBy(() -> store.read(sha256, 0)).isInstanceOf(NotFound.class);
    store.deleteRemoved(List.of(sha256));
    assertThat(blob(folder, sha256)).doesNotExist();
    assertThat(store.get(sha256).removed()).isTrue();

    var again = upload(store, UUID.randomUUID(), bytes);
    assertThat(again.removed()).isFalse();
    assertThat(download(store, sha256, 0)).isEqualTo(bytes);
  }

  @Test
  void onlySignedArtifactsAreTakenAndGivenOutWhereKeysAreSet() throws Exception {
    Path keys = Files.createDirectory(folder.resolve("keys"));
    KeyPair ours = keyPair();
    writePublicKey(keys.resolve("build-1.pem"), ours);
    var strict = store(index, Optional.of(new TrustedKeys(keys)));
    byte[] bytes = bytes(19, 1000);

    assertRefused("SIGNATURE_MISSING", () -> strict.begin(wanted(UUID.randomUUID(), bytes)));
    for (ArtifactSignature wrong :
        List.of(
            signature("build-1", keyPair(), digest(bytes)),
            signature("build-1", ours, digest(bytes(20, 1000))),
            signature("build-2", ours, digest(bytes)),
            signature("../build-1", ours, digest(bytes)))) {
      assertRefused(
          "SIGNATURE_INVALID",
          () -> strict.begin(wanted(UUID.randomUUID(), bytes, Optional.of(wrong))));
    }
    assertRefused(
        "SIGNATURE_INVALID",
        () ->
            store.begin(
                wanted(
                    UUID.randomUUID(),
                    bytes,
                    Optional.of(signature("build-1", ours, digest(bytes))))));

    var unsigned = upload(store, UUID.randomUUID(), bytes);
    assertRefused("SIGNATURE_MISSING", () -> strict.read(unsigned.sha256(), 0));
    var right = signature("build-1", ours, digest(bytes));
    var signed = strict.begin(wanted(UUID.randomUUID(), bytes, Optional.of(right))).present();
    assertThat(signed)
        .as("a signature that comes later counts")
        .isEqualTo(index.find(digest(bytes)).orElseThrow());
    assertThat(index.find(digest(bytes)).orElseThrow().signature()).contains(right);
    assertThat(download(strict, unsigned.sha256(), 0)).isEqualTo(bytes);

    byte[] more = bytes(21, 1000);
    var signature = signature("build-1", ours, digest(more));
    var upload = opened(strict.begin(wanted(UUID.randomUUID(), more, Optional.of(signature))));
    upload.write(0, ByteBuffer.wrap(more));
    assertThat(upload.finish().signature()).contains(signature);
    assertThat(download(strict, digest(more), 0)).isEqualTo(more);

    Files.delete(keys.resolve("build-1.pem"));
    assertRefused("SIGNATURE_INVALID", () -> strict.read(digest(more), 0));
    Files.writeString(keys.resolve("build-1.pem"), "no key");
    assertRefused("SIGNATURE_INVALID", () -> strict.read(digest(more), 0));
  }

  private static void assertRefused(String reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            FailedPrecondition.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static KeyPair keyPair() throws NoSuchAlgorithmException {
    return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
  }

  private static void writePublicKey(Path file, KeyPair keys) throws IOException {
    Files.writeString(
        file,
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(keys.getPublic().getEncoded())
            + "\n-----END PUBLIC KEY-----\n");
  }

  private static ArtifactSignature signature(String keyId, KeyPair keys, Sha256 sha256)
      throws GeneralSecurityException {
    var signer = Signature.getInstance("Ed25519");
    signer.initSign(keys.getPrivate());
    signer.update(HexFormat.of().parseHex(sha256.hex()));
    return ArtifactSignature.of(keyId, signer.sign());
  }

  private List<Path> files() throws IOException {
    Set<Path> files = new LinkedHashSet<>();
    for (Path root : List.of(folder, contentRoot(folder))) {
      if (Files.exists(root)) {
        try (Stream<Path> all = Files.walk(root)) {
          all.filter(Files::isRegularFile).forEach(files::add);
        }
      }
    }
    return List.copyOf(files);
  }

  private static void touch(Path file, Instant time) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(time));
  }

  Artifact upload(ArtifactStore into, UUID id, byte[] bytes) throws IOException {
    var upload = opened(into.begin(wanted(id, bytes)));
    for (int at = (int) upload.receivedBytes(); at < bytes.length; at += 70_000) {
      upload.write(at, ByteBuffer.wrap(bytes, at, Math.min(70_000, bytes.length - at)));
    }
    return upload.finish();
  }

  static OpenUpload opened(ArtifactStore.Begun begun) {
    OpenUpload upload = begun.upload();
    if (upload == null) {
      throw new AssertionError("was there already");
    }
    return upload;
  }

  static byte[] download(ArtifactStore from, Sha256 sha256, long offset) throws IOException {
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

  static Upload wanted(UUID id, byte[] bytes) {
    return wanted(id, bytes, Optional.empty());
  }

  private static Upload wanted(UUID id, byte[] bytes, Optional<ArtifactSignature> signature) {
    return new Upload(
        id, digest(bytes), bytes.length, ArtifactFormat.BUNDLE, signature, false, Instant.EPOCH);
  }

  static byte[] bytes(long seed, int size) {
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
}
