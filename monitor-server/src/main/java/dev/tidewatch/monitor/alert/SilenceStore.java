package dev.tidewatch.monitor.alert;

import dev.tidewatch.monitor.Page;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Keeps silences. Thread-safe. */
public interface SilenceStore {
  /** Behind which silence a page begins: latest end first, then by id. */
  record SilenceCursor(Instant to, UUID id) {}

  /** Keeps it, unless one with its id is there; answers the one that is kept. */
  Silence create(Silence silence);

  /**
   * Ends it now: its span is cut at that time, or is empty if it had not begun. One that is over
   * stays as it is.
   *
   * @throws dev.tidewatch.serverkit.errors.NotFound SILENCE_UNKNOWN
   */
  Silence expire(UUID id, String actor, Instant at);

  /**
   * Latest end first.
   *
   * @param endsAfter only those that end later; absent: all
   */
  Page<Silence, SilenceCursor> page(
      Optional<Instant> endsAfter, Optional<SilenceCursor> after, int size);

  /** Those whose span holds the time; at most {@code limit}, latest end first. */
  List<Silence> activeAt(Instant at, int limit);
}
