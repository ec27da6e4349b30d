package dev.tidewatch.registry.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** The store in a bucket of a real S3 server. */
class S3ArtifactStoreTest extends ArtifactStoreContract {
  @TempDir static Path objects;
  private static S3Server server;
  private String prefix = "";

  @BeforeAll
  static void startServer() {
    server = S3Server.start(objects);
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @Override
  ContentStore openContent(Path folder) {
    prefix = UUID.randomUUID() + "/";
    return new S3ContentStore(client(server.endpoint()), S3Server.BUCKET, prefix);
  }

  private static S3Client client(URI endpoint) {
    return S3Client.builder()
        .region(Region.US_EAST_1)
        .endpointOverride(endpoint)
        .forcePathStyle(true)
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(S3Server.KEY, S3Server.SECRET)))
        .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(Duration.ofSeconds(30)))
        .build();
  }

  @Override
  Path contentRoot(Path folder) {
    return server.object(prefix);
  }

  @Test
  void anUploadEndsWhenTheServerIsBack() throws Exception {
    byte[] bytes = bytes(30, 100_000);
    var id = UUID.randomUUID();
    var upload = opened(store.begin(wanted(id, bytes)));
    upload.write(0, ByteBuffer.wrap(bytes));
    server.stop();
    try {
      assertThatThrownBy(upload::finish).isInstanceOf(StoreUnavailable.class);
      upload.close();
    } finally {
      server.startAgain();
    }
    assertThat(store.progress(id).receivedBytes()).isEqualTo(bytes.length);
    var again = opened(store.begin(wanted(id, bytes)));
    assertThat(again.isFull()).isTrue();
    assertThat(download(store, again.finish().sha256(), 0)).isEqualTo(bytes);
  }

  @Test
  void aReadGoesOnOverABrokenConnection() throws Exception {
    byte[] bytes = bytes(31, 40 * VerifiedRead.BLOCK_BYTES);
    var sha256 = upload(store, UUID.randomUUID(), bytes).sha256();
    var got = new ByteArrayOutputStream();
    try (var read = store.read(sha256, 0)) {
      take(read, got);
      server.stop();
      server.startAgain();
      while (take(read, got)) {}
    }
    assertThat(got.toByteArray()).isEqualTo(bytes);
  }

  @Test
  void aBucketThatIsNotThereIsSaidAtTheStart() throws Exception {
    try (var absent = new S3ContentStore(client(server.endpoint()), "absent", "")) {
      assertThatThrownBy(absent::prepare)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("absent");
    }
    assertThat(Files.exists(objects.resolve("absent"))).isFalse();
  }

  private static boolean take(VerifiedRead read, ByteArrayOutputStream into) throws IOException {
    var block = read.next();
    if (block.isEmpty()) {
      return false;
    }
    byte[] bytes = new byte[block.get().bytes().remaining()];
    block.get().bytes().get(bytes);
    into.write(bytes);
    return true;
  }
}
