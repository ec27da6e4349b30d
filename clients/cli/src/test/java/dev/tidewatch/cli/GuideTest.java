package dev.tidewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Holds the commands in documents and help texts to be commands that exist, options included. */
final class GuideTest {
  private static final Path ROOT = Path.of("..", "..");
  private static final Set<String> RUN_BY_THE_SCRIPT =
      Set.of(
          "up", "demo", "bench", "test", "keys", "docs", "contracts", "backup", "restore", "fuzz");
  private static final CommandLine TREE = tree();
  private static final Pattern TOKEN = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

  @Test
  void documentsShowCommandsThatExist() throws IOException {
    int checked = 0;
    for (Path page : pages()) {
      String text = Files.readString(page).replaceAll("\\\\\n\\s*", "");
      for (String line : text.lines().toList()) {
        if (line.startsWith("./tidewatch ")) {
          checked +=
              parse(
                  page.toString(), line.substring("./tidewatch ".length()).replaceAll(" # .*", ""));
        }
      }
    }
    assertThat(checked).isGreaterThan(100);
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      docs.filter(page -> page.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    return pages;
  }

  @Test
  void helpTextsShowCommandsThatExist() {
    int checked = 0;
    for (List<String> path : CommandLineTest.commands()) {
      CommandLine command = TREE;
      for (String word : path) {
        command = Objects.requireNonNull(command.getSubcommands().get(word));
      }
      String footer = String.join("\n", command.getCommandSpec().usageMessage().footer());
      for (String line : footer.replaceAll("\\\\\n\\s*", "").lines().toList()) {
        if (line.startsWith("  tidewatch ")) {
          checked += parse(String.join(" ", path), line.substring("  tidewatch ".length()));
        }
      }
    }
    assertThat(checked).isGreaterThan(40);
  }

  private static int parse(String where, String command) {
    List<String> tokens = new ArrayList<>();
    Matcher token = TOKEN.matcher(command.replaceAll(" \\| jq.*| &$", ""));
    while (token.find()) {
      tokens.add(
          token.group(1) != null
              ? token.group(1)
              : token.group(2) != null ? token.group(2) : token.group(3));
    }
    if (RUN_BY_THE_SCRIPT.contains(tokens.getFirst())) {
      return 0;
    }
    assertThatCode(() -> TREE.parseArgs(tokens.toArray(String[]::new)))
        .as("%s: %s", where, command)
        .doesNotThrowAnyException();
    return 1;
  }

  private static CommandLine tree() {
    var stream = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    var clock = InstantSource.fixed(Instant.EPOCH);
    var surroundings = new Surroundings(stream, stream, Map.of(), clock, false, 100);
    return CommandTree.of(new Session(surroundings, new GlobalOptions()));
  }
}
