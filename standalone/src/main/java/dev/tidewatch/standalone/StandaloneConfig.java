package dev.tidewatch.standalone;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How to start everything in one process.
 *
 * @param data folder of the database, the artifacts and the spool; made when absent, kept
 * @param ports where the servers listen
 * @param keysFile file of API keys; empty: nobody is asked, and only loopback is bound
 * @param flags {@code --ingest.grpc.threads=8}: settings of a single server, stronger than all else
 * @param environment variables {@code TIDEWATCH_INGEST_GRPC_THREADS} and {@code OTEL_…} to be
 *     obeyed
 */
public record StandaloneConfig(
    Path data,
    Ports ports,
    Optional<Path> keysFile,
    List<String> flags,
    Map<String, String> environment) {
  public StandaloneConfig {
    flags = List.copyOf(flags);
    environment = Map.copyOf(environment);
  }

  /** Usual ports, no keys, no further settings. */
  public static StandaloneConfig in(Path data) {
    return new StandaloneConfig(data, Ports.USUAL, Optional.empty(), List.of(), Map.of());
  }

  public StandaloneConfig withPorts(Ports others) {
    return new StandaloneConfig(data, others, keysFile, flags, environment);
  }

  public StandaloneConfig withKeysFile(Path file) {
    return new StandaloneConfig(data, ports, Optional.of(file), flags, environment);
  }

  public StandaloneConfig withFlags(List<String> others) {
    return new StandaloneConfig(data, ports, keysFile, others, environment);
  }

  public StandaloneConfig withEnvironment(Map<String, String> variables) {
    return new StandaloneConfig(data, ports, keysFile, flags, variables);
  }

  /** One port a server; 0 takes any free one. Prometheus metrics are one above, or free if 0. */
  public record Ports(int ingest, int registry, int inference, int monitor) {
    public static final Ports USUAL = new Ports(7410, 7420, 7430, 7440);
    public static final Ports FREE = new Ports(0, 0, 0, 0);

    public Ports {
      for (int port : new int[] {ingest, registry, inference, monitor}) {
        if (port < 0 || port > 65_534) {
          throw new IllegalArgumentException("port: " + port + ", expected 0 to 65534");
        }
      }
    }

    /** As the flag {@code --ports} takes them: {@code 7410,7420,7430,7440}. */
    @Override
    public String toString() {
      return ingest + "," + registry + "," + inference + "," + monitor;
    }
  }
}
