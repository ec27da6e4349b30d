package dev.tidewatch.serverkit.security;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * Edits a file of API keys: {@code keys FILE create NAME SCOPE…}, {@code keys FILE list}, {@code
 * keys FILE revoke ID}. Servers that use the file see the change within a second or so.
 */
public final class Keys {
  private static final String USAGE =
      """
      usage: tidewatch keys FILE create NAME SCOPE...   makes a key and prints it, once
             tidewatch keys FILE list                   shows ids, names and scopes
             tidewatch keys FILE revoke ID              removes a key
      scopes: readings:write readings:read models:write models:read predict monitor:write monitor:read admin
      """;

  private final InstantSource clock;
  private final SecureRandom random;
  private final PrintStream out;
  private final PrintStream err;

  Keys(InstantSource clock, SecureRandom random, PrintStream out, PrintStream err) {
    this.clock = clock;
    this.random = random;
    this.out = out;
    this.err = err;
  }

  /** Exit code 0: done; 1: it failed; 2: wrong usage. */
  public static void main(String[] args) {
    System.exit(
        new Keys(InstantSource.system(), new SecureRandom(), System.out, System.err)
            .run(Arrays.asList(args)));
  }

  int run(List<String> args) {
    if (args.size() < 2) {
      err.print(USAGE);
      return 2;
    }
    Path file = Path.of(args.getFirst());
    List<String> rest = args.subList(2, args.size());
    try {
      return switch (args.get(1)) {
        case "create" -> rest.size() < 2 ? usage() : create(file, rest);
        case "list" -> rest.isEmpty() ? list(file) : usage();
        case "revoke" -> rest.size() == 1 ? revoke(file, rest.getFirst()) : usage();
        default -> usage();
      };
    } catch (IOException | IllegalArgumentException e) {
      err.println(e.getMessage());
      return 1;
    }
  }

  private int create(Path file, List<String> nameAndScopes) throws IOException {
    KeyFile keys = Files.exists(file) ? KeyFile.read(file) : KeyFile.empty();
    var scopes = new LinkedHashSet<>(nameAndScopes.subList(1, nameAndScopes.size()));
    KeyFile.Created created =
        keys.create(nameAndScopes.getFirst(), scopes, clock.instant(), random);
    created.file().write(file);
    out.println(created.key());
    err.println("Key " + created.id() + " made. Its text is not stored: keep it now.");
    return 0;
  }

  private int list(Path file) throws IOException {
    for (KeyFile.Entry entry : KeyFile.read(file).entries()) {
      out.printf(
          "%s  %-24s %s  %s%n",
          entry.id(),
          entry.name(),
          entry.created(),
          String.join(",", entry.scopes().stream().sorted().toList()));
    }
    return 0;
  }

  private int revoke(Path file, String id) throws IOException {
    Optional<KeyFile> rest = KeyFile.read(file).revoke(id);
    if (rest.isEmpty()) {
      err.println("no key with the id " + id + " in " + file);
      return 1;
    }
    rest.get().write(file);
    err.println("Key " + id + " revoked.");
    return 0;
  }

  private int usage() {
    err.print(USAGE);
    return 2;
  }
}
