package dev.tidewatch.serverkit.security;

import dev.tidewatch.serverkit.config.Setting;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Encryption of a server's port: off without a certificate; mutual when it asks for the client's.
 */
public record TlsConfig(
    @Setting(description = "PEM file with the server's certificate chain; turns TLS on.")
        Optional<Path> certificate,
    @Setting(description = "PEM file with its private key (PKCS#8).") Optional<Path> key,
    @Setting(
            description =
                "PEM file with the authorities whose client certificates are accepted; turns mutual"
                    + " TLS on: clients without one are refused.")
        Optional<Path> clientAuthorities) {
  /** No encryption. */
  public static final TlsConfig OFF =
      new TlsConfig(Optional.empty(), Optional.empty(), Optional.empty());

  public TlsConfig {
    if (certificate.isPresent() != key.isPresent()) {
      throw new IllegalArgumentException("certificate and key: set both or none");
    }
    if (clientAuthorities.isPresent() && certificate.isEmpty()) {
      throw new IllegalArgumentException("client-authorities: needs a certificate too");
    }
  }

  public boolean enabled() {
    return certificate.isPresent();
  }
}
