package dev.tidewatch.ingest.export;

import dev.tidewatch.ingest.query.RangeCursor;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * How much of a file was sent.
 *
 * @param range goes on after the last reading sent (text), or begins (Parquet)
 * @param readings in what was sent
 * @param bytes sent
 */
public record ExportCursor(ExportFormat format, RangeCursor range, long readings, long bytes) {
  private static final String VERSION = "x1";

  public ExportCursor {
    if (readings < 0 || bytes < 0) {
      throw new IllegalArgumentException("readings " + readings + ", bytes " + bytes);
    }
  }

  public String token() {
    String text =
        String.join("|", VERSION, format.name(), readings + "", bytes + "", range.token());
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * @throws IllegalArgumentException if the text is not a token
   */
  public static ExportCursor parse(String token) {
    String[] parts =
        new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8).split("\\|", 5);
    if (parts.length != 5 || !parts[0].equals(VERSION)) {
      throw new IllegalArgumentException("not a resume token of this server");
    }
    return new ExportCursor(
        ExportFormat.valueOf(parts[1]),
        RangeCursor.parse(parts[4]),
        Long.parseLong(parts[2]),
        Long.parseLong(parts[3]));
  }
}
