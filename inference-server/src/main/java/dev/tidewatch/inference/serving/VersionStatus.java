package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.registry.VersionKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a version stands on this replica.
 *
 * @param served set when READY or DRAINING
 * @param reason when REFUSED: a stable reason, a colon, and what is wrong; when WANTED for longer
 *     than a moment: what it waits for; else empty
 * @param aliases that the registry says name it, ascending
 * @param memoryBytes that it takes, roughly; 0 when not in memory
 */
public record VersionStatus(
    VersionKey version,
    State state,
    @Nullable ServedVersion served,
    String reason,
    List<String> aliases,
    long memoryBytes) {
  /** In this order it lives. */
  public enum State {
    /** Waits for its turn to be loaded. */
    WANTED,
    /** Is fetched, verified, tried, loaded. */
    LOADING,
    /** Answers inputs that nobody waits for. */
    WARMING,
    /** Answers requests. */
    READY,
    /** Answers those who began before; takes no more. */
    DRAINING,
    /** Known and not in memory; loaded when asked for. */
    UNLOADED,
    /** Cannot be served. */
    REFUSED;

    /** True if a version in this state may come into the other one next. */
    boolean leadsTo(State next) {
      return switch (this) {
        case WANTED -> next == LOADING || next == UNLOADED || next == WANTED || next == REFUSED;
        case LOADING -> next == WARMING || next == WANTED || next == REFUSED || next == UNLOADED;
        case WARMING -> next == READY || next == REFUSED || next == UNLOADED;
        case READY -> next == DRAINING;
        case DRAINING -> next == UNLOADED;
        case UNLOADED, REFUSED -> next == WANTED || next == UNLOADED;
      };
    }

    /** True while it is on its way to READY or REFUSED. */
    boolean isUnderWay() {
      return this == WANTED || this == LOADING || this == WARMING;
    }
  }

  public VersionStatus {
    aliases = List.copyOf(aliases);
  }
}
