package dev.tidewatch.registry.domain;

import dev.tidewatch.registry.domain.RetentionPlan.FreedArtifact;
import dev.tidewatch.registry.domain.RetentionPlan.RemovableVersion;
import java.time.Instant;
import java.util.List;

/** What retention reads and writes, as it is stored. */
public interface RetentionRows {
  /**
   * Versions that a rule does not keep, by model and number. Never one that is being checked, that
   * an alias names or would go back to, or that an assignment pins.
   */
  List<RemovableVersion> removable(RetentionRule rule, Instant now, int limit);

  /** Artifacts of these versions that all other versions, archived ones aside, can do without. */
  List<FreedArtifact> freedBy(List<RemovableVersion> versions);

  void archive(RemovableVersion version, String reason, long revision);

  /** Says that the bytes are, or are about to be, gone. */
  void markRemoved(List<FreedArtifact> artifacts);
}
