package dev.tidewatch.serverkit.grpc;

import dev.tidewatch.serverkit.config.ByteSize;
import dev.tidewatch.serverkit.config.Secret;
import dev.tidewatch.serverkit.config.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How to reach another server. */
public record ClientConfig(
    @Setting(
            description =
                "Where it is: `host:port`, any other target that gRPC knows (`dns:///…`), or"
                    + " `inproc:NAME`.")
        String target,
    @Setting(description = "API key to show.", defaultValue = "") Secret apiKey,
    @Setting(description = "Whether the connection is encrypted.", defaultValue = "false")
        boolean tls,
    @Setting(description = "PEM file of the authorities to trust; none means those of the JDK.")
        Optional<Path> authorities,
    @Setting(description = "PEM file with a client certificate, for mutual TLS.")
        Optional<Path> certificate,
    @Setting(description = "PEM file with its private key (PKCS#8).") Optional<Path> key,
    @Setting(description = "Largest answer that is accepted.", defaultValue = "16MiB")
        ByteSize maxMessageSize,
    @Setting(
            description = "How long a connection in use may be silent before it is asked for life.",
            defaultValue = "30s")
        Duration keepAliveTime) {
  public ClientConfig {
    if (target.isBlank()) {
      throw new IllegalArgumentException("target: empty");
    }
    if (certificate.isPresent() != key.isPresent()) {
      throw new IllegalArgumentException("certificate and key: set both or none");
    }
    if (!tls && (certificate.isPresent() || authorities.isPresent())) {
      throw new IllegalArgumentException("authorities, certificate and key need tls: true");
    }
    if (keepAliveTime.compareTo(Duration.ofSeconds(10)) < 0) {
      throw new IllegalArgumentException(
          "keep-alive-time: expected 10s or more, servers refuse less");
    }
  }

  /** Without key and encryption, other settings by default. */
  public static ClientConfig to(String target) {
    return new ClientConfig(
        target,
        Secret.NONE,
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        ByteSize.ofMebibytes(16),
        Duration.ofSeconds(30));
  }

  /** The same with an API key. */
  public ClientConfig withApiKey(Secret newKey) {
    return new ClientConfig(
        target, newKey, tls, authorities, certificate, key, maxMessageSize, keepAliveTime);
  }
}
