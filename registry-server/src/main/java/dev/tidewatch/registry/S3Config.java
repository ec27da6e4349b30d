package dev.tidewatch.registry;

import dev.tidewatch.registry.artifacts.S3ContentStore;
import dev.tidewatch.serverkit.config.Secret;
import dev.tidewatch.serverkit.config.Setting;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A bucket of S3, or of a server that speaks its protocol. */
public record S3Config(
    @Setting(description = "Name of the bucket. It must exist.") Optional<String> bucket,
    @Setting(
            description = "What the keys of all objects begin with, such as `tidewatch/`.",
            defaultValue = "")
        String prefix,
    @Setting(
            description =
                "Address of the server, such as `http://minio:9000`. Without it, that of Amazon's"
                    + " region.")
        Optional<URI> endpoint,
    @Setting(description = "Region that requests are signed for.", defaultValue = "us-east-1")
        String region,
    @Setting(
            description =
                "Name the bucket in the path instead of the host name; most servers that are not"
                    + " Amazon's want it so.",
            defaultValue = "false")
        boolean pathStyle,
    @Setting(
            description =
                "Access key. Without it, credentials come from the environment, the profile file or"
                    + " the machine, as usual for AWS clients.")
        Optional<String> accessKeyId,
    @Setting(description = "Its secret.", defaultValue = "") Secret secretAccessKey,
    @Setting(
            description = "How long a request may get no byte before it is tried again.",
            defaultValue = "30s")
        Duration timeout) {
  public S3Config {
    if (!prefix.isEmpty() && !prefix.endsWith("/")) {
      throw new IllegalArgumentException("prefix: expected nothing, or an end in /");
    }
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("timeout: expected more than zero");
    }
  }

  S3ContentStore open() {
    AwsCredentialsProvider credentials =
        accessKeyId.isPresent()
            ? StaticCredentialsProvider.create(
                AwsBasicCredentials.create(accessKeyId.get(), secretAccessKey.value()))
            : DefaultCredentialsProvider.builder().build();
    var client =
        S3Client.builder()
            .region(Region.of(region))
            .credentialsProvider(credentials)
            .forcePathStyle(pathStyle)
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(timeout)
                    .socketTimeout(timeout));
    endpoint.ifPresent(client::endpointOverride);
    return new S3ContentStore(client.build(), bucket.orElseThrow(), prefix);
  }
}
