package dev.tidewatch.serverkit.grpc;

import dev.tidewatch.serverkit.config.ByteSize;
import dev.tidewatch.serverkit.config.Setting;
import dev.tidewatch.serverkit.security.TlsConfig;
import java.time.Duration;
import java.util.Optional;

/** How a server listens. */
public record GrpcConfig(
    @Setting(
            description =
                "Address to bind: a host name or IP address (`0.0.0.0` for all), or `inproc:NAME`"
                    + " for a server that only its own process can call.",
            defaultValue = "127.0.0.1")
        String host,
    @Setting(description = "Port; 0 takes any free one.", defaultValue = "0") int port,
    @Setting(
            description = "Largest request that is accepted; larger is RESOURCE_EXHAUSTED.",
            defaultValue = "16MiB")
        ByteSize maxMessageSize,
    @Setting(description = "Largest request metadata.", defaultValue = "16KiB")
        ByteSize maxMetadataSize,
    @Setting(
            description = "Threads that run the calls, 1 to 4096; a call waits when all are busy.",
            defaultValue = "64")
        int threads,
    @Setting(
            description = "Open calls at most on one connection, 1 or more.",
            defaultValue = "10000")
        int callsPerConnectionMax,
    @Setting(
            description =
                "After a call that the thread of its connection answered by itself (`ModelInfer`):"
                    + " how long that thread watches for the next one before it sleeps, 0 to 10 ms."
                    + " Saves the time of being woken, which is long on virtual machines; it watches"
                    + " only while calls do come so soon.",
            defaultValue = "1ms")
        Duration watchTime,
    @Setting(
            description = "How long a connection may be silent before it is asked for life.",
            defaultValue = "60s")
        Duration keepAliveTime,
    @Setting(
            description = "How long the answer to that may take before the connection is closed.",
            defaultValue = "20s")
        Duration keepAliveTimeout,
    @Setting(
            description = "Clients that ask for life more often than this are disconnected.",
            defaultValue = "10s")
        Duration permitKeepAliveTime,
    @Setting(
            description =
                "At shutdown: how long running calls may take to end. Streams are closed with"
                    + " UNAVAILABLE / SERVER_DRAINING after half of it, everything else after all of it.",
            defaultValue = "10s")
        Duration shutdownGrace,
    @Setting(
            description = "Whether clients may ask for the contract (reflection v1).",
            defaultValue = "true")
        boolean reflection,
    @Setting(
            description =
                "Whether callers with the scope admin may inspect connections (channelz).",
            defaultValue = "true")
        boolean channelz,
    @Setting(description = "Encryption.") TlsConfig tls) {
  private static final String IN_PROCESS = "inproc:";
  private static final Duration WATCH_TIME_MAX = Duration.ofMillis(10);

  public GrpcConfig {
    if (host.isBlank() || host.equals(IN_PROCESS)) {
      throw new IllegalArgumentException("host: empty");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port: " + port + ", expected 0 to 65535");
    }
    if (maxMessageSize.bytes() < 1024 || maxMessageSize.bytes() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("max-message-size: expected 1KiB to 2GiB");
    }
    if (maxMetadataSize.bytes() < 1024 || maxMetadataSize.bytes() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("max-metadata-size: expected 1KiB to 2GiB");
    }
    if (threads < 1 || threads > 4096) {
      throw new IllegalArgumentException("threads: " + threads + ", expected 1 to 4096");
    }
    if (callsPerConnectionMax < 1) {
      throw new IllegalArgumentException("calls-per-connection-max: expected 1 or more");
    }
    if (watchTime.isNegative() || watchTime.compareTo(WATCH_TIME_MAX) > 0) {
      throw new IllegalArgumentException("watch-time: expected 0ms to 10ms");
    }
    for (Duration positive :
        new Duration[] {keepAliveTime, keepAliveTimeout, permitKeepAliveTime}) {
      if (!positive.isPositive()) {
        throw new IllegalArgumentException("keep-alive times: expected more than zero");
      }
    }
    if (shutdownGrace.isNegative()) {
      throw new IllegalArgumentException("shutdown-grace: negative");
    }
  }

  /** The name of the in-process transport, if that is what {@code host} asks for. */
  Optional<String> inProcessName() {
    return inProcessName(host);
  }

  static Optional<String> inProcessName(String target) {
    return target.startsWith(IN_PROCESS)
        ? Optional.of(target.substring(IN_PROCESS.length()))
        : Optional.empty();
  }
}
