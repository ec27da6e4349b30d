package dev.tidewatch.sdk;

import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the four servers are and how to speak to them. Start from {@link #toHost} and change what
 * differs: {@code Connection.toHost("localhost").withApiKey(key)}.
 *
 * @param ingest address of the ingest server
 * @param registry address of the registry server
 * @param inference address of the inference server
 * @param monitor address of the monitor server
 * @param transport plaintext or TLS
 * @param apiKey sent with each call as {@code authorization: Bearer <key>}; null sends none
 * @param deadline longest time that one unary call may take; streams have none. Positive
 * @param openTelemetry where spans go; its W3C context travels in metadata and batches. {@link
 *     OpenTelemetry#noop()} by default
 * @param keepAlive how soon a connection to nobody is found
 * @param signingKey signs uploaded artifacts; null leaves them unsigned
 */
public record Connection(
    Endpoint ingest,
    Endpoint registry,
    Endpoint inference,
    Endpoint monitor,
    Transport transport,
    @Nullable String apiKey,
    Duration deadline,
    OpenTelemetry openTelemetry,
    KeepAlive keepAlive,
    @Nullable SigningKey signingKey) {

  public static final int INGEST_PORT = 7410;
  public static final int REGISTRY_PORT = 7420;
  public static final int INFERENCE_PORT = 7430;
  public static final int MONITOR_PORT = 7440;

  public Connection {
    if (!deadline.isPositive()) {
      throw new IllegalArgumentException("deadline: " + deadline + " is not positive");
    }
    if (apiKey != null) {
      if (apiKey.isBlank()) {
        throw new IllegalArgumentException("apiKey: must not be empty");
      }
      if (transport instanceof Transport.Plaintext(boolean trusted) && !trusted) {
        for (Endpoint endpoint : List.of(ingest, registry, inference, monitor)) {
          if (!endpoint.isLoopback()) {
            throw new IllegalArgumentException(
                "apiKey: would travel readable to "
                    + endpoint
                    + "; use TLS, or say that the network is trusted");
          }
        }
      }
    }
  }

  /** The usual four ports of one host, in plaintext, with a deadline of 30 seconds. */
  public static Connection toHost(String host) {
    return new Connection(
        new Endpoint(host, INGEST_PORT),
        new Endpoint(host, REGISTRY_PORT),
        new Endpoint(host, INFERENCE_PORT),
        new Endpoint(host, MONITOR_PORT),
        Transport.plaintext(),
        null,
        Duration.ofSeconds(30),
        OpenTelemetry.noop(),
        KeepAlive.USUAL,
        null);
  }

  public Connection withEndpoints(
      Endpoint ingest, Endpoint registry, Endpoint inference, Endpoint monitor) {
    return with(draft -> {
      draft.ingest = ingest;
      draft.registry = registry;
      draft.inference = inference;
      draft.monitor = monitor;
    });
  }

  public Connection withTransport(Transport transport) {
    return with(draft -> draft.transport = transport);
  }

  public Connection withApiKey(@Nullable String apiKey) {
    return with(draft -> draft.apiKey = apiKey);
  }

  public Connection withDeadline(Duration deadline) {
    return with(draft -> draft.deadline = deadline);
  }

  public Connection withOpenTelemetry(OpenTelemetry openTelemetry) {
    return with(draft -> draft.openTelemetry = openTelemetry);
  }

  public Connection withKeepAlive(KeepAlive keepAlive) {
    return with(draft -> draft.keepAlive = keepAlive);
  }

  public Connection withSigningKey(@Nullable SigningKey signingKey) {
    return with(draft -> draft.signingKey = signingKey);
  }

  private Connection with(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /** Shows everything but the key. */
  @Override
  public String toString() {
    return "Connection[ingest=%s, registry=%s, inference=%s, monitor=%s, %s, apiKey=%s, deadline=%s]"
        .formatted(
            ingest,
            registry,
            inference,
            monitor,
            transport,
            apiKey == null ? "none" : "given",
            deadline);
  }

  /** The parts of one that is yet to be made. */
  private static final class Draft {
    private Endpoint ingest;
    private Endpoint registry;
    private Endpoint inference;
    private Endpoint monitor;
    private Transport transport;
    private @Nullable String apiKey;
    private Duration deadline;
    private OpenTelemetry openTelemetry;
    private KeepAlive keepAlive;
    private @Nullable SigningKey signingKey;

    Draft(Connection from) {
      ingest = from.ingest;
      registry = from.registry;
      inference = from.inference;
      monitor = from.monitor;
      transport = from.transport;
      apiKey = from.apiKey;
      deadline = from.deadline;
      openTelemetry = from.openTelemetry;
      keepAlive = from.keepAlive;
      signingKey = from.signingKey;
    }

    Connection done() {
      return new Connection(
          ingest,
          registry,
          inference,
          monitor,
          transport,
          apiKey,
          deadline,
          openTelemetry,
          keepAlive,
          signingKey);
    }
  }
}
