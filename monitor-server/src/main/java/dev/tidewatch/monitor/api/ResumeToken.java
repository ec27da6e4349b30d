package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.anomaly.AnomalyStore.Head;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.OutOfRange;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Resume tokens of watches: the life of the log and a position in it, in hexadecimal. */
final class ResumeToken {
  private static final Pattern FORM = Pattern.compile("([0-9a-f]{1,8})-([0-9a-f]{1,15})");

  private ResumeToken() {}

  static String of(long epoch, long position) {
    return Long.toHexString(epoch) + "-" + Long.toHexString(position);
  }

  /**
   * The position of a token.
   *
   * @throws InvalidArgument if it is no token
   * @throws OutOfRange RESUME_TOKEN_EXPIRED if it is of another life of the log
   */
  static long position(String token, Head head) {
    return position(token, head.epoch(), head.position());
  }

  /**
   * The same for any log.
   *
   * @param logEpoch its life
   * @param newest position in it
   */
  static long position(String token, long logEpoch, long newest) {
    Matcher matcher = FORM.matcher(token);
    if (!matcher.matches()) {
      throw InvalidArgument.field(
          "resume_token", "is not one that this watch gave; leave it empty to begin now");
    }
    long epoch = Long.parseLong(matcher.group(1), 16);
    long position = Long.parseLong(matcher.group(2), 16);
    if (epoch != logEpoch || position > newest) {
      throw new OutOfRange(
          "RESUME_TOKEN_EXPIRED",
          "resume_token: is of another life of the database; list, then watch without a token");
    }
    return position;
  }
}
