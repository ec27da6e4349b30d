package dev.tidewatch.ingest.intake;

import java.util.List;
import java.util.Optional;

/** Reads where writers stand, without opening them. */
public interface WriterStore {
  /** Empty if it was never opened. */
  Optional<WriterState> find(String writerId);

  /**
   * One page in the bytewise order of ids.
   *
   * @param prefix of the ids; empty: all
   * @param after ids above this one only; empty: from the first
   */
  List<WriterState> page(String prefix, String after, int limit);
}
