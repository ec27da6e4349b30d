package dev.tidewatch.serverkit.security;

import dev.tidewatch.serverkit.config.Setting;

/**
 * Requests per second of one key on one RPC of one replica; each message of a stream counts as one.
 */
public record RateLimitConfig(
    @Setting(description = "Whether limits are enforced.", defaultValue = "false") boolean enabled,
    @Setting(
            description = "Messages per second that one key may send to one RPC, 1 or more.",
            defaultValue = "1000")
        int perSecond,
    @Setting(
            description = "Messages that it may send at once after a pause; at least per-second.",
            defaultValue = "2000")
        int burst) {
  public RateLimitConfig {
    if (perSecond < 1) {
      throw new IllegalArgumentException("per-second: " + perSecond + ", expected 1 or more");
    }
    if (burst < perSecond) {
      throw new IllegalArgumentException("burst: " + burst + ", expected per-second or more");
    }
  }

  /** No limits. */
  public static RateLimitConfig off() {
    return new RateLimitConfig(false, 1000, 2000);
  }
}
