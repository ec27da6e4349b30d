package dev.tidewatch.sdk;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How bytes travel to the servers. */
public sealed interface Transport {

  /**
   * Without encryption.
   *
   * @param networkTrusted true says that whoever can read the network may read API keys as well;
   *     without it a key is only sent to this machine itself
   */
  record Plaintext(boolean networkTrusted) implements Transport {}

  /**
   * TLS, and mTLS when a certificate and key are given.
   *
   * @param trustedCertificates PEM file of the authorities to trust; null means those of the JVM
   * @param certificate PEM file of this client's certificate chain; null means none is presented
   * @param privateKey PEM file (PKCS 8) of its key; given exactly when {@code certificate} is
   * @param serverName name that the server's certificate must bear; null means the host's
   */
  record Tls(
      @Nullable Path trustedCertificates,
      @Nullable Path certificate,
      @Nullable Path privateKey,
      @Nullable String serverName)
      implements Transport {
    public Tls {
      if ((certificate == null) != (privateKey == null)) {
        throw new IllegalArgumentException(
            "certificate, privateKey: give both for mTLS, or neither");
      }
    }
  }

  /** Without encryption, API keys to this machine only. */
  static Transport plaintext() {
    return new Plaintext(false);
  }

  /** TLS that trusts the authorities of the JVM. */
  static Transport tls() {
    return new Tls(null, null, null, null);
  }
}
