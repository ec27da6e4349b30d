package dev.tidewatch.registry.domain;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Evidence as it is stored. */
public interface EvidenceRows {
  /**
   * Keeps a piece of evidence.
   *
   * @param chances of paired errors, where there are enough for a test
   */
  void insert(Evidence evidence, Optional<Exhibit.Chances> chances);

  Optional<Evidence> find(UUID id);

  /**
   * Of a version, newest first; the page key is the revision. A page of long lists has fewer items
   * than asked for.
   */
  Page<Evidence> page(VersionName version, PageRequest request);

  /** What gates look at, last attached first; at most so many. */
  List<Exhibit> exhibits(VersionName version, int limit);
}
