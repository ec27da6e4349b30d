package dev.tidewatch.serverkit.security;

import dev.tidewatch.serverkit.config.Setting;
import java.nio.file.Path;
import java.util.Optional;

/** Who may call. */
public record SecurityConfig(
    @Setting(
            description =
                "`api-keys`: every call needs a key that holds the scope of the RPC. `off`: anybody"
                    + " may call everything; only on a loopback address.",
            defaultValue = "api-keys")
        Auth auth,
    @Setting(
            description =
                "File of the keys, as `tidewatch keys` writes it; reloaded when it changes.")
        Optional<Path> keysFile,
    @Setting(description = "Limits per key and RPC.") RateLimitConfig rateLimit) {
  /** How callers are told apart. */
  public enum Auth {
    API_KEYS,
    OFF
  }

  public SecurityConfig {
    if (auth == Auth.API_KEYS && keysFile.isEmpty()) {
      throw new IllegalArgumentException(
          "keys-file: required with auth: api-keys (make one with `tidewatch keys create`); auth:"
              + " off is possible on a loopback address");
    }
  }

  /** Nobody is asked; only for loopback addresses and in-process servers. */
  public static SecurityConfig off() {
    return new SecurityConfig(Auth.OFF, Optional.empty(), RateLimitConfig.off());
  }
}
