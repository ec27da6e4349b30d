package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.registry.AliasKey;
import dev.tidewatch.inference.registry.Artifact;
import dev.tidewatch.inference.registry.RegistryState;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.tensor.TensorFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A registry of versions, as far as residency asks it. */
final class FilesInMemory implements ArtifactSource {
  final AtomicInteger downloads = new AtomicInteger();

  private final Map<VersionKey, RegisteredVersion> versions = new ConcurrentHashMap<>();
  private final Map<String, byte[]> contents = new ConcurrentHashMap<>();
  private final Map<String, Path> files = new ConcurrentHashMap<>();
  private final Map<String, TensorFormat> formats = new ConcurrentHashMap<>();
  private final Map<String, ArtifactSignature> signatures = new ConcurrentHashMap<>();
  private final Map<AliasKey, Artifact> aliases = new HashMap<>();
  private long revision;

  VersionKey add(String model, String version, byte[] bytes) {
    return add(model, version, bytes, TensorFormat.BUNDLE);
  }

  VersionKey add(String model, String version, byte[] bytes, TensorFormat format) {
    var key = new VersionKey(model, version);
    String sha256 = Bundle.sha256(bytes);
    contents.put(sha256, bytes);
    formats.put(sha256, format);
    register(RegisteredVersion.of(new Artifact(key, sha256, bytes.length)));
    return key;
  }

  /** As the registry says, true or not. */
  void register(RegisteredVersion version) {
    versions.put(version.artifact().version(), version);
  }

  Artifact artifact(VersionKey key) {
    return Optional.ofNullable(versions.get(key)).orElseThrow().artifact();
  }

  /** What is sent is another thing than what was registered. */
  void send(VersionKey key, byte[] bytes) {
    contents.put(artifact(key).sha256(), bytes);
  }

  void sign(VersionKey key, ArtifactSignature signature) {
    signatures.put(artifact(key).sha256(), signature);
  }

  void send(VersionKey key, Path file) {
    files.put(artifact(key).sha256(), file);
  }

  /** The state after moving the alias. */
  RegistryState alias(String alias, VersionKey key) {
    aliases.put(new AliasKey(key.model(), alias), artifact(key));
    revision++;
    return new RegistryState("test", revision, aliases, Map.of());
  }

  @Override
  public Announced download(Artifact artifact, OutputStream out) throws IOException {
    downloads.incrementAndGet();
    Path file = files.get(artifact.sha256());
    if (file == null) {
      out.write(Optional.ofNullable(contents.get(artifact.sha256())).orElseThrow());
    } else {
      try (InputStream in = Files.newInputStream(file)) {
        in.transferTo(out);
      }
    }
    return new Announced(
        formats.getOrDefault(artifact.sha256(), TensorFormat.BUNDLE),
        Optional.ofNullable(signatures.get(artifact.sha256())));
  }

  @Override
  public Optional<RegisteredVersion> find(VersionKey version) {
    return Optional.ofNullable(versions.get(version));
  }

  /** Models of one version each. */
  List<VersionKey> keys() {
    return List.copyOf(versions.keySet());
  }
}
