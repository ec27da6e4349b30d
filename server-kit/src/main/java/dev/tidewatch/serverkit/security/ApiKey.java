package dev.tidewatch.serverkit.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text that a caller presents: {@code tw_<id>_<secret>}. The id is public and names the key in
 * files and logs; the secret holds 256 random bits, so one salted SHA-256 is enough to store it.
 */
record ApiKey(String id, String secret) {
  private static final Pattern FORM = Pattern.compile("tw_([a-z0-9]{10})_([A-Za-z0-9_-]{43})");
  private static final String ID_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

  static ApiKey random(SecureRandom random) {
    var id = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      id.append(ID_ALPHABET.charAt(random.nextInt(ID_ALPHABET.length())));
    }
    byte[] secret = new byte[32];
    random.nextBytes(secret);
    return new ApiKey(
        id.toString(), Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  static Optional<ApiKey> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(new ApiKey(matcher.group(1), matcher.group(2)))
        : Optional.empty();
  }

  /** The whole text; shown once, when the key is made. */
  String text() {
    return "tw_" + id + "_" + secret;
  }

  /** SHA-256 of salt and secret, in hexadecimal. */
  String hash(String saltHex) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(HexFormat.of().parseHex(saltHex.toLowerCase(Locale.ROOT)));
      return HexFormat.of().formatHex(digest.digest(secret.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "tw_" + id + "_****";
  }
}
