package dev.tidewatch.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.cli.Main;
import dev.tidewatch.standalone.Addresses;
import dev.tidewatch.systemtests.fixture.SharedStandalone;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The command line as it is typed, against the shared servers. */
final class CommandShell {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SharedStandalone standalone;

  CommandShell(SharedStandalone standalone) {
    this.standalone = standalone;
  }

  /**
   * What came of a command.
   *
   * @param code its exit code
   */
  record Ran(int code, String out, String err) {
    JsonNode json() throws IOException {
      return JSON.readTree(out);
    }
  }

  /** The words with where the servers are. */
  List<String> words(String... typed) {
    Addresses addresses = standalone.addresses();
    List<String> words = new ArrayList<>(List.of(typed));
    words.addAll(
        List.of(
            "--ingest", addresses.ingest().toString(),
            "--registry", addresses.registry().toString(),
            "--inference", addresses.inference().toString(),
            "--monitor", addresses.monitor().toString()));
    return words;
  }

  Ran run(String... typed) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int code =
        Main.run(
            words(typed).toArray(String[]::new),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Ran(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** What a command that ends well shows to people. */
  String shown(String... typed) {
    Ran ran = run(typed);
    assertThat(ran.code()).as("%s: %s", List.of(typed), ran.err()).isZero();
    return ran.out();
  }

  /** What a command that ends well gives to scripts. */
  JsonNode json(String... typed) throws IOException {
    return json(0, typed);
  }

  /** What a command that ends with this exit code gives to scripts. */
  JsonNode json(int code, String... typed) throws IOException {
    List<String> words = new ArrayList<>(List.of(typed));
    words.add("--json");
    Ran ran = run(words.toArray(String[]::new));
    assertThat(ran.code()).as("%s: %s", words, ran.err()).isEqualTo(code);
    return ran.json();
  }
}
