package dev.tidewatch.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.standalone.Addresses;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a program of a client's folder, with the servers' addresses in its environment. */
final class ClientProcess {
  private final Path folder;
  private final Map<String, String> environment;

  ClientProcess(String client, Map<String, String> environment) {
    this.folder = root().resolve("clients").resolve(client);
    this.environment = environment;
  }

  /** The environment by which every client finds servers. */
  static Map<String, String> addresses(Addresses addresses) {
    return Map.of(
        "TIDEWATCH_INGEST", addresses.ingest().toString(),
        "TIDEWATCH_REGISTRY", addresses.registry().toString(),
        "TIDEWATCH_INFERENCE", addresses.inference().toString(),
        "TIDEWATCH_MONITOR", addresses.monitor().toString());
  }

  static Path root() {
    return Path.of("..").toAbsolutePath().normalize();
  }

  /** What it printed on either stream; fails if it ended with another code than 0. */
  String run(String... command) throws IOException, InterruptedException {
    Result result = attempt(List.of(command));
    assertThat(result.exitCode()).as(result.output()).isZero();
    return result.output();
  }

  Result attempt(List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("client-", ".out");
    try {
      var builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      try {
        boolean ended = process.waitFor(2, TimeUnit.MINUTES);
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(ended).as("still running: %s%n%s", command, text).isTrue();
        return new Result(process.exitValue(), text);
      } finally {
        process.destroyForcibly();
      }
    } finally {
      Files.delete(output);
    }
  }

  record Result(int exitCode, String output) {}
}
