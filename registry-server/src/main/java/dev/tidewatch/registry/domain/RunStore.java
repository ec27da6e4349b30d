package dev.tidewatch.registry.domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Where runs are kept; apart from the registry's revisions, since training logs often. Thread-safe.
 */
public interface RunStore {
  Optional<Run> find(UUID id);

  /**
   * Changes a run while nobody else does.
   *
   * @throws dev.tidewatch.serverkit.errors.NotFound {@code RUN_UNKNOWN}
   */
  Run update(UUID id, UnaryOperator<Run> change);

  /**
   * Adds points to a run that goes on; a point of the same metric and step replaces the earlier.
   *
   * @return how many points the run has
   */
  long log(UUID id, List<MetricPoint> points, Instant now);

  /** Newest first. */
  Page<Run> page(Optional<ModelName> model, Optional<RunStatus> status, PageRequest request);

  /** By metric and step, ascending. */
  Page<MetricPoint> points(UUID id, Optional<String> metric, PageRequest request);
}
