package dev.tidewatch.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tidewatch.proto.registry.v1.DownloadArtifactRequest;
import dev.tidewatch.registry.artifacts.S3Server;
import dev.tidewatch.serverkit.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry whose settings name a bucket. */
class S3RegistryTest {
  @TempDir Path folder;
  @TempDir Path objects;

  @Test
  void keepsArtifactsInTheBucket() throws Exception {
    byte[] bytes = new byte[700_000];
    new Random(1).nextBytes(bytes);
    try (var s3 = S3Server.start(objects);
        var database = TestDatabase.plain("registry", "db/migration/registry");
        var registry =
            RunningRegistry.start(
                database,
                folder,
                InstantSource.system(),
                Map.of(
                    "artifacts.store",
                    "s3",
                    "artifacts.s3.bucket",
                    S3Server.BUCKET,
                    "artifacts.s3.prefix",
                    "plant-7/",
                    "artifacts.s3.endpoint",
                    s3.endpoint().toString(),
                    "artifacts.s3.path-style",
                    "true",
                    "artifacts.s3.access-key-id",
                    S3Server.KEY,
                    "artifacts.s3.secret-access-key",
                    S3Server.SECRET))) {
      var artifact = registry.upload(bytes);
      ByteString got = ByteString.EMPTY;
      var parts =
          registry
              .artifacts()
              .downloadArtifact(
                  DownloadArtifactRequest.newBuilder().setSha256(artifact.getSha256()).build());
      while (parts.hasNext()) {
        got = got.concat(parts.next().getChunk().getData());
      }
      assertThat(got).isEqualTo(ByteString.copyFrom(bytes));
      assertThat(objects.resolve(S3Server.BUCKET).resolve("plant-7/blobs")).isDirectory();
      try (Stream<Path> left = Files.walk(folder)) {
        assertThat(left.filter(Files::isRegularFile)).isEmpty();
      }
    }
  }
}
