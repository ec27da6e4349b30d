package dev.tidewatch.serverkit.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The file of API keys: text, one key a line, lines that start with {@code #} are comments.
 *
 * <pre>
 * id=k3v9... name=building-7 scopes=readings:read,readings:write created=2026-01-31T12:00:00Z hash=sha256:SALT:HASH
 * </pre>
 *
 * <p>The secret itself is not in it: {@code hash} is SHA-256 over a 16-byte salt and the secret,
 * both in hexadecimal. Editing replaces the file at once (temporary file, rename) and keeps
 * comments; the file is readable by its owner only. Immutable.
 */
public final class KeyFile {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,100}");
  private static final Set<String> FIELDS = Set.of("id", "name", "scopes", "created", "hash");
  private static final String HEADER =
      "# API keys of Tidewatch; the secrets are stored as hashes. Edit with `tidewatch keys`.";

  /**
   * One key, without its secret.
   *
   * @param id public part of the key
   * @param name what it is for
   * @param scopes what it may do
   * @param created when it was made
   */
  public record Entry(String id, String name, Set<String> scopes, Instant created, String hash) {
    public Entry {
      scopes = Set.copyOf(scopes);
    }

    String line() {
      return "id=%s name=%s scopes=%s created=%s hash=%s"
          .formatted(id, name, String.join(",", new TreeSet<>(scopes)), created, hash);
    }
  }

  private final List<String> comments;
  private final Map<String, Entry> entries;

  private KeyFile(List<String> comments, Map<String, Entry> entries) {
    this.comments = comments;
    this.entries = entries;
  }

  /** A file without keys. */
  public static KeyFile empty() {
    return new KeyFile(List.of(HEADER), Map.of());
  }

  /**
   * Reads the file.
   *
   * @throws IOException when it cannot be read, or a line has not the right form, naming the line
   */
  public static KeyFile read(Path file) throws IOException {
    List<String> comments = new ArrayList<>();
    Map<String, Entry> entries = new LinkedHashMap<>();
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      if (line.startsWith("#")) {
        comments.add(line);
        continue;
      }
      try {
        Entry entry = parse(line);
        if (entries.put(entry.id(), entry) != null) {
          throw new IllegalArgumentException("id " + entry.id() + " is there twice");
        }
      } catch (RuntimeException e) {
        throw new IOException(file + ", line " + number + ": " + e.getMessage(), e);
      }
    }
    return new KeyFile(comments, entries);
  }

  /** All keys, in the order of the file. */
  public List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  /** A key that was just made, and the file with it. */
  public record Created(KeyFile file, String id, String key) {}

  /**
   * Makes a key; its text is in the answer and nowhere else.
   *
   * @throws IllegalArgumentException for a name that is not of letters, digits, {@code _.-}, and
   *     for no or unknown scopes
   */
  public Created create(String name, Set<String> scopes, Instant created, SecureRandom random) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name: '" + name + "', expected up to 100 letters, digits, '_', '.' or '-'");
    }
    checkScopes(scopes);
    ApiKey key = ApiKey.random(random);
    byte[] salt = new byte[16];
    random.nextBytes(salt);
    String saltHex = HexFormat.of().formatHex(salt);
    var entry =
        new Entry(
            key.id(),
            name,
            scopes,
            created.truncatedTo(ChronoUnit.SECONDS),
            "sha256:" + saltHex + ":" + key.hash(saltHex));
    var all = new LinkedHashMap<>(entries);
    all.put(entry.id(), entry);
    return new Created(new KeyFile(comments, all), key.id(), key.text());
  }

  /** The file without a key; empty if the id is unknown. */
  public Optional<KeyFile> revoke(String id) {
    if (!entries.containsKey(id)) {
      return Optional.empty();
    }
    var rest = new LinkedHashMap<>(entries);
    rest.remove(id);
    return Optional.of(new KeyFile(comments, rest));
  }

  /** Replaces the file in one step. */
  public void write(Path file) throws IOException {
    List<String> lines = new ArrayList<>(comments);
    entries.values().forEach(entry -> lines.add(entry.line()));
    Path target = file.toAbsolutePath();
    Path parent = target.getParent();
    if (parent == null) {
      throw new IOException(file + " is not a file");
    }
    Path temporary =
        Files.createTempFile(
            parent,
            ".keys",
            ".tmp",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.write(temporary, lines);
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Who presents this text; the comparison takes the same time wherever the texts differ. */
  Optional<Caller> authenticate(String text) {
    return ApiKey.parse(text)
        .flatMap(key -> {
          Entry entry = entries.get(key.id());
          if (entry == null) {
            return Optional.empty();
          }
          String[] hash = entry.hash().split(":", -1);
          boolean same =
              MessageDigest.isEqual(
                  key.hash(hash[1]).getBytes(StandardCharsets.US_ASCII),
                  hash[2].getBytes(StandardCharsets.US_ASCII));
          return same
              ? Optional.of(new Caller(entry.id(), entry.name(), entry.scopes()))
              : Optional.empty();
        });
  }

  private static Entry parse(String line) {
    Map<String, String> fields = new HashMap<>();
    for (String pair : line.strip().split("\\s+", -1)) {
      int equals = pair.indexOf('=');
      if (equals < 1 || !FIELDS.contains(pair.substring(0, equals))) {
        throw new IllegalArgumentException("'" + pair + "' is none of " + new TreeSet<>(FIELDS));
      }
      fields.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    for (String field : FIELDS) {
      if (!fields.containsKey(field)) {
        throw new IllegalArgumentException(field + "= is missing");
      }
    }
    Set<String> scopes =
        Set.copyOf(Arrays.asList(fields.getOrDefault("scopes", "").split(",", -1)));
    checkScopes(scopes);
    String hash = fields.getOrDefault("hash", "");
    if (!hash.matches("sha256:[0-9a-f]{32}:[0-9a-f]{64}")) {
      throw new IllegalArgumentException("hash is not sha256:SALT:HASH");
    }
    return new Entry(
        fields.getOrDefault("id", ""),
        fields.getOrDefault("name", ""),
        scopes,
        Instant.parse(fields.getOrDefault("created", "")),
        hash);
  }

  private static void checkScopes(Set<String> scopes) {
    if (scopes.isEmpty() || !Scopes.ALL.containsAll(scopes)) {
      throw new IllegalArgumentException(
          "scopes: " + new TreeSet<>(scopes) + ", expected some of " + new TreeSet<>(Scopes.ALL));
    }
  }
}
