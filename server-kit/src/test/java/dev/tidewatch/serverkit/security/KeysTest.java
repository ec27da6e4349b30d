package dev.tidewatch.serverkit.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeysTest {
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void aKeyIsMadeListedUsedAndRevoked() throws IOException {
    assertThat(run("create", "building-7", "readings:write", "readings:read")).isZero();
    String key = out.toString(StandardCharsets.UTF_8).strip();
    KeyFile file = KeyFile.read(path());
    assertThat(file.authenticate(key))
        .hasValueSatisfying(caller -> {
          assertThat(caller.name()).isEqualTo("building-7");
          assertThat(caller.scopes()).containsExactlyInAnyOrder("readings:write", "readings:read");
          assertThat(key).contains(caller.keyId());
        });
    String secret = key.substring(key.lastIndexOf('_', key.length() - 43) + 1);
    assertThat(Files.readString(path())).doesNotContain(secret).contains("created=" + NOW);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
        .isEqualTo("rw-------");

    out.reset();
    assertThat(run("list")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("building-7", "readings:read,readings:write")
        .doesNotContain(secret);

    String id = file.entries().getFirst().id();
    assertThat(run("revoke", id)).isZero();
    assertThat(KeyFile.read(path()).authenticate(key)).isEmpty();
    assertThat(run("revoke", id)).isEqualTo(1);
  }

  @Test
  void commentsSurviveEditing() throws IOException {
    run("create", "a", "admin");
    Files.writeString(path(), "# for the east wing\n" + Files.readString(path()));
    run("create", "b", "predict");
    assertThat(Files.readAllLines(path()))
        .contains("# for the east wing")
        .filteredOn(line -> line.startsWith("id="))
        .hasSize(2);
  }

  @Test
  void wrongUsageIsToldWithAnExitCodeOfItsOwn() {
    assertThat(run("create", "name-only")).isEqualTo(2);
    assertThat(run("explode")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("usage: tidewatch keys");
    assertThat(run("create", "x", "readings:everything")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("readings:everything", "monitor:read");
    assertThat(run("create", "with space", "admin")).isEqualTo(1);
    assertThat(run("list")).isEqualTo(1);
  }

  @Test
  void aDamagedLineIsNamed() throws IOException {
    run("create", "a", "admin");
    String good = Files.readString(path());
    for (String bad :
        List.of(
            "id=x",
            "nonsense",
            good.lines().toList().getLast(),
            good.lines().toList().getLast().replace("scopes=admin", "scopes=all"),
            good.lines().toList().getLast().replace("sha256:", "md5:"))) {
      Files.writeString(path(), good + bad + "\n");
      assertThatThrownBy(() -> KeyFile.read(path()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("line 3");
    }
  }

  @Test
  void twoKeysOfTheSameSecretHaveDifferentHashes() {
    ApiKey key = ApiKey.random(new SecureRandom());
    assertThat(key.hash("00".repeat(16))).isNotEqualTo(key.hash("01".repeat(16)));
    assertThat(ApiKey.parse(key.text())).contains(key);
    assertThat(key.toString()).doesNotContain(key.secret());
    assertThat(Scopes.ALL).containsAll(Set.of("admin", "predict"));
  }

  private int run(String command, String... rest) {
    String[] args = new String[rest.length + 2];
    args[0] = path().toString();
    args[1] = command;
    System.arraycopy(rest, 0, args, 2, rest.length);
    return new Keys(
            () -> NOW,
            new SecureRandom(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8))
        .run(Arrays.asList(args));
  }

  private Path path() {
    return folder.resolve("keys");
  }
}
