package dev.tidewatch.inference.trial;

import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.models.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The registry's versions that wait for a trial. Blocks the calling thread. */
public interface PendingVersions {
  /** Some of them; the others come once these are decided. */
  List<VersionKey> list();

  /** What a version must answer, by name. */
  Map<String, Tensor> smokeInputs(VersionKey version);

  /**
   * Says how it went. That another server was faster is no error.
   *
   * @param failure empty: it answered as its signature says
   */
  void report(VersionKey version, Optional<String> failure);
}
