package dev.tidewatch.inference.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.security.TrustedKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactCacheTest {
  @TempDir Path folder;
  private final FilesInMemory files = new FilesInMemory();

  private ArtifactCache cache(Optional<Path> keys) {
    return new ArtifactCache(
        folder.resolve("bundles"),
        files,
        1 << 20,
        1 << 20,
        new ArtifactTrust(keys.map(TrustedKeys::new)),
        InstantSource.system());
  }

  @Test
  void onlyWhatATrustedKeySignedIsLoaded() throws Exception {
    Path keys = Files.createDirectory(folder.resolve("keys"));
    KeyPair ours = writeKey(keys, "build-1");
    ArtifactCache strict = cache(Optional.of(keys));
    VersionKey version = files.add("load", "1.0.0", "bytes".getBytes(StandardCharsets.UTF_8));

    assertRefused(strict, version, "SIGNATURE_MISSING");
    files.sign(version, signature("build-1", writeKey(folder, "elsewhere"), version));
    assertRefused(strict, version, "SIGNATURE_INVALID");
    files.sign(version, signature("build-2", ours, version));
    assertRefused(strict, version, "SIGNATURE_INVALID");
    files.sign(version, signature("build-1", ours, version));
    Path file = strict.fetch(files.artifact(version)).path();
    assertThat(file).hasContent("bytes");

    int downloads = files.downloads.get();
    assertThat(cache(Optional.of(keys)).fetch(files.artifact(version)).path())
        .as("kept with its signature, over a restart")
        .isEqualTo(file);
    assertThat(files.downloads).hasValue(downloads);

    Files.delete(keys.resolve("build-1.pem"));
    assertRefused(strict, version, "SIGNATURE_INVALID");
    assertThat(cache(Optional.empty()).fetch(files.artifact(version)).path())
        .as("no keys, no question")
        .hasContent("bytes");
  }

  @Test
  void whatWasKeptUnsignedIsNotLoadedOnceKeysAreSet() throws Exception {
    VersionKey version = files.add("load", "1.0.0", "bytes".getBytes(StandardCharsets.UTF_8));
    var _ = cache(Optional.empty()).fetch(files.artifact(version));
    Path keys = Files.createDirectory(folder.resolve("keys"));
    KeyPair ours = writeKey(keys, "build-1");
    ArtifactCache strict = cache(Optional.of(keys));
    assertRefused(strict, version, "SIGNATURE_MISSING");
    files.sign(version, signature("build-1", ours, version));
    assertThat(strict.fetch(files.artifact(version)).path()).hasContent("bytes");
  }

  private void assertRefused(ArtifactCache cache, VersionKey version, String reason) {
    assertThatThrownBy(() -> cache.fetch(files.artifact(version)))
        .isInstanceOfSatisfying(
            FailedPrecondition.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private ArtifactSignature signature(String keyId, KeyPair keys, VersionKey version)
      throws GeneralSecurityException {
    var signer = Signature.getInstance("Ed25519");
    signer.initSign(keys.getPrivate());
    signer.update(HexFormat.of().parseHex(files.artifact(version).sha256()));
    return ArtifactSignature.of(keyId, signer.sign());
  }

  private static KeyPair writeKey(Path folder, String keyId)
      throws GeneralSecurityException, IOException {
    KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Files.writeString(
        folder.resolve(keyId + ".pem"),
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(keys.getPublic().getEncoded())
            + "\n-----END PUBLIC KEY-----\n");
    return keys;
  }
}
