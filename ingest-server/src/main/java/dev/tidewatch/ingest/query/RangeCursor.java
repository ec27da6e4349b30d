package dev.tidewatch.ingest.query;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Where a range query goes on: after a reading of a series, as of a commit.
 *
 * @param position of the feed, the snapshot
 * @param series the last one that something was sent of
 * @param nextMicros where it goes on
 * @param sent how many readings of it were sent
 */
public record RangeCursor(long epoch, long position, String series, long nextMicros, long sent) {
  private static final String VERSION = "1";

  public String token() {
    String text =
        String.join(
            "|",
            VERSION,
            Long.toString(epoch),
            Long.toString(position),
            Long.toString(nextMicros),
            Long.toString(sent),
            series);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * @throws IllegalArgumentException if the text is not a token
   */
  public static RangeCursor parse(String token) {
    String[] parts =
        new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8).split("\\|", 6);
    if (parts.length != 6 || !parts[0].equals(VERSION) || parts[5].indexOf('\0') >= 0) {
      throw new IllegalArgumentException("not a resume token of this server");
    }
    return new RangeCursor(
        Long.parseLong(parts[1]),
        Long.parseLong(parts[2]),
        parts[5],
        Long.parseLong(parts[3]),
        Long.parseLong(parts[4]));
  }
}
