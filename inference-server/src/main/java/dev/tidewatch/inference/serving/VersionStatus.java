package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.registry.VersionKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a version stands on this replica.
 *
 * @param served set when READY or DRAINING
 * @param reason when REFUSED: a stable reason, a colon, and what is wrong; else empty
 * @param aliases that the registry says name it, ascending
 */
public record VersionStatus(
    VersionKey version,
    State state,
    @Nullable ServedVersion served,
    String reason,
    List<String> aliases) {
  /** In this order it lives. */
  public enum State {
    LOADING,
    READY,
    DRAINING,
    REFUSED
  }

  public VersionStatus {
    aliases = List.copyOf(aliases);
  }
}
