package dev.tidewatch.cli;

import dev.tidewatch.cli.time.Durations;
import dev.tidewatch.sdk.Connection;
import dev.tidewatch.sdk.Endpoint;
import dev.tidewatch.sdk.SigningKey;
import dev.tidewatch.sdk.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What every command understands. May stand before or behind the command's own words. */
final class GlobalOptions {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show help, with examples.")
  boolean help;

  @Option(
      names = "--host",
      scope = ScopeType.INHERIT,
      paramLabel = "HOST",
      description = "Where the four servers are, on their usual ports (TIDEWATCH_HOST; localhost).")
  @Nullable String host;

  @Option(
      names = "--ingest",
      scope = ScopeType.INHERIT,
      paramLabel = "HOST:PORT",
      description = "The ingest server, if elsewhere (TIDEWATCH_INGEST; port 7410).")
  @Nullable String ingest;

  @Option(
      names = "--registry",
      scope = ScopeType.INHERIT,
      paramLabel = "HOST:PORT",
      description = "The registry server, if elsewhere (TIDEWATCH_REGISTRY; port 7420).")
  @Nullable String registry;

  @Option(
      names = "--inference",
      scope = ScopeType.INHERIT,
      paramLabel = "HOST:PORT",
      description = "The inference server, if elsewhere (TIDEWATCH_INFERENCE; port 7430).")
  @Nullable String inference;

  @Option(
      names = "--monitor",
      scope = ScopeType.INHERIT,
      paramLabel = "HOST:PORT",
      description = "The monitor server, if elsewhere (TIDEWATCH_MONITOR; port 7440).")
  @Nullable String monitor;

  @Option(
      names = "--api-key",
      scope = ScopeType.INHERIT,
      paramLabel = "KEY",
      description = "API key; better given as TIDEWATCH_API_KEY, where no process list shows it.")
  @Nullable String apiKey;

  @Option(
      names = "--tls",
      scope = ScopeType.INHERIT,
      description = "Encrypt with TLS (TIDEWATCH_TLS=true).")
  boolean tls;

  @Option(
      names = "--tls-ca",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = "PEM file of the authorities to trust; means --tls (TIDEWATCH_TLS_CA).")
  @Nullable Path tlsAuthorities;

  @Option(
      names = "--tls-cert",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = "PEM file of the own certificate, for mTLS (TIDEWATCH_TLS_CERT).")
  @Nullable Path tlsCertificate;

  @Option(
      names = "--tls-key",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = "PEM file of its key (TIDEWATCH_TLS_KEY).")
  @Nullable Path tlsKey;

  @Option(
      names = "--trusted-network",
      scope = ScopeType.INHERIT,
      description = "Send the API key without TLS to other machines, too.")
  boolean trustedNetwork;

  @Option(
      names = "--signing-key",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = {
        "PEM file of the Ed25519 private key that signs uploaded models (TIDEWATCH_SIGNING_KEY).",
        "Its name without .pem is the key's id."
      })
  @Nullable Path signingKey;

  @Option(
      names = "--timeout",
      scope = ScopeType.INHERIT,
      paramLabel = "DURATION",
      description = "Longest wait for one answer (30s).")
  @Nullable String timeout;

  @Option(
      names = "--time-zone",
      scope = ScopeType.INHERIT,
      paramLabel = "ZONE",
      description =
          "Zone of times that name none, and of those shown: UTC, Europe/Berlin, … (UTC).")
  @Nullable String timeZone;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "Print JSON on standard output, for scripts; errors as JSON on standard error.")
  boolean json;

  @Option(
      names = "--no-color",
      scope = ScopeType.INHERIT,
      description = "No colours (also: NO_COLOR set).")
  boolean noColor;

  /**
   * Refuses wrong values before anything is asked of a server.
   *
   * @throws UsageException naming the option
   */
  void check() {
    var _ = zone();
  }

  /** The zone of times without one. */
  ZoneId zone() {
    if (timeZone == null) {
      return ZoneId.of("UTC");
    }
    try {
      return ZoneId.of(timeZone);
    } catch (DateTimeException e) {
      throw new UsageException(
          "--time-zone: '" + timeZone + "' is no zone; write it like UTC, +02:00 or Europe/Berlin");
    }
  }

  /** Options first, then the environment, then defaults. */
  Connection connection(Map<String, String> environment) {
    String everywhere = chosen(host, environment, "HOST", "localhost");
    try {
      return Connection.toHost(everywhere)
          .withEndpoints(
              endpoint(ingest, environment, "INGEST", everywhere, Connection.INGEST_PORT),
              endpoint(registry, environment, "REGISTRY", everywhere, Connection.REGISTRY_PORT),
              endpoint(inference, environment, "INFERENCE", everywhere, Connection.INFERENCE_PORT),
              endpoint(monitor, environment, "MONITOR", everywhere, Connection.MONITOR_PORT))
          .withTransport(transport(environment))
          .withApiKey(nullIfBlank(apiKey != null ? apiKey : environment.get("TIDEWATCH_API_KEY")))
          .withDeadline(deadline())
          .withSigningKey(signingKey(environment));
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private @Nullable SigningKey signingKey(Map<String, String> environment) {
    Path file = chosen(signingKey, environment, "SIGNING_KEY");
    if (file == null) {
      return null;
    }
    try {
      return SigningKey.read(file);
    } catch (IOException e) {
      throw new UsageException("--signing-key: " + file + " cannot be read");
    }
  }

  private Duration deadline() {
    try {
      return timeout == null ? Duration.ofSeconds(30) : Durations.parse(timeout);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--timeout: " + e.getMessage());
    }
  }

  private Transport transport(Map<String, String> environment) {
    Path authorities = chosen(tlsAuthorities, environment, "TLS_CA");
    Path certificate = chosen(tlsCertificate, environment, "TLS_CERT");
    Path key = chosen(tlsKey, environment, "TLS_KEY");
    boolean wanted = tls || "true".equalsIgnoreCase(environment.get("TIDEWATCH_TLS"));
    return wanted || authorities != null || certificate != null || key != null
        ? new Transport.Tls(authorities, certificate, key, null)
        : new Transport.Plaintext(trustedNetwork);
  }

  private static Endpoint endpoint(
      @Nullable String option,
      Map<String, String> environment,
      String name,
      String host,
      int defaultPort) {
    return Endpoint.parse(chosen(option, environment, name, host), defaultPort);
  }

  private static String chosen(
      @Nullable String option, Map<String, String> environment, String name, String otherwise) {
    if (option != null) {
      return option;
    }
    String set = nullIfBlank(environment.get("TIDEWATCH_" + name));
    return set != null ? set : otherwise;
  }

  private static @Nullable Path chosen(
      @Nullable Path option, Map<String, String> environment, String name) {
    if (option != null) {
      return option;
    }
    String set = nullIfBlank(environment.get("TIDEWATCH_" + name));
    return set == null ? null : Path.of(set);
  }

  private static @Nullable String nullIfBlank(@Nullable String text) {
    return text == null || text.isBlank() ? null : text;
  }
}
