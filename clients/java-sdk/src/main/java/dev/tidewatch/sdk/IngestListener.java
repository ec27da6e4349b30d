package dev.tidewatch.sdk;

import java.time.Duration;

/**
 * Hears what becomes of an {@link IngestWriter}'s readings. Called by the writer's threads, never
 * two at a time, without any lock held. A listener must return soon and must not call the writer's
 * blocking methods; one that throws stops the writer.
 */
public interface IngestListener {
  /** Hears nothing. */
  IngestListener SILENT = new IngestListener() {};

  /** Batches are on disk, in the order in which they were appended, each answered once. */
  default void acknowledged(Acknowledgement acknowledgement) {}

  /** The stream broke and will be opened again after a wait; nothing is lost or doubled by that. */
  default void disconnected(TidewatchException cause, Duration retryIn) {}

  /** The stream is open, for the first time or again. */
  default void connected(long epoch) {}
}
